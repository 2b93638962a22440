// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// Words are what the descriptions of attributes say differently for each noun.
type Words struct {
	// Noun is what the machine is called, such as "program".
	Noun string
	// Change says what a change of an attribute does, as a sentence.
	Change string
	// Successor is what takes over after a change, such as "an amended program".
	Successor string
	// Internet says what it costs to reach the internet, as the end of a sentence.
	Internet string
	// UseLatest says what a change of a volume's `use_latest` does, as a sentence.
	UseLatest string
}

// Attributes are those of Model.
func (w Words) Attributes() attribute.Set {
	return attribute.Set{
		"name": attribute.Content(text(w.content("Name shown by explorers (`metadata.name`), at most 512 characters."))),
		"tags": attribute.Content(attribute.Tags()),
		"metadata": attribute.Content(attribute.Metadata(w.content("Further metadata as a JSON object (`jsonencode`), compared by meaning: keys of at most 64 characters, " +
			"values that are texts of at most 512 characters, numbers, booleans or null; without `name` and `tags`, which are arguments of their own."))),
		"volumes":      attribute.Content(w.volumes()),
		"requirements": attribute.Content(w.requirements()),
		"variables": attribute.Content(schema.MapAttribute{
			Optional:    true,
			Computed:    true,
			ElementType: types.StringType,
			Default:     mapdefault.StaticValue(types.MapValueMust(types.StringType, map[string]attr.Value{})),
			MarkdownDescription: w.content("Environment variables, at most 256: names of at most 128 and values of at most 4,096 characters. Public on the network. " +
				"Defaults to none."),
		}),
		"authorized_keys": attribute.Content(attribute.StringList(w.content("SSH public keys, at most 256, of at most 8,192 characters. Defaults to none."))),
		"payment":         attribute.Content(attribute.Payment()),
	}
}

// Environment are the attributes of EnvironmentModel.
func (w Words) Environment() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"internet":     attribute.Flag(true, w.content("Whether it reaches the internet. Defaults to `true`; "+w.Internet+".")),
		"aleph_api":    attribute.Flag(true, w.content("Whether it reaches the network's API. Defaults to `true`.")),
		"reproducible": attribute.Flag(false, w.content("Whether its results can be reproduced. Defaults to `false`.")),
		"shared_cache": attribute.Flag(false, w.content("Whether it shares a cache with others on the node. Defaults to `false`.")),
	}
}

// Resources are the attributes of ResourcesModel.
func (w Words) Resources() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"vcpus":   number(1, w.content("Virtual processors, 1 to 256. Defaults to `1`.")),
		"memory":  number(2048, w.content("Memory in MiB, 1 to 1,048,576. Defaults to `2048`.")),
		"seconds": number(30, w.content("Longest time that a call may take, in seconds, 1 to 315,360,000. Defaults to `30`.")),
	}
}

// content describes what a message carries: what it is, and what a change of it does.
func (w Words) content(description string) string { return description + " " + w.Change }

func number(value int64, description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType:          attribute.WholeType{},
		Optional:            true,
		Computed:            true,
		Default:             int64default.StaticInt64(value),
		MarkdownDescription: description,
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}
