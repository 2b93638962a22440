// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package program is aleph_program, as a resource, as data sources and as a list: a function on the network, published as
// a PROGRAM message and changed by messages that amend it.
package program

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// ResourceType is the name of the resource in configurations.
const ResourceType = "aleph_program"

const noun = "program"

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is aleph_program.
type Resource struct {
	client *aleph.Client
}

// NewResource makes the resource.
func NewResource() resource.Resource { return &Resource{} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = ResourceType
	resp.ResourceBehavior.MutableIdentity = true
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements resource.Resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema()
}

// Create publishes the program.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	limit, diags := planned.Timeouts.Create(ctx, attribute.WriteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	sent, err := r.publish(ctx, &planned, resp)
	var pending *object.PendingError
	switch {
	case errors.As(err, &pending):
		resp.Diagnostics.Append(diagnostic.StillPending(noun, pending.Message.ItemHash, err))
	case err != nil:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "create the program", State: "No program was created, and nothing is paid for one.", Err: err, At: planned.pathOf,
		}.Error())
		return
	default:
		resp.Diagnostics.Append(plan.ClearPending(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(planned.take(sent, nil, r.client.Defaults.Domain)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	r.client.Journal.Returned(sent.ItemHash)
}

// Read tells the state what the network says.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state Model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	note, diags := plan.ReadPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	limit, diags := state.Timeouts.Read(ctx, attribute.ReadTimeout)
	resp.Diagnostics.Append(diags...)
	if r.client == nil || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	hash := state.ItemHash.ValueString()
	r.client.Journal.Seen(hash)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(hash))...)
	found, err := r.client.Find(ctx, state.tracked(note))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read program " + hash, State: diagnostic.KeptAsItIs, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(report(found.Record, found.Open).Warnings()...)
	resp.Diagnostics.Append(diagnostic.LeftOut(noun+" "+hash, found.Doubts.Errors())...)
	if sent := found.Unconfirmed; sent != nil {
		if sent.ItemHash != hash {
			resp.Diagnostics.Append(report(*sent, found.Open).Warnings()...)
		}
		note.Resend = sent.ItemHash == hash && sent.Status == ""
		resp.Diagnostics.Append(plan.KeepPending(ctx, resp.Private, note, found.Open)...)
	}
	live := found.Versions.Live()
	if live == nil {
		if found.Gone() {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	superseded := found.Versions.Superseded()
	if state.says(live, superseded, r.client.Defaults.Domain) {
		return
	}
	resp.Diagnostics.Append(state.take(live, superseded, r.client.Defaults.Domain)...)
	if state.KeepSuperseded.IsNull() {
		state.KeepSuperseded = keepSuperseded(superseded)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(live.ItemHash))...)
}

// Update publishes exactly when the plan says so: when the planned item hash is not known yet.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned, state Model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	note, diags := plan.ReadPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	limit, diags := planned.Timeouts.Update(ctx, attribute.WriteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	tracked := state.tracked(note)
	if planned.ItemHash.IsUnknown() {
		if !r.amend(ctx, &planned, tracked, resp) {
			return
		}
	} else if older := plan.Dropped(state.Superseded, planned.Superseded); len(older) > 0 {
		if err := r.client.Forget(ctx, tracked, older); err != nil {
			resp.Diagnostics.Append(diagnostic.ForgetFailure(noun, tracked.ItemHash, err).Error())
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(planned.ItemHash.ValueString()))...)
}

