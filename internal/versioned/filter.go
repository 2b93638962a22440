// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// filter says which of an owner's objects are meant: by what their live version says. What is null filters nothing.
type filter struct {
	address, channel, name types.String
	tags                   types.List
}

func (n *Noun) filterOf(ctx context.Context, config tfsdk.Config) (filter, diag.Diagnostics) {
	var f filter
	diags := config.GetAttribute(ctx, path.Root("address"), &f.address)
	diags.Append(config.GetAttribute(ctx, path.Root("channel"), &f.channel)...)
	diags.Append(config.GetAttribute(ctx, path.Root(n.Reading.Name), &f.name)...)
	if n.tagged() {
		diags.Append(config.GetAttribute(ctx, path.Root("tags"), &f.tags)...)
	}
	return f, diags
}

// tagged reports whether the noun's objects have tags.
func (n *Noun) tagged() bool {
	_, tagged := n.Reading.Summary["tags"]
	return tagged
}

const (
	filterChannel = "Only what is published in this channel, as the node says: no signature covers it. Defaults to every channel."
	filterTags    = "Only what has one of these tags at least. Defaults to any."
)

var someTags = []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))}

// filterAttributes are those of a filter in a data source.
func (n *Noun) filterAttributes() map[string]datasource.Attribute {
	attributes := map[string]datasource.Attribute{
		"address":      attribute.Owner(attribute.FilterOwner),
		"channel":      datasource.StringAttribute{Optional: true, MarkdownDescription: filterChannel},
		n.Reading.Name: datasource.StringAttribute{Optional: true, MarkdownDescription: n.Reading.Filter},
	}
	if n.tagged() {
		attributes["tags"] = datasource.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: filterTags, Validators: someTags}
	}
	return attributes
}

// listAttributes are those of a filter in a list resource.
func (n *Noun) listAttributes() map[string]list.Attribute {
	attributes := map[string]list.Attribute{
		"address":      attribute.ListOwner(),
		"channel":      list.StringAttribute{Optional: true, MarkdownDescription: filterChannel},
		n.Reading.Name: list.StringAttribute{Optional: true, MarkdownDescription: n.Reading.Filter},
	}
	if n.tagged() {
		attributes["tags"] = list.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: filterTags, Validators: someTags}
	}
	return attributes
}

// accepts reports whether the filter lets an object of these attributes through.
func (f filter) accepts(values map[string]tftypes.Value, name string) bool {
	matches := func(wanted types.String, name string) bool {
		return wanted.IsNull() || wanted.Equal(plan.TextOf(values[name]))
	}
	wanted, tags := attribute.StringsOf(f.tags), []string(nil)
	if len(wanted) > 0 {
		tags, _ = plan.TextsOf(values["tags"])
	}
	return matches(f.channel, "channel") && matches(f.name, name) &&
		(len(wanted) == 0 || slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(wanted, tag) }))
}
