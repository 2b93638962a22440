// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package domain is aleph_domain: a domain name that leads to a program, an instance or files, as an entry of the owner's
// aggregate `domains`.
package domain

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/net/idna"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// New makes the noun.
func New() *entry.Noun {
	return &entry.Noun{
		Type: "aleph_domain", Word: "domain", Aggregate: "domains",
		Named: entry.Named{
			Attribute: "domain", IsID: true,
			Description: "Domain name in lower case, whole and without a final dot. Letters outside ASCII are published in their ASCII form (IDNA).",
			Validator:   attribute.Check("a domain name", func(name string) error { _, err := ascii(name); return err }),
		},
		Description: "A domain name that leads to a program, an instance or files, as an entry of the owner's aggregate `domains`. Free of charge.\n\n" +
			"The network serves it once the records of `dns_records` are there, which are known when Terraform plans: create them at your DNS provider with `for_each`. " +
			"What other tools keep of the domain beside these attributes stays. A domain that is there already is not overwritten by a create: import it.",
		Empty: func() entry.Model { return &Model{} }, Attributes: attributes,
		Validate: validate,
		Draft:    draft,
	}
}

const (
	typeIPFS = "ipfs"
	// catchAll is what a page that does not exist shows, unless the configuration says otherwise.
	catchAll = "/404.html"
)

func attributes() attribute.Set {
	return attribute.Set{
		"type": attribute.Content(schema.StringAttribute{
			Required: true, MarkdownDescription: "What the domain leads to: `program`, `instance` or `ipfs` (files). A change amends.",
			Validators: []validator.String{attribute.OneOf("program", "instance", typeIPFS)},
		}),
		"message_id": attribute.Content(schema.StringAttribute{
			Required: true, MarkdownDescription: "Item hash of the program, the instance, or the STORE of the files. An amended program has a new one, to which the domain leads in the same apply. A change amends.",
			Validators: []validator.String{attribute.Check("an item hash", model.CheckItemHash)},
		}),
		"options": attribute.Content(schema.SingleNestedAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Options of `ipfs`. Defaults, when it becomes `ipfs`, to its attributes' defaults; kept when the argument is removed. A change amends.",
			Attributes: map[string]schema.Attribute{"catch_all_path": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: "Path of the file that is shown in the place of one that does not exist. Defaults to `" + catchAll + "`. Only for `ipfs`.",
				Validators: []validator.String{attribute.Check("a path that begins with a slash", checkPath)},
			}},
		}),
		"updated_at": attribute.Live(attribute.Computed("When the entry was last written, by its writer's clock; null when the writer did not say.")),
		"dns_records": attribute.Derived(schema.ListNestedAttribute{
			Computed: true, MarkdownDescription: "Records to create at the DNS provider, each exactly so. Known when Terraform plans.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":    attribute.Computed("Name of the record."),
				"type":    attribute.Computed("`CNAME`, `TXT`, or `ALIAS` (or ANAME) where the domain is registered itself, so that it can have no CNAME."),
				"value":   attribute.Computed("Value of the record."),
				"purpose": attribute.Computed("What the record is for."),
			}},
		}),
	}
}

// ascii is a domain name as it is published.
func ascii(name string) (string, error) {
	published, err := idna.Registration.ToASCII(name)
	if err == nil && (strings.ToLower(name) != name || strings.HasSuffix(name, ".") || !strings.Contains(name, ".")) {
		err = errors.New("it is not a whole name in lower case without a final dot, such as www.example.org")
	}
	return published, err
}

func checkPath(path string) error {
	if !strings.HasPrefix(path, "/") {
		return errors.New("it begins otherwise")
	}
	return nil
}

// validate refuses options that nothing but files have.
func validate(config map[string]tftypes.Value) diag.Diagnostics {
	kind, given := plan.TextOf(config["type"]), plan.TextOf(plan.AttributesOf(config["options"])["catch_all_path"])
	if given.IsNull() || kind.IsUnknown() || kind.ValueString() == typeIPFS {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("options").AtName("catch_all_path"), diagnostic.InvalidValue,
		"`options.catch_all_path` is only for a domain of type `ipfs`. Leave `options` out.")}
}
