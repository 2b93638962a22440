// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package volume is aleph_volume, as a resource, as data sources and as a list: a file on the network, published as a
// STORE message and changed by messages that amend it.
package volume

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// ResourceType is the name of the resource in configurations.
const ResourceType = "aleph_volume"

const noun = "volume"

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is aleph_volume.
type Resource struct {
	client *aleph.Client
	files  *blob.Cache
}

// NewResource makes the resource, which remembers in a cache what it found out about files.
func NewResource(files *blob.Cache) resource.Resource { return &Resource{files: files} }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = ResourceType
	// An import may name any version; the identity is then the first one.
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

// Create stores the file.
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

	var sent *message.Message
	err := r.withFile(ctx, &planned, func(store *message.Store, o object.Options) (err error) {
		o.Sending = func(m *message.Message) {
			// From here on the node may have the message, so its hash is in the state whatever happens.
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), m.ItemHash)...)
			resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(m.ItemHash))...)
			resp.Diagnostics.Append(plan.WritePending(ctx, resp.Private, plan.Pending{Message: m})...)
		}
		o.Resumed = func(m *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(noun, m)) }
		sent, err = r.client.Publish(ctx, store, o)
		return err
	})
	var pending *object.PendingError
	switch {
	case errors.As(err, &pending):
		resp.Diagnostics.Append(diagnostic.StillPending(noun, pending.Message.ItemHash, err))
	case err != nil:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "create the volume", State: "No volume was created, and nothing is paid for one.", Err: err, At: planned.pathOf,
		}.Error())
		return
	default:
		resp.Diagnostics.Append(plan.ClearPending(ctx, resp.Private)...)
	}
	planned.ID = types.StringValue(sent.ItemHash)
	resp.Diagnostics.Append(r.take(ctx, &planned, sent, nil)...)
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

	imported := state.ItemHash.IsNull()
	if imported {
		state.ItemHash = state.ID
	}
	hash := state.ItemHash.ValueString()
	r.client.Journal.Seen(state.ID.ValueString(), hash)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, IdentityModel{ID: state.ID})...)
	found, err := r.client.Find(ctx, state.tracked(note))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read volume " + hash, State: diagnostic.KeptAsItIs, Err: err}.Error())
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
	if imported {
		state.ID = types.StringValue(idOf(found))
	} else if first := found.First(); first != "" {
		state.ID = types.StringValue(first)
	}
	id := state.ID.ValueString()
	resp.Diagnostics.Append(plan.WriteFrozen(ctx, resp.Private, !found.Versions.Has(id) && state.RefName.IsNull())...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity(id))...)
	superseded := found.Versions.Superseded(id)
	if !imported && state.says(live, superseded) {
		return
	}
	resp.Diagnostics.Append(r.take(ctx, &state, live, superseded)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
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
	resp.Diagnostics.Append(resp.Identity.Set(ctx, IdentityModel{ID: planned.ID})...)
}

// amend publishes the plan as the version that takes over. It reports false when none did: then the state stays at the
// version that is live.
func (r *Resource) amend(ctx context.Context, planned *Model, tracked object.Tracked, resp *resource.UpdateResponse) bool {
	var done *object.Amendment
	var published *message.Store
	noted := false
	err := r.withFile(ctx, planned, func(store *message.Store, o object.Options) (err error) {
		o.Sending = func(m *message.Message) {
			noted = true
			resp.Diagnostics.Append(plan.WritePending(ctx, resp.Private, plan.Pending{Message: m})...)
		}
		o.Resumed = func(m *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(noun, m)) }
		published = store
		done, err = r.client.Amend(ctx, store, tracked, planned.KeepSuperseded.ValueBool(), o)
		return err
	})
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
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "amend volume " + planned.ID.ValueString(), State: r.afterFailedAmend(ctx, published, planned, tracked, err), Err: err, At: planned.pathOf,
		}.Error())
		return false
	}
	resp.Diagnostics.Append(plan.ClearPending(ctx, resp.Private)...)
	if done.ForgetErr != nil {
		failure := diagnostic.ForgetFailure(noun, done.Live.ItemHash, done.ForgetErr)
		if planned.Superseded.IsUnknown() {
			// An error would keep Terraform from changing the program that may hold on to it.
			resp.Diagnostics.Append(failure.Warning())
		} else {
			// The plan says that none is left: Terraform lets only an error save a state that says otherwise.
			resp.Diagnostics.Append(failure.Error())
		}
	}
	resp.Diagnostics.Append(r.take(ctx, planned, done.Live, done.Left)...)
	r.client.Journal.Returned(done.Live.ItemHash)
	return true
}

