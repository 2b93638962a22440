// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// versioned says what a change of a volume does.
var versioned = plan.Versioned{
	Content:  []string{"content_hash", "storage_engine", "metadata", "tags", "payment", "channel"},
	Identity: []string{"address", "ref_name"},
	Amended:  []string{"item_hash"},
	Mutable:  "use_latest",
}

// ModifyPlan reads and hashes the file, and decides what the plan does: amend, replace, clean up, or nothing.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := plan.NewPlanning(ctx, req, resp)
	if p == nil {
		return
	}
	if p.Planned == nil {
		r.requireKey(&resp.Diagnostics)
		resp.Diagnostics.Append(r.ends(p)...)
		return
	}
	p.CreationDefaults(r.defaults())
	r.planFile(ctx, p, &resp.Diagnostics)
	publish, cleanup := p.Prior == nil, false
	if publish {
		p.Set("superseded", attribute.Strings(nil))
		warnOfName(p.Text("ref_name"), p.Flag("use_latest"), &resp.Diagnostics)
	} else {
		r.seen(p)
		frozen, diags := plan.ReadFrozen(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		note, diags := plan.ReadPending(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		publish = versioned.Plan(p, frozen, note.Resend)
		cleanup = p.Supersede(publish, wasAmended(p))
		p.Keep("id")
		planRef(p)
	}
	if publish || cleanup {
		r.requireKey(&resp.Diagnostics)
	}
	p.Finish()
	if len(resp.RequiresReplace) > 0 {
		resp.Diagnostics.Append(r.ends(p)...)
	}
	if publish && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(checkPlan(p.Known(), time.Now())...)
	}
	if publish && r.client != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(plan.AtOnce(
			func() diag.Diagnostics { return r.checkBalance(ctx, req, resp) },
			func() diag.Diagnostics { return r.twins(ctx, p, resp.Plan) },
		)...)
	}
}

// ends warns of programs that mount a volume which is to be destroyed or replaced, as far as they are planned before it;
// those that are planned later warn themselves.
func (r *Resource) ends(p *plan.Planning) diag.Diagnostics {
	if r.client == nil {
		return nil
	}
	id := plan.TextOf(p.Prior["id"]).ValueString()
	versions := []string{id, plan.TextOf(p.Prior["item_hash"]).ValueString()}
	for _, superseded := range plan.ElementsOf(p.Prior["superseded"]) {
		versions = append(versions, plan.TextOf(superseded).ValueString())
	}
	var diags diag.Diagnostics
	for _, mount := range r.client.Mounts.End(id, versions) {
		diags.Append(diagnostic.MountWarning(mount.File, mount.Program, mount.Leaves))
	}
	return diags
}

// seen tells the journal that the state has the volume: without a refresh, nothing else does.
func (r *Resource) seen(p *plan.Planning) {
	if r.client != nil {
		r.client.Journal.Seen(plan.TextOf(p.Prior["id"]).ValueString())
	}
}

// twins tells of volumes that are the same as the one that is created. Terraform plans once more right before it
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
	content, err := planned.content(planned.ContentHash.ValueString())
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	options := object.Options{Owner: planned.Address.ValueString(), Channel: planned.Channel.ValueString()}
	taken, err := r.client.Resumable(content, options)
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	if taken != "" {
		diags.Append(diagnostic.WillTakeOver(noun, taken))
	}
	twins, err := r.client.Twins(ctx, object.Files, content, options)
	if err != nil {
		return append(diags, diagnostic.TwinsUnknown(err))
	}
	return append(diags, diagnostic.TwinWarnings(noun, twins)...)
}

// defaults are what the provider block gives at creation; unknown while the provider's settings are.
func (r *Resource) defaults() (address, channel, paymentType types.String) {
	if r.client == nil {
		return types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	d := r.client.Defaults
	return types.StringValue(d.Owner), attribute.Text(d.Channel), types.StringValue(d.PaymentType)
}

// requireKey fails a plan that needs a key to be applied, when none was given.
func (r *Resource) requireKey(diags *diag.Diagnostics) {
	if r.client == nil {
		return
	}
	if err := r.client.RequireAccount(); err != nil {
		diags.Append(diagnostic.Failure{Action: "plan a change of a volume", State: diagnostic.NothingSent, Err: err}.Error())
	}
}

// warnOfName says what a name of its own means for mounts, which is not to be seen in the plan, unless the volume says
// itself that its mounts are pinned.
func warnOfName(name types.String, useLatest types.Bool, diags *diag.Diagnostics) {
	if name.IsNull() || !useLatest.ValueBool() {
		return
	}
	diags.AddAttributeWarning(path.Root("ref_name"), "Mounts must say use_latest = false",
		"The network mounts a file with a name of its own by the item hash of one version only. Give `use_latest = false` to each `volumes` element, `code` or `data` that names `ref` of this volume: "+
			"with `true`, the program would be refused.")
}

// wasAmended reports whether a new version leaves behind another than the first, which is never forgotten. Something may
// mount that one by its item hash, such as a program that follows in the same apply: until then the network holds on to it.
func wasAmended(p *plan.Planning) bool { return !p.Prior["item_hash"].Equal(p.Prior["id"]) }

// planRef plans what a mount must name.
func planRef(p *plan.Planning) {
	planned, useLatest := Published{ID: p.Text("id"), ItemHash: p.Text("item_hash"), RefName: p.Text("ref_name")}, p.Flag("use_latest")
	if useLatest.IsUnknown() || planned.RefName.IsUnknown() {
		p.SetUnknown("ref")
		return
	}
	p.Set("ref", planned.ref(useLatest.ValueBool()))
}