// amend publishes the plan as the version that takes over. It reports false when none did: then the state stays at the
// version that runs.
func (r *Resource) amend(ctx context.Context, planned *Model, tracked object.Tracked, resp *resource.UpdateResponse) bool {
	content, err := planned.content()
	var done *object.Amendment
	noted := false
	if err == nil {
		options := planned.options(content)
		options.Resumed = func(m *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(noun, m)) }
		options.Sending = func(m *message.Message) {
			noted = true
			resp.Diagnostics.Append(plan.WritePending(ctx, resp.Private, plan.Pending{Message: m})...)
		}
		done, err = r.client.Amend(ctx, content, tracked, planned.KeepSuperseded.ValueBool(), options)
	}
	if err != nil {
		var pending *object.PendingError
		var gone *object.GoneError
		if errors.As(err, &pending) {
			r.client.Journal.Returned(pending.Message.ItemHash)
		} else if noted && !errors.As(err, &gone) {
			// A note of an earlier amend stays when nothing was sent, since its outcome may still be unknown; and that of
			// one that somebody else has overtaken, since it may be all that leads to theirs.
			resp.Diagnostics.Append(plan.ClearPending(ctx, resp.Private)...)
		}
		resp.Diagnostics.Append(diagnostic.Failure{Action: "amend program " + tracked.ItemHash, State: r.afterFailedAmend(ctx, content, planned, tracked, err), Err: err, At: planned.pathOf}.Error())
		return false
	}
	resp.Diagnostics.Append(plan.ClearPending(ctx, resp.Private)...)
	if done.ForgetErr != nil {
		// The plan says that none is left: Terraform lets only an error save a state that says otherwise.
		resp.Diagnostics.Append(diagnostic.ForgetFailure(noun, done.Live.ItemHash, done.ForgetErr).Error())
	}
	if done.Republished {
		resp.Diagnostics.AddWarning("The network forgot the amend together with its original",
			"It keeps amends with what they amend. The program was therefore published once more, as "+done.Live.ItemHash+
				".\n\nThat version runs, and is the only one that is paid.\n\nThere is nothing to do.")
	}
	resp.Diagnostics.Append(planned.take(done.Live, done.Left, r.client.Defaults.Domain)...)
	r.client.Journal.Returned(done.Live.ItemHash)
	return true
}

// afterFailedAmend says what runs now.
func (r *Resource) afterFailedAmend(ctx context.Context, content *message.Program, planned *Model, tracked object.Tracked, err error) string {
	var gap *object.GapError
	var gone *object.GoneError
	var pending *object.PendingError
	_, poor := object.AsRejected(err, message.CodeBalanceInsufficient, message.CodeCreditInsufficient)
	const runs = "The version in the state still runs, and is the only one that is paid."
	switch {
	case tracked.Unsure():
		return diagnostic.Unsure
	case errors.As(err, &gap):
		return "No version of the program runs now. The next plan reads what is alive, and publishes it again when nothing is."
	case poor:
		return runs + " While an amend is published, both versions count against the balance; when there is not enough for both, " +
			"`terraform apply -replace=ADDRESS` forgets the running one first, at the price of a gap." +
			diagnostic.CostsAlone(r.client.Estimate(ctx, content, planned.Address.ValueString()))
	case errors.As(err, &gone):
		return diagnostic.Overtaken
	case errors.As(err, &pending):
		return "The version in the state runs until the network has processed the amend. The next plan reads what became of it."
	}
	return runs
}

// Delete forgets every version that is alive.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state Model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	note, diags := plan.ReadPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	limit, diags := state.Timeouts.Delete(ctx, attribute.WriteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := r.client.Destroy(ctx, state.tracked(note)); err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "destroy program " + state.ItemHash.ValueString(), State: "It stays in the state; what is still alive is still paid.", Err: err,
		}.Error())
	}
}

// ImportState takes the item hash of any version that is alive, as an id or as the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("item_hash"), path.Root("item_hash"), req, resp)
	plan.CheckImport(ctx, path.Root("item_hash"), resp)
}

// publish sends the program of the plan. From before that on, its hash is in the state whatever happens.
func (r *Resource) publish(ctx context.Context, planned *Model, resp *resource.CreateResponse) (*message.Message, error) {
	content, err := planned.content()
	if err != nil {
		return nil, err
	}
	options := planned.options(content)
	options.Sending = func(m *message.Message) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("item_hash"), m.ItemHash)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(m.ItemHash))...)
		resp.Diagnostics.Append(plan.WritePending(ctx, resp.Private, plan.Pending{Message: m})...)
	}
	options.Resumed = func(m *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(noun, m)) }
	return r.client.Publish(ctx, content, options)
}

func report(record node.Record, open bool) diagnostic.Report {
	return diagnostic.Report{Noun: noun, ItemHash: record.ItemHash, Status: record.Status, Open: open, Reason: record.Reason, Rejection: record.Rejection}
}
