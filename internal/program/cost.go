// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// checkBalance tells when the owner cannot pay for the message that is planned, with all that was planned before.
func (r *Resource) checkBalance(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) diag.Diagnostics {
	change, diags := plan.ChangeOf[Model](ctx, req, resp)
	if diags.HasError() {
		return diags
	}
	if spending := spendingOf(change); spending != nil {
		diags.Append(diagnostic.BalanceDiagnostics(r.client.Money.Afford(ctx, *spending))...)
	}
	return diags
}

// spendingOf is what the plan adds to the costs of the owner; nil while that is not known.
func spendingOf(change *plan.Change[Model]) *money.Spending {
	planned, prior := change.Planned, change.Prior
	machine := planned.machine()
	if machine == nil || planned.Address.IsNull() {
		return nil
	}
	spending := &money.Spending{Owner: planned.Address.ValueString(), New: *machine, Changes: change.ItemHash}
	if prior == nil || planned.KeepSuperseded.IsNull() || planned.KeepSuperseded.ValueBool() {
		return spending
	}
	if old := prior.machine(); old != nil {
		spending.Old = *old
	}
	return spending
}

// machine is what the program costs for; nil when the attributes that decide it are not known yet. Of values in them
// that are not, the least counts.
func (m *Model) machine() *money.Machine {
	if m.Code == nil || m.Runtime == nil || m.On == nil || m.Environment == nil || m.Resources == nil || m.Payment == nil || m.Payment.Type.IsNull() {
		return nil
	}
	paid := *m
	on := *m.On
	paid.On, paid.Metadata, on.Message = &on, jsontypes.NewNormalizedNull(), nil // they cost nothing, and may not be known
	content, err := paid.content()
	if err != nil {
		return nil
	}
	machine := money.MachineOf(content)
	return &machine
}
