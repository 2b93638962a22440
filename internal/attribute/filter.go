// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Filter says which of an owner's objects are meant: by what their live version says. What is left out filters nothing.
type Filter struct {
	Address types.String `tfsdk:"address"`
	Channel types.String `tfsdk:"channel"`
	Tags    types.List   `tfsdk:"tags"`
}

// Accepts reports whether the filter lets an object of the owner's through.
func (f Filter) Accepts(channel types.String, tags []string) bool {
	wanted := StringsOf(f.Tags)
	return Matches(f.Channel, channel) &&
		(len(wanted) == 0 || slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(wanted, tag) }))
}

// Matches reports whether a text is the one that is wanted, or none is.
func Matches(wanted, text types.String) bool { return wanted.IsNull() || wanted.Equal(text) }

const (
	filterAddress = "Address that owns the objects, in checksummed form (EIP-55). Defaults to the provider's `address`."
	filterChannel = "Only what is published in this channel, as the node says: no signature covers it. Defaults to every channel."
	filterTags    = "Only what has one of these tags at least. Defaults to any."
)

var (
	anAddress = Check("an address in checksummed form", message.CheckAddress)
	someTags  = []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))}
)

// FilterAttributes are those of Filter and of one name, for a data source.
func FilterAttributes(name, description string) map[string]datasource.Attribute {
	return map[string]datasource.Attribute{
		"address": Owner(filterAddress),
		"channel": datasource.StringAttribute{Optional: true, MarkdownDescription: filterChannel},
		"tags": datasource.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: filterTags, Validators: someTags,
		},
		name: datasource.StringAttribute{Optional: true, MarkdownDescription: description},
	}
}

// Owner is the address of whoever owns what a data source reads.
func Owner(description string) datasource.StringAttribute {
	return datasource.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description, Validators: []validator.String{anAddress},
	}
}

// ListAttributes are those of Filter and of one name, for a list resource.
func ListAttributes(name, description string) map[string]list.Attribute {
	return map[string]list.Attribute{
		"address": list.StringAttribute{Optional: true, MarkdownDescription: filterAddress, Validators: []validator.String{anAddress}},
		"channel": list.StringAttribute{Optional: true, MarkdownDescription: filterChannel},
		"tags": list.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: filterTags, Validators: someTags,
		},
		name: list.StringAttribute{Optional: true, MarkdownDescription: description},
	}
}
