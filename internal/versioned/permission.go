// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// readable is a state, or a plan.
type readable interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// permitted warns when the network would not let the key act for the owner of what is published, or forgotten. What is not
// known yet of it cannot be judged.
func (r *theResource) permitted(ctx context.Context, values map[string]tftypes.Value, from readable) diag.Diagnostics {
	if r.client == nil || !r.client.ForAnother(plan.TextOf(values["address"]).ValueString()) {
		return nil
	}
	m := r.Empty()
	if diags := from.Get(ctx, m); diags.HasError() {
		return diags
	}
	content, err := m.ToMessage()
	if err != nil {
		return nil // the plan says by itself what is wrong with it
	}
	return diagnostic.NotPermitted(r.client.Permitted(ctx, content, options(m.common())))
}
