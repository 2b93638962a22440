// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
)

// DefaultRuntime is the runtime of a program that names none.
const DefaultRuntime = node.DefaultRuntime

const description = "A program: a function that runs on demand, or a persistent service, published as a PROGRAM message.\n\n" +
	"A change is published as an *amend*: a new message that takes over from the running one, which is then forgotten. " +
	"**An amended program has a new `item_hash` and a new URL**, because the network has no other name for a program; " +
	"the plan shows them as known after apply. To change what runs and keep the URL, change the file behind `code.ref`: an `aleph_volume` that " +
	"follows its latest version is amended by itself, and the program stays as it is.\n\n" +
	"A program with `allow_amend = false` is immutable: every change of it replaces it. " +
	"The `variables` of a program are public on the network, like everything else in a message: never put a secret there.\n\n" +
	diagnostic.DuplicatesDescription

var words = machine.Words{
	Noun:      noun,
	Change:    "A change amends.",
	Successor: "an amended program",
	Internet:  "an on-demand program with internet costs twice as much",
	UseLatest: "`false` of a mutable program changes by an amend, of an immutable one by a replacement.",
}

func attributes(ctx context.Context) attribute.Set {
	all := attribute.Set{
		"code":        attribute.Content(codeAttribute()),
		"runtime":     attribute.Content(runtimeAttribute(ctx)),
		"data":        attribute.Content(dataAttribute()),
		"export":      attribute.Content(exportAttribute()),
		"on":          attribute.Content(onAttribute(ctx)),
		"environment": attribute.Content(attribute.DefaultedObject(ctx, "What the program may reach.", words.Environment())),
		"resources":   attribute.Content(resourcesAttribute(ctx)),
		"allow_amend": attribute.Content(attribute.Flag(true, "Whether the program may be amended. Defaults to `true`. From `true` to `false` amends one last time and freezes the program for good; "+
			"from then on every change replaces it, and so does a change back to `true`.")),
		"keep_superseded": attribute.Local(attribute.KeepSuperseded("Whether versions that an amend has taken over from stay alive, running and billed. Defaults to `false`: " +
			"they are forgotten as soon as the new version is processed. A change sends no amend.")),
		"id":        attribute.Live(attribute.Computed("Item hash of the live version; the same as `item_hash`.")),
		"item_hash": attribute.Live(attribute.Computed("Item hash of the live version: the message that runs. An amend changes it.")),
		"replaces":  attribute.Live(attribute.Computed("Item hash of the version that the live one amended; null for a first version.")),
		"url":       attribute.Live(attribute.Computed("URL of the program. An amend changes it; " + ofDomain)),
		"host_url": attribute.Live(attribute.Computed("URL of the program with a host name of its own; where the provider's `domain` is an IP address, which has no names below it, " +
			"the same as `url`. An amend changes it; " + ofDomain)),
	}
	maps.Copy(all, words.Attributes())
	return all
}

const ofDomain = "a change of the provider's `domain` does so in place, and publishes nothing."

func encoding(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description + ": `plain`, `zip` or `squashfs`. A change amends.",
	}
}

func reference(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description,
	}
}

const useLatestDescription = "Whether the newest version of the file is mounted (`true`, the default), or exactly the version that `ref` names. A change amends."

func codeAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "What runs.",
		Attributes: map[string]schema.Attribute{
			"ref":      reference("Item hash of the STORE message that holds the code: `ref` of an `aleph_volume`. A change amends."),
			"encoding": encoding("How the code is packed: `encoding` of an `aleph_volume`"),
			"entrypoint": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "What to start: `module:application` for Python, the name of a function when the code is `plain` and `interface` is `asgi`, or the file to execute. A change amends.",
			},
			"interface": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`asgi` or `binary`. Left out by default: the node tells by the entrypoint. A change amends.",
			},
			"args":       attribute.StringList("Arguments of the entrypoint. Defaults to none. A change amends."),
			"use_latest": attribute.Flag(true, useLatestDescription),
		},
	}
}

func runtimeAttribute(ctx context.Context) schema.Attribute {
	return attribute.DefaultedObject(ctx, "Root file system that the code runs in.", map[string]schema.Attribute{
		"ref": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(DefaultRuntime),
			MarkdownDescription: "Item hash of the STORE message of the runtime. Defaults to the Python runtime that the network recommends. A change amends.",
		},
		"use_latest": attribute.Flag(true, useLatestDescription),
		"comment": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(""),
			MarkdownDescription: "Free text. Defaults, at creation, to an empty one; it is kept when the argument is removed. A change amends.",
			PlanModifiers:       []planmodifier.String{attribute.KeepString()},
		},
	})
}

func dataAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Input data: a zip of at most 10,000,000 bytes, which compute nodes unpack into `/data`. What is larger, or belongs elsewhere, is mounted through `volumes`, as squashfs.",
		Attributes: map[string]schema.Attribute{
			"ref":        reference("Item hash of the STORE message that holds the data. A change amends."),
			"encoding":   encoding("How the data is packed"),
			"mount":      schema.StringAttribute{Required: true, MarkdownDescription: "Directory at which the data should appear; compute nodes unpack it into `/data` whatever this says. A change amends."},
			"use_latest": attribute.Flag(true, useLatestDescription),
		},
	}
}

func exportAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Directory to keep when the program ends.",
		Attributes: map[string]schema.Attribute{
			"encoding": encoding("How the directory is packed"),
			"mount":    schema.StringAttribute{Required: true, MarkdownDescription: "The directory. A change amends."},
		},
	}
}

func onAttribute(ctx context.Context) schema.Attribute {
	return attribute.DefaultedObject(ctx, "What starts the program.", map[string]schema.Attribute{
		"http":       attribute.Flag(true, "Whether a request over HTTP starts it. Defaults to `true`. A change amends."),
		"persistent": attribute.Flag(false, "Whether it runs all the time, instead of on demand. Defaults to `false`. A persistent program is paid with credits only. A change amends."),
		"message": schema.ListAttribute{
			Optional:            true,
			Computed:            true,
			ElementType:         jsontypes.NormalizedType{},
			Default:             attribute.EmptyList(jsontypes.NormalizedType{}),
			MarkdownDescription: "Messages of the network that start it: a list of filters, each a JSON object as text (`jsonencode`), compared by meaning. Defaults to none. A change amends.",
			PlanModifiers:       []planmodifier.List{attribute.KeepEqualJSONs()},
			Validators:          []validator.List{listvalidator.ValueStringsAre(attribute.Check("a JSON object", attribute.CheckJSON))},
		},
	})
}

func resourcesAttribute(ctx context.Context) schema.Attribute {
	resources := words.Resources()
	resources["published_ports"] = attribute.DefaultedList("Ports to open to the internet. Defaults to none. A change amends.", schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"protocol": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString("tcp"),
			MarkdownDescription: "`tcp` (the default) or `udp`.",
		},
		"port": schema.Int64Attribute{
			CustomType:          attribute.WholeType{},
			Optional:            true, // see plan.ContentRules.Demanded
			MarkdownDescription: "Port, 1 to 65,535. Must be given.",
		},
	}})
	return attribute.DefaultedObject(ctx, "What the program is given. One compute unit is 1 vCPU and 2,048 MiB.", resources)
}
