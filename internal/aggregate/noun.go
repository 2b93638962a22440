// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package aggregate is aleph_aggregate: a document that an owner keeps on the network under a key.
package aggregate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// New makes the noun.
func New() *entry.Noun {
	return &entry.Noun{
		Type: "aleph_aggregate", Word: "aggregate",
		Named: entry.Named{
			Attribute: "key", Description: "Key of the document, such as `profile`.",
			Validator: attribute.Check("a key", checkKey),
		},
		Description: "A document that an owner keeps on the network under a key, published as AGGREGATE messages. Free of charge.\n\n" +
			"The network lays the messages over each other, top-level key by top-level key: what other tools write under other keys of the document stays, and is not looked at unless " +
			"`exclusive` says so. Only top-level keys that differ are written. A document that has any of them already is not overwritten by a create: import it.",
		Empty: func() entry.Model { return &Model{} }, Attributes: attributes,
		Believed: true,
		Validate: validate,
	}
}

// wellKnown are the keys that have a meaning for the network, or for its tools.
var wellKnown = []string{"security", "domains", "port-forwarding", "websites"}

func attributes() attribute.Set {
	return attribute.Set{
		"content": attribute.Content(schema.StringAttribute{
			Required:   true,
			CustomType: jsontypes.NormalizedType{},
			MarkdownDescription: "The document, or your part of it, as a JSON object (`jsonencode`) with at least one key, and no null as the value of a top-level key. Compared by meaning. " +
				"A change writes the top-level keys that differ; one that is removed is written as null, which is how the network deletes it.",
			PlanModifiers: []planmodifier.String{attribute.KeepEqualJSON()},
			Validators:    []validator.String{attribute.Check("a JSON object with at least one key", checkContent)},
		}),
		"exclusive": attribute.Content(flag("Whether top-level keys that others wrote are to go. Defaults to `false`: they stay, and are not looked at. " +
			"A change to `true` writes null under each of them.")),
		"forget_on_destroy": attribute.Local(flag("Whether destroying the aggregate forgets every message that it was made of, those of other tools too, so that the key vanishes. " +
			"Defaults to `false`: the keys in `content` are written as null. A change sends no message.")),
		"allow_well_known": attribute.Local(flag("Whether `key` may be `" + strings.Join(wellKnown, "`, `") + "`, which the network or its tools give a meaning. Defaults to `false`. A change sends no message.")),
		"created":          attribute.Live(attribute.Computed("When the first message was published, by its sender's clock, as a date by RFC 3339.")),
		"last_updated":     attribute.Live(attribute.Computed("When the document was last changed, by its sender's clock, as a date by RFC 3339.")),
	}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false), MarkdownDescription: description}
}

// checkKey refuses what a node may not be able to store (NETWORK.md 3.5).
func checkKey(key string) error {
	const most = 2000 // bytes, which fit whatever they are
	switch {
	case key == "":
		return errors.New("it is empty")
	case len(key) > most:
		return fmt.Errorf("it has %d bytes, and at most %d are sure to be stored", len(key), most)
	}
	return nil
}

func checkContent(text string) error {
	content, err := attribute.ParseJSON(text)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		return errors.New("it has none")
	}
	for key, value := range content {
		if value == nil {
			return fmt.Errorf("%q is null, which deletes a key: leave it out instead", key)
		}
	}
	return nil
}

// validate refuses a key that has a meaning of its own, unless the configuration says that it is meant.
func validate(config map[string]tftypes.Value) diag.Diagnostics {
	key, allowed := plan.TextOf(config["key"]), plan.FlagOf(config["allow_well_known"])
	if allowed.IsUnknown() || allowed.ValueBool() || !slices.Contains(wellKnown, key.ValueString()) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("key"), diagnostic.InvalidValue, fmt.Sprintf(
		"`key` is %q, and that aggregate has a meaning for the network or its tools: a resource of its own manages its entries one by one, or will. To write it as a whole, set `allow_well_known = true`.", key.ValueString()))}
}
