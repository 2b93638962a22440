// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Change is what is planned of an object whose costs are looked at.
type Change[M any] struct {
	// Planned is the plan without what is not known yet, and Prior the state; nil for a new object.
	Planned M
	Prior   *M
	// ItemHash is the live version of an object that is amended or replaced; empty for one that is created.
	ItemHash string
}

// ChangeOf reads what is planned into models.
func ChangeOf[M any](ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (*Change[M], diag.Diagnostics) {
	var c Change[M]
	known := resp.Plan
	var err error
	if known.Raw, err = tftypes.Transform(known.Raw, knownPart); err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unable to read the plan", err.Error())}
	}
	diags := known.Get(ctx, &c.Planned)
	if req.State.Raw.IsNull() {
		hash, d := ReadChanges(ctx, req.Private)
		c.ItemHash = hash
		return &c, append(diags, d...)
	}
	var live types.String
	diags.Append(req.State.Get(ctx, &c.Prior)...)
	diags.Append(req.State.GetAttribute(ctx, path.Root("item_hash"), &live)...)
	c.ItemHash = live.ValueString()
	diags.Append(WriteChanges(ctx, resp.Private, c.ItemHash)...)
	return &c, diags
}

// knownPart makes null of what is not known yet, and leaves it out of lists and maps, whose elements are never null in a
// model.
func knownPart(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
	kind := value.Type()
	switch {
	case !value.IsKnown():
		return tftypes.NewValue(kind, nil), nil
	case value.IsNull():
		return value, nil
	case kind.Is(tftypes.List{}):
		var elements []tftypes.Value
		err := value.As(&elements)
		return tftypes.NewValue(kind, slices.DeleteFunc(elements, tftypes.Value.IsNull)), err
	case kind.Is(tftypes.Map{}):
		var elements map[string]tftypes.Value
		err := value.As(&elements)
		maps.DeleteFunc(elements, func(_ string, element tftypes.Value) bool { return element.IsNull() })
		return tftypes.NewValue(kind, elements), err
	}
	return value, nil
}
