// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"errors"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/schemas"
)

// versioned says what a change of a volume does.
var versioned = schemas.Versioned{
	Content:  []string{"content_hash", "storage_engine", "metadata", "tags", "payment", "channel"},
	Identity: []string{"address", "ref_name"},
	Amended:  []string{"item_hash", "superseded"},
	Mutable:  "use_latest",
}

// ModifyPlan reads and hashes the file, and decides what the plan does: amend, replace, clean up, or nothing.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		r.requireKey(&resp.Diagnostics)
		return
	}
	schemas.ApplyDefaults(ctx, req, resp, r.defaults()...)
	r.planContent(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.requireKey(&resp.Diagnostics)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("superseded"), schemas.Strings(nil))...)
		return
	}
	frozen, diags := schemas.ReadFrozen(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	publish := versioned.Plan(ctx, req.State.Raw, resp.Plan.Raw, frozen, resp)
	resp.Diagnostics.Append(schemas.SetPrior(ctx, resp, req.State.Raw, path.Root("id"))...)
	planRef(ctx, req, resp)
	if publish || schemas.PlanCleanup(ctx, req, resp) {
		r.requireKey(&resp.Diagnostics)
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

// requireKey fails a plan that needs a key to be applied, when none was given.
func (r *Resource) requireKey(diags *diag.Diagnostics) {
	if r.client == nil {
		return
	}
	if err := r.client.RequireAccount(); err != nil {
		diags.Append(schemas.Failure{Action: "plan a change of a volume", Err: err}.Error())
	}
}

// planContent plans what is computed from the file: its hash, size, encoding and engine.
func (r *Resource) planContent(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var source Source
	var engine types.String
	excludes := schemas.Strings(nil)
	for name, target := range source.targets() {
		resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root(name), target)...)
	}
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("excludes"), &excludes)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("storage_engine"), &engine)...)
	if resp.Diagnostics.HasError() {
		return
	}
	hash, size, encoding := types.StringUnknown(), types.Int64Unknown(), types.StringUnknown()
	if source.unknown() || excludes.IsUnknown() || engine.IsUnknown() {
		if engine.IsNull() {
			engine = types.StringUnknown()
		}
	} else {
		source.Excludes = schemas.StringsOf(excludes)
		hash, size, encoding, engine = r.facts(ctx, source, engine, &resp.Diagnostics)
	}
	var prior types.String
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("content_hash"), &prior)...)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("content_hash"), hash)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("storage_engine"), engine)...)
	if !hash.IsUnknown() && hash.Equal(prior) {
		// The same bytes: also where only the network knows their size.
		resp.Diagnostics.Append(schemas.SetPrior(ctx, resp, req.State.Raw, path.Root("size"))...)
		resp.Diagnostics.Append(schemas.SetPrior(ctx, resp, req.State.Raw, path.Root("encoding"))...)
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("size"), size)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("encoding"), encoding)...)
}

// facts reads the file. One that is not there yet is unknown: another resource may make it during the apply.
func (r *Resource) facts(ctx context.Context, source Source, engine types.String, diags *diag.Diagnostics) (hash types.String, size types.Int64, encoding, used types.String) {
	hash, size, encoding, used = types.StringUnknown(), types.Int64Unknown(), types.StringUnknown(), types.StringUnknown()
	b, err := r.open(ctx, source, engine)
	if errors.Is(err, os.ErrNotExist) {
		diags.AddAttributeWarning(source.path(), "The source is not there yet",
			schemas.Sentence(err)+" It is read when Terraform applies, in case another resource makes it. If none does, the apply fails.")
		if !engine.IsNull() {
			used = engine
		}
		return hash, size, encoding, used
	}
	if err != nil {
		diags.Append(schemas.Failure{Action: "read the source of the volume", Err: err, At: func(error) path.Path { return source.path() }}.Error())
		return hash, size, encoding, used
	}
	hash, used = types.StringValue(b.hash), types.StringValue(string(b.engine))
	if b.file != nil {
		size, encoding = types.Int64Value(b.size), types.StringValue(b.encoding)
	}
	if err := b.close(); err != nil {
		diags.AddAttributeError(source.path(), "Unable to close the source of the volume", err.Error())
	}
	return hash, size, encoding, used
}

// planRef plans what a mount must name.
func planRef(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var id, itemHash, name types.String
	var useLatest types.Bool
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("item_hash"), &itemHash)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("ref_name"), &name)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("use_latest"), &useLatest)...)
	ref := (&Model{ID: id, ItemHash: itemHash, RefName: name, UseLatest: useLatest}).ref()
	if useLatest.IsUnknown() || name.IsUnknown() {
		ref = types.StringUnknown()
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("ref"), ref)...)
}
