// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Versioned describes a noun whose changes are messages that amend one another. It is the one place that decides what
// a plan does: amend, replace, or nothing on the network.
type Versioned struct {
	// Content are the attributes that a message carries: a change takes a new message.
	Content []string
	// Identity are the attributes that no amend can change: they always replace.
	Identity []string
	// Amended are the computed attributes that a new message changes.
	Amended []string
	// Mutable is the flag whose prior value decides: a change of content amends when it was true, and replaces when
	// it was false.
	Mutable string
}

// Plan compares the planned with the prior values, of a resource that exists and stays, and tells the plan: what
// forces a replacement, and which computed values become unknown or keep what they were. It reports whether a message
// is published, as an amend or for a replacement. A frozen resource takes no amend, whatever its flag says.
func (v Versioned) Plan(ctx context.Context, state, plan tftypes.Value, frozen bool, resp *resource.ModifyPlanResponse) bool {
	prior, planned, err := attributesOf(state, plan)
	if err != nil {
		resp.Diagnostics.AddError("Unable to compare the plan with the state", err.Error())
		return false
	}
	changed := changes(prior, planned, v.Content)
	replaced := changes(prior, planned, v.Identity)
	publish := len(changed)+len(replaced) > 0
	if frozen || !isTrue(prior[v.Mutable]) {
		replaced.Append(changed...)
	}
	resp.RequiresReplace.Append(replaced...)
	for _, name := range v.Amended {
		if publish {
			resp.Diagnostics.Append(SetUnknown(ctx, resp, name)...)
		} else {
			resp.Diagnostics.Append(SetPrior(ctx, resp, state, path.Root(name))...)
		}
	}
	return publish
}

// SetUnknown plans that a top-level attribute is known after apply.
func SetUnknown(ctx context.Context, resp *resource.ModifyPlanResponse, name string) diag.Diagnostics {
	kind := resp.Plan.Schema.GetAttributes()[name].GetType()
	return setRaw(ctx, resp, path.Root(name), tftypes.NewValue(kind.TerraformType(ctx), tftypes.UnknownValue))
}

// SetPrior plans that an attribute stays what it is in the state.
func SetPrior(ctx context.Context, resp *resource.ModifyPlanResponse, state tftypes.Value, at path.Path) diag.Diagnostics {
	value, err := valueAt(state, at)
	if err != nil {
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Unable to keep the prior value", err.Error())}
	}
	return setRaw(ctx, resp, at, value)
}

func setRaw(ctx context.Context, resp *resource.ModifyPlanResponse, at path.Path, raw tftypes.Value) diag.Diagnostics {
	kind, diags := resp.Plan.Schema.TypeAtPath(ctx, at)
	if diags.HasError() {
		return diags
	}
	value, err := kind.ValueFromTerraform(ctx, raw)
	if err != nil {
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Unable to plan this value", err.Error())}
	}
	return resp.Plan.SetAttribute(ctx, at, value)
}

func attributesOf(state, plan tftypes.Value) (prior, planned map[string]tftypes.Value, err error) {
	if err := state.As(&prior); err != nil {
		return nil, nil, err
	}
	return prior, planned, plan.As(&planned)
}

// changes are the paths at which the named attributes differ. It descends into objects, and stops at lists and maps.
func changes(prior, planned map[string]tftypes.Value, names []string) path.Paths {
	var paths path.Paths
	for _, name := range names {
		paths.Append(differences(path.Root(name), prior[name], planned[name])...)
	}
	return paths
}

func differences(at path.Path, prior, planned tftypes.Value) path.Paths {
	if prior.Equal(planned) {
		return nil
	}
	var before, after map[string]tftypes.Value
	isObject := prior.Type().Is(tftypes.Object{}) && prior.IsKnown() && planned.IsKnown() && !prior.IsNull() && !planned.IsNull()
	if !isObject || prior.As(&before) != nil || planned.As(&after) != nil {
		return path.Paths{at}
	}
	names := make([]string, 0, len(after))
	for name := range after {
		names = append(names, name)
	}
	slices.Sort(names)
	var paths path.Paths
	for _, name := range names {
		paths.Append(differences(at.AtName(name), before[name], after[name])...)
	}
	return paths
}

func isTrue(v tftypes.Value) bool {
	var b bool
	return v.IsKnown() && !v.IsNull() && v.As(&b) == nil && b
}

// valueAt walks a raw value by attribute names.
func valueAt(raw tftypes.Value, at path.Path) (tftypes.Value, error) {
	for _, step := range at.Steps() {
		name, ok := step.(path.PathStepAttributeName)
		if !ok {
			break
		}
		var attributes map[string]tftypes.Value
		if err := raw.As(&attributes); err != nil {
			return raw, err
		}
		raw = attributes[string(name)]
	}
	return raw, nil
}

// Default is a value that the provider block gives to an attribute at creation only. Later the attribute keeps what it
// has, so that neither a change of the provider block nor an import amends or replaces anything (plan-semantics 2).
type Default struct {
	Path path.Path
	// Value at creation: known, null, or unknown when the provider block is not known yet.
	Value attr.Value
}

// ApplyDefaults plans each default that the configuration leaves out.
func ApplyDefaults(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, defaults ...Default) {
	for _, d := range defaults {
		configured, diags := isConfigured(ctx, req, d.Path)
		resp.Diagnostics.Append(diags...)
		switch {
		case configured || diags.HasError():
		case req.State.Raw.IsNull():
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, d.Path, d.Value)...)
		default:
			resp.Diagnostics.Append(SetPrior(ctx, resp, req.State.Raw, d.Path)...)
		}
	}
}

func isConfigured(ctx context.Context, req resource.ModifyPlanRequest, at path.Path) (bool, diag.Diagnostics) {
	raw, err := valueAt(req.Config.Raw, at.ParentPath())
	if err != nil || !raw.IsKnown() {
		return true, nil
	}
	if raw.IsNull() {
		return false, nil
	}
	raw, err = valueAt(req.Config.Raw, at)
	if err != nil {
		return false, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Unable to read the configuration", err.Error())}
	}
	return !raw.IsNull(), nil
}

// Unknown reports whether any of the values is not known yet.
func Unknown(values ...attr.Value) bool {
	return slices.ContainsFunc(values, func(v attr.Value) bool { return v.IsUnknown() })
}