// afterFailedAmend says what is live now.
func (r *Resource) afterFailedAmend(ctx context.Context, store *message.Store, planned *Model, tracked object.Tracked, err error) string {
	if tracked.Unsure() {
		return diagnostic.Unsure
	}
	if gone := (*object.GoneError)(nil); errors.As(err, &gone) {
		return diagnostic.Overtaken
	}
	const live = "The version in the state is still the live one, what programs mount, and paid as before."
	if _, poor := object.AsRejected(err, message.CodeBalanceInsufficient, message.CodeCreditInsufficient); !poor {
		return live
	}
	return live + " The first version stays as long as the volume lives, so an amend needs enough for both; when there is not, " +
		"`terraform apply -replace=ADDRESS` forgets the volume first, and stores the file as a new one, which a program must then mount anew." +
		diagnostic.CostsAlone(r.client.Estimate(ctx, store, planned.Address.ValueString()))
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
			Action: "destroy volume " + state.ID.ValueString(), State: "It stays in the state; what is still alive is still paid.", Err: err,
		}.Error())
	}
}

// ImportState takes the item hash of any version that is alive, as an id or as the identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
	plan.CheckImport(ctx, path.Root("id"), resp)
}

// withFile opens the file of the plan, checks that it is the one that was planned, and hands its STORE on.
func (r *Resource) withFile(ctx context.Context, planned *Model, use func(*message.Store, object.Options) error) (err error) {
	configured := planned.StorageEngine
	if configured.IsUnknown() {
		configured = types.StringNull()
	}
	o, err := r.open(ctx, planned.source(), configured)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if !planned.ContentHash.IsUnknown() && planned.ContentHash.ValueString() != o.hash {
		return &blob.ChangedError{Before: planned.ContentHash.ValueString(), Now: o.hash}
	}
	planned.StorageEngine = types.StringValue(string(o.engine))
	planned.Size, planned.Encoding = types.Int64Unknown(), types.StringUnknown()
	if o.blob != nil {
		planned.Size, planned.Encoding = types.Int64Value(o.blob.Size), types.StringValue(o.blob.Encoding)
	}
	store, err := planned.content(o.hash)
	if err != nil {
		return err
	}
	return use(store, object.Options{Owner: planned.Address.ValueString(), Channel: planned.Channel.ValueString(), File: o.upload(ctx)})
}

// take makes a message the live version, with older ones that are still alive. What only the network knows of a file
// is asked for when it is another file than before.
func (r *Resource) take(ctx context.Context, m *Model, live *message.Message, superseded []string) diag.Diagnostics {
	var diags diag.Diagnostics
	before := m.ContentHash
	if err := m.read(live, superseded); err != nil {
		diags.Append(diagnostic.Failure{Action: "read volume " + live.ItemHash, State: diagnostic.AliveAsItIs, Err: err}.Error())
		return diags
	}
	if m.Size.IsUnknown() || m.Size.IsNull() || !(before.IsUnknown() || before.Equal(m.ContentHash)) {
		// A warning, since an error would taint a volume that was just created. The next read asks again.
		if err := m.askFacts(ctx, r.client.Node); err != nil && ctx.Err() == nil {
			diags.Append(diagnostic.Failure{
				Action: "read the file of volume " + live.ItemHash, State: "The state leaves `size` and `encoding` out until they can be read.", Err: err,
			}.Warning())
		}
	}
	return diags
}

func report(record node.Record, open bool) diagnostic.Report {
	return diagnostic.Report{Noun: noun, ItemHash: record.ItemHash, Status: record.Status, Open: open, Reason: record.Reason, Rejection: record.Rejection}
}
