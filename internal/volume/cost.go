// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
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
	if planned.Payment == nil || planned.Payment.Type.IsNull() || planned.Address.IsNull() {
		return nil
	}
	spending := &money.Spending{Owner: planned.Address.ValueString(), New: planned.file(), Changes: change.ItemHash}
	if prior == nil || planned.KeepSuperseded.IsNull() || planned.KeepSuperseded.ValueBool() {
		return spending
	}
	if !prior.ItemHash.Equal(prior.ID) && prior.Payment != nil { // the first version is never forgotten while the volume lives
		spending.Old = prior.file()
	}
	return spending
}

// file is what the volume costs for. Of a size that is not known yet, the least counts.
func (m *Model) file() money.File {
	size := int64(1)
	if !m.Size.IsNull() {
		size = m.Size.ValueInt64()
	}
	return money.File{PaymentType: m.Payment.Type.ValueString(), Bytes: size, Engine: message.ItemType(m.StorageEngine.ValueString())}
}
