// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// theResource is a noun as a resource.
type theResource struct {
	*Noun
	client *aleph.Client
}

// Metadata implements resource.Resource.
func (r *theResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.Type
	// An import may name any version; the identity is then the one that names the object.
	resp.ResourceBehavior.MutableIdentity = true
}

// Configure implements resource.ResourceWithConfigure.
func (r *theResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements resource.Resource.
func (r *theResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.declared(ctx).schema
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *theResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = r.identitySchema()
}

// ValidateConfig checks what is known of a configuration. Terraform calls it once more when it plans, with what other
// resources give by then.
func (r *theResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer r.busy()()
	if r.Validate != nil {
		resp.Diagnostics.Append(r.Validate(plan.AttributesOf(req.Config.Raw))...)
	}
}

// Create publishes the first version.
func (r *theResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Create, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	var sent *message.Message
	err := r.content(ctx, m, nil, func(content message.Content, o object.Options) (err error) {
		o.Sending = func(s *message.Message) {
			// From here on the node may have the message, so its hash is in the state whatever happens.
			hash := types.StringValue(s.ItemHash)
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.identity()), hash)...)
			resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, hash)...)
			resp.Diagnostics.Append(writePending(ctx, resp.Private, pending{Message: s})...)
		}
		o.Resumed = func(s *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(r.called(), s)) }
		sent, err = r.client.Publish(ctx, content, o)
		return err
	})
	var unconfirmed *object.PendingError
	switch {
	case errors.As(err, &unconfirmed):
		resp.Diagnostics.Append(diagnostic.StillPending(r.called(), unconfirmed.Message.ItemHash, err))
	case err != nil:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "create the " + r.Word, State: r.called().NotCreated(), Err: err, At: r.blame(ctx, m),
		}.Error())
		return
	default:
		resp.Diagnostics.Append(clearPending(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(r.take(ctx, m, sent.ItemHash, object.Versions{sent}, nil)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	r.client.Journal.Returned(sent.ItemHash)
}

// Read tells the state what the network says.
func (r *theResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	note, diags := readPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Read, attribute.ReadTimeout, &resp.Diagnostics)
	defer cancel()
	if r.Absent != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(writeFlag(ctx, resp.Private, absentKey, r.Absent(m))...)
	}
	imported := m.common().Address.IsNull()
	if imported {
		nameImported(m)
	}
	id, hash := m.common().ID, m.versions().live.ValueString()
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, id)...) // also where nothing is read: an older state has none
	if r.client == nil || resp.Diagnostics.HasError() {
		return
	}
	defer r.busy()()
	r.client.Journal.Seen(id.ValueString(), hash)
	found, err := r.client.Find(ctx, r.tracked(m, note))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read " + r.Word + " " + hash, State: diagnostic.KeptAsItIs, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(r.report(ctx, found, hash, note, resp.Private)...)
	live := found.Versions.Live()
	if live == nil {
		if found.Gone() {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	name := r.nameOf(found, id.ValueString(), imported)
	resp.Diagnostics.Append(writeFlag(ctx, resp.Private, frozenKey, r.isFrozen(found))...)
	before := copyOf(m)
	if imported {
		r.imported(m, found)
		resp.Diagnostics.Append(writeFlag(ctx, resp.Private, importedKey, true)...)
	}
	resp.Diagnostics.Append(r.take(ctx, m, name, found.Versions, found.Versions.Superseded(r.staying(name)...))...)
	if live.ItemHash == hash {
		keepAddresses(m, before)
	}
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m.common().ID)...)
	if imported || !reflect.DeepEqual(before, m) { // to set what is there already would cost as much as all the rest
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}

// keepAddresses leaves the addresses of a version as they are in the state: that they follow the provider's settings is planned.
func keepAddresses(m, before Model) {
	addressed, ok := before.(Addressed)
	if !ok {
		return
	}
	now, _ := m.(Addressed)
	for name, address := range addressed.Addresses() {
		if !address.IsNull() {
			*now.Addresses()[name] = *address
		}
	}
}

// nameImported gives the state of an import both names: it has the one that the identity has.
func nameImported(m Model) {
	c, v := m.common(), m.versions()
	switch {
	case v.free != nil:
		c.ID = v.free.ItemHash
	case c.ID.IsNull():
		c.ID = *v.live
	}
	*v.live = c.ID
}

// report tells what a read found out beside the content, and notes whether a message may still come alive.
func (r *theResource) report(ctx context.Context, found *object.Object, hash string, note pending, private privateWriter) diag.Diagnostics {
	diags := reportOf(r.called(), found.Record, found.Open).Warnings()
	diags.Append(diagnostic.MayHaveTakenOver(r.called(), hash, found.Candidates)...)
	diags.Append(diagnostic.LeftOut(r.called(), diagnostic.WithArticle(r.Word), r.Word+" "+hash, found.Doubts.Errors())...)
	if sent := found.Unconfirmed; sent != nil {
		if sent.ItemHash != hash {
			diags.Append(reportOf(r.called(), *sent, found.Open).Warnings()...)
		}
		note.Resend = sent.ItemHash == hash && sent.Status == ""
		diags.Append(keepPending(ctx, private, note, found.Open)...)
	}
	return diags
}

func reportOf(noun diagnostic.Noun, record node.Record, open bool) diagnostic.Report {
	return diagnostic.Report{Noun: noun, ItemHash: record.ItemHash, Status: record.Status, Open: open, Reason: record.Reason, Rejection: record.Rejection}
}

// Update publishes exactly when the plan says so: when the planned item hash is not known yet.
func (r *theResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, before := r.Empty(), r.Empty()
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, before)...)
	note, diags := readPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Update, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	tracked := r.tracked(before, note)
	if m.versions().live.IsUnknown() {
		if !r.amend(ctx, m, before, tracked, resp) {
			return
		}
	} else if older := dropped(before.versions().billed, m.versions().billed); len(older) > 0 {
		if err := r.client.Forget(ctx, tracked, older); err != nil {
			resp.Diagnostics.Append(diagnostic.ForgetFailure(r.Word, tracked.ItemHash, err).Error())
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m.common().ID)...)
}

// dropped are the older versions that the prior state has, and the plan has no longer.
func dropped(prior, planned *Billed) []string {
	if prior == nil {
		return nil
	}
	kept := attribute.StringsOf(planned.Superseded)
	return slices.DeleteFunc(attribute.StringsOf(prior.Superseded), func(hash string) bool { return slices.Contains(kept, hash) })
}

// Delete forgets every version that is alive.
func (r *theResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	note, diags := readPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Delete, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.client.Destroy(ctx, r.tracked(m, note)); err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "destroy " + r.Word + " " + m.common().ID.ValueString(), State: r.called().NotDestroyed(), Err: err,
		}.Error())
	}
}

// ImportState takes the item hash of any version that is alive, as an id or as the identity.
func (r *theResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(diagnostic.RequireClient(r.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	at := path.Root(r.identity())
	resource.ImportStatePassthroughWithIdentity(ctx, at, at, req, resp)
	var hash types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, at, &hash)...)
	if err := model.CheckItemHash(hash.ValueString()); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Unable to import", diagnostic.Sentence(err)+"\n\n"+diagnostic.NothingSent+"\n\nImport by the item hash of a message. Only entries of an aggregate, `aleph_aggregate` and `aleph_domain`, are imported by a name.")
	}
}

func (r *theResource) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.String) diag.Diagnostics {
	return identity.SetAttribute(ctx, path.Root(r.identity()), id)
}
