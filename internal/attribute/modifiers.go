// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Sibling finds out whether an element of a union is of a kind, by the siblings that the configuration sets.
type Sibling struct {
	// Present is the attribute that the kind has; empty when the kind has none of its own.
	Present string
	// Absent are the attributes that other kinds have.
	Absent []string
	// Defaulted are the attributes of any kind that have a default of this sort, which follows from the others.
	Defaulted []string
}

// DefaultBool and DefaultString give an attribute of one kind of a union its default, and null to the other kinds: a
// static default would put it on every kind. An element that lacks the attribute on the network, and stays as it is
// otherwise, goes on without: what another tool left out is no reason to publish anything.
func DefaultBool(kind Sibling, value bool) planmodifier.Bool {
	return kindDefault{kind: kind, value: types.BoolValue(value)}
}

// DefaultString is DefaultBool for a string.
func DefaultString(kind Sibling, value string) planmodifier.String {
	return kindDefault{kind: kind, value: types.StringValue(value)}
}

type kindDefault struct {
	kind  Sibling
	value attr.Value
}

func (m kindDefault) Description(context.Context) string {
	return "Defaults to " + m.value.String() + " where it applies."
}

func (m kindDefault) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m kindDefault) PlanModifyBool(ctx context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	is, known := m.applies(ctx, req.Config, req.Path, &resp.Diagnostics)
	if is && known && req.StateValue.IsNull() {
		var lacks bool
		lacks, known = m.lacks(ctx, req.State, req.Plan, req.Path, &resp.Diagnostics)
		is = !lacks
	}
	switch {
	case !known:
		resp.PlanValue = types.BoolUnknown()
	case is:
		resp.PlanValue, _ = m.value.(types.Bool)
	default:
		resp.PlanValue = types.BoolNull()
	}
}

func (m kindDefault) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	is, known := m.applies(ctx, req.Config, req.Path, &resp.Diagnostics)
	if is && known && req.StateValue.IsNull() {
		var lacks bool
		lacks, known = m.lacks(ctx, req.State, req.Plan, req.Path, &resp.Diagnostics)
		is = !lacks
	}
	switch {
	case !known:
		resp.PlanValue = types.StringUnknown()
	case is:
		resp.PlanValue, _ = m.value.(types.String)
	default:
		resp.PlanValue = types.StringNull()
	}
}

// applies reads the siblings of an attribute; known is false when one that matters is not known yet.
func (m kindDefault) applies(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) (is, known bool) {
	is, known = true, true
	look := func(name string, present bool) {
		var value attr.Value
		diags.Append(config.GetAttribute(ctx, at.ParentPath().AtName(name), &value)...)
		switch {
		case value == nil || value.IsUnknown():
			known = false
		case value.IsNull() == present:
			is = false
		}
	}
	if m.kind.Present != "" {
		look(m.kind.Present, true)
	}
	for _, name := range m.kind.Absent {
		look(name, false)
	}
	return is, known || !is
}

// lacks reports whether the network has the element already, without the attribute, and otherwise as it is planned; known is
// false when that is not known yet.
func (m kindDefault) lacks(ctx context.Context, state tfsdk.State, plan tfsdk.Plan, at path.Path, diags *diag.Diagnostics) (lacks, known bool) {
	if state.Raw.IsNull() {
		return false, true
	}
	var before, after types.Object
	diags.Append(state.GetAttribute(ctx, at.ParentPath(), &before)...)
	diags.Append(plan.GetAttribute(ctx, at.ParentPath(), &after)...)
	if before.IsNull() || diags.HasError() {
		return false, true
	}
	lacks, known = true, true
	for name, value := range after.Attributes() {
		if before.Attributes()[name].Equal(value) || slices.Contains(m.kind.Defaulted, name) {
			continue
		}
		if raw, err := value.ToTerraformValue(ctx); err != nil || raw.IsFullyKnown() {
			return false, true
		}
		known = false
	}
	return lacks, known
}

// KeepString keeps a text that the configuration leaves out as it is: it has its default at creation only.
func KeepString() planmodifier.String { return keepString{} }

type keepString struct{}

func (keepString) Description(context.Context) string { return "Stays as it is when it is left out." }

func (m keepString) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepString) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() && !req.StateValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}
