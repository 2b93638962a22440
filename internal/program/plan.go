// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// versioned says what a change of a program does.
var versioned = plan.Versioned{
	Content: []string{
		"name", "tags", "metadata", "code", "runtime", "data", "export", "on", "environment", "resources", "volumes", "requirements",
		"variables", "authorized_keys", "payment", "allow_amend", "channel",
	},
	Identity: []string{"address"},
	Amended:  []string{"id", "item_hash", "url", "host_url", "replaces"},
	Mutable:  "allow_amend",
}

// ModifyPlan decides what the plan does: amend, replace, clean up, or nothing.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.requireKey(&resp.Diagnostics)
		return
	}
	p := plan.NewPlanning(ctx, req, resp)
	if p == nil {
		return
	}
	p.CreationDefaults(r.defaults())
	publish, cleanup := p.Prior == nil, false
	if publish {
		p.Set("replaces", types.StringNull())
		p.Set("superseded", attribute.Strings(nil))
	} else {
		r.seen(p)
		note, diags := plan.ReadPending(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		publish = versioned.Plan(p, false, note.Resend)
		cleanup = p.Supersede(publish, false)
	}
	if publish || cleanup {
		r.requireKey(&resp.Diagnostics)
	}
	p.Finish()
	resp.Diagnostics.Append(r.consequences(p, publish, len(resp.RequiresReplace) > 0)...)
	if publish && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(checkPlan(p.Known(), time.Now())...)
	}
	if publish && r.client != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(plan.AtOnce(
			func() diag.Diagnostics { return r.warnOfSize(ctx, p.Known()) },
			func() diag.Diagnostics { return r.checkBalance(ctx, req, resp) },
			func() diag.Diagnostics { return r.twins(ctx, p, resp.Plan) },
		)...)
	}
}

// seen tells the journal that the state has the program: without a refresh, nothing else does.
func (r *Resource) seen(p *plan.Planning) {
	if r.client != nil {
		r.client.Journal.Seen(plan.TextOf(p.Prior["item_hash"]).ValueString())
	}
}

// twins tells of programs that are the same as the one that is created. Terraform plans once more right before it
// creates, so that what was left behind since the plan is told as well.
func (r *Resource) twins(ctx context.Context, p *plan.Planning, raw tfsdk.Plan) diag.Diagnostics {
	if !versioned.Creates(p) {
		return nil
	}
	var planned Model
	diags := raw.Get(ctx, &planned)
	if diags.HasError() {
		return diags
	}
	content, err := planned.content()
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	options := planned.options(content)
	taken, err := r.client.Resumable(content, options)
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	if taken != "" {
		diags.Append(diagnostic.WillTakeOver(noun, taken))
	}
	twins, err := r.client.Twins(ctx, object.Programs, content, options)
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	return append(diags, diagnostic.TwinWarnings(noun, twins)...)
}

// requireKey fails a plan that needs a key to be applied, when none was given.
func (r *Resource) requireKey(diags *diag.Diagnostics) {
	if r.client == nil {
		return
	}
	if err := r.client.RequireAccount(); err != nil {
		diags.Append(diagnostic.Failure{Action: "plan a change of a program", State: diagnostic.NothingSent, Err: err}.Error())
	}
}

// defaults are what the provider block gives at creation; unknown while the provider's settings are.
func (r *Resource) defaults() (address, channel, paymentType types.String) {
	if r.client == nil {
		return types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	d := r.client.Defaults
	return types.StringValue(d.Owner), attribute.Text(d.Channel), types.StringValue(d.PaymentType)
}
