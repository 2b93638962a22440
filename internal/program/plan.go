// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/schemas"
)

// versioned says what a change of a program does.
var versioned = schemas.Versioned{
	Content: []string{
		"name", "tags", "metadata", "code", "runtime", "data", "export", "on", "environment", "resources", "volumes", "requirements",
		"variables", "authorized_keys", "payment", "allow_amend", "channel",
	},
	Identity: []string{"address"},
	Amended:  []string{"id", "item_hash", "url", "host_url", "replaces", "superseded"},
	Mutable:  "allow_amend",
}

// ModifyPlan decides what the plan does: amend, replace, clean up, or nothing.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.requireKey(&resp.Diagnostics)
		return
	}
	schemas.ApplyDefaults(ctx, req, resp, r.defaults()...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.requireKey(&resp.Diagnostics)
		resp.Diagnostics.Append(checkPayment(ctx, resp.Plan, time.Now())...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("replaces"), types.StringNull())...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("superseded"), schemas.Strings(nil))...)
		return
	}
	publish := versioned.Plan(ctx, req.State.Raw, resp.Plan.Raw, false, resp)
	if publish {
		resp.Diagnostics.Append(checkPayment(ctx, resp.Plan, time.Now())...)
	}
	if publish || schemas.PlanCleanup(ctx, req, resp) {
		r.requireKey(&resp.Diagnostics)
	}
}

// requireKey fails a plan that needs a key to be applied, when none was given.
func (r *Resource) requireKey(diags *diag.Diagnostics) {
	if r.client == nil {
		return
	}
	if err := r.client.RequireAccount(); err != nil {
		diags.Append(schemas.Failure{Action: "plan a change of a program", Err: err}.Error())
	}
}

// defaults are what the provider block gives at creation; unknown while the provider's settings are.
func (r *Resource) defaults() []schemas.Default {
	if r.client == nil {
		return schemas.CreationDefaults(types.StringUnknown(), types.StringUnknown(), types.StringUnknown())
	}
	d := r.client.Defaults
	return schemas.CreationDefaults(types.StringValue(d.Owner), schemas.Text(d.Channel), types.StringValue(d.PaymentType))
}
