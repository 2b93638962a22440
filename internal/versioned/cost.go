// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// priced reports whether the noun costs something.
func (r *theResource) priced() bool {
	_, ok := r.Empty().(Priced)
	return ok
}

// checkBalance counts the message that is planned, and returns what tells when the owner cannot pay for all that is. Planned
// is what is known of the plan.
func (r *theResource) checkBalance(ctx context.Context, req resource.ModifyPlanRequest, planned tfsdk.Plan) (func(context.Context) error, diag.Diagnostics) {
	if !r.priced() {
		return nil, nil
	}
	spending, diags := r.spending(ctx, req, planned)
	if spending == nil || diags.HasError() {
		return nil, diags
	}
	return r.client.Money.Afford(ctx, *spending), diags
}

// spending is what the plan adds to the costs of the owner; nil while that is not known.
func (r *theResource) spending(ctx context.Context, req resource.ModifyPlanRequest, planned tfsdk.Plan) (*money.Spending, diag.Diagnostics) {
	m := r.Empty()
	diags := planned.Get(ctx, m)
	item := itemOf(m)
	if item == nil || m.common().Address.IsNull() {
		return nil, diags
	}
	spending := money.Spending{Owner: m.common().Address.ValueString(), New: item}
	if req.State.Raw.IsNull() {
		var d diag.Diagnostics
		spending.Changes, d = readChanges(ctx, req.Private)
		return &spending, append(diags, d...)
	}
	state := r.Empty()
	diags.Append(req.State.Get(ctx, state)...)
	live, keep := state.versions().live, m.versions().billed.KeepSuperseded
	spending.Changes, spending.Live = live.ValueString(), itemOf(state)
	spending.Keeps = keep.IsNull() || keep.ValueBool() || r.Life.KeepsFirst && live.Equal(state.common().ID)
	return &spending, diags
}

// known is a plan without what is known only after apply.
func known(planned tfsdk.Plan) tfsdk.Plan {
	if part, err := plan.KnownPart(planned.Raw); err == nil {
		planned.Raw = part
	}
	return planned
}

func itemOf(m Model) money.Item {
	priced, ok := m.(Priced)
	if !ok {
		return nil
	}
	return priced.Item()
}
