// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// checkBalance tells when the owner cannot pay for the message that is planned, with all that was planned before.
func (r *theResource) checkBalance(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) diag.Diagnostics {
	if _, ok := r.Empty().(Priced); !ok {
		return nil
	}
	spending, diags := r.spending(ctx, req, resp)
	if spending != nil && !diags.HasError() {
		diags.Append(diagnostic.BalanceDiagnostics(r.client.Money.Afford(ctx, *spending))...)
	}
	return diags
}

// spending is what the plan adds to the costs of the owner; nil while that is not known.
func (r *theResource) spending(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (*money.Spending, diag.Diagnostics) {
	m := r.Empty()
	known := resp.Plan
	var err error
	if known.Raw, err = plan.KnownPart(known.Raw); err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unable to read the plan", err.Error())}
	}
	diags := known.Get(ctx, m)
	changes, old, d := r.changed(ctx, req, resp, m)
	diags.Append(d...)
	item := itemOf(m)
	if item == nil || m.common().Address.IsNull() {
		return nil, diags
	}
	return &money.Spending{Owner: m.common().Address.ValueString(), New: item, Old: old, Changes: changes}, diags
}

// changed is the live version that a plan amends or replaces, empty when it creates, and what is not billed any more
// afterwards.
func (r *theResource) changed(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, planned Model) (live string, old money.Item, diags diag.Diagnostics) {
	if req.State.Raw.IsNull() {
		live, diags = readChanges(ctx, req.Private)
		return live, nil, diags
	}
	state := r.Empty()
	diags = req.State.Get(ctx, state)
	v := state.versions()
	live = v.live.ValueString()
	diags.Append(writeChanges(ctx, resp.Private, live)...)
	keep := planned.versions().billed.KeepSuperseded
	stays := r.Life.KeepsFirst && v.live.Equal(state.common().ID)
	if keep.IsNull() || keep.ValueBool() || stays {
		return live, nil, diags
	}
	return live, itemOf(state), diags
}

func itemOf(m Model) money.Item {
	priced, ok := m.(Priced)
	if !ok {
		return nil
	}
	return priced.Item()
}
