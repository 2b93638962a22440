// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
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
}

// Configure implements resource.ResourceWithConfigure.
func (r *theResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements resource.Resource.
func (r *theResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.declared(ctx).schema
}

// Create writes the entry, unless there is one already.
func (r *theResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Create, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	d, err := r.write(ctx, m, func(now map[string]any) (map[string]any, error) {
		if exists(m, now) {
			return nil, &ExistsError{Type: r.Type, Word: r.Word, Name: m.Name().ValueString(), ID: m.common().Address.ValueString() + "/" + m.Name().ValueString()}
		}
		return m.ToEntries(now, r.client.Clock.Now())
	})
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m)...)
	if unconfirmed := (*object.PendingError)(nil); errors.As(err, &unconfirmed) {
		resp.Diagnostics.Append(r.keepUnconfirmed(ctx, req.Plan, &resp.State, resp.Private, unconfirmed)...)
		return
	}
	if err == nil {
		err = m.FromEntries(d)
	}
	if err != nil {
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(diagnostic.Failure{Action: "create the " + r.Word, State: "The " + r.Word + " was not created.", Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// write changes the document that has the entry of a model.
func (r *theResource) write(ctx context.Context, m Model, merge func(now map[string]any) (map[string]any, error)) (*entry.Document, error) {
	return r.client.Entries.Write(ctx, r.place(m), entry.Change{Channel: m.common().Channel.ValueString(), Merge: merge})
}

// Read tells the state what the network says.
func (r *theResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	note, diags := readPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Read, attribute.ReadTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m)...)
	if r.client == nil {
		return
	}
	imported := m.common().ID.IsNull()
	m.Complete()
	d, channel, err := r.read(ctx, r.client, m)
	there := err == nil && exists(m, d.Entries)
	if err == nil && !there && !imported && note != "" {
		var open bool
		if open, err = r.mayArrive(ctx, note, &resp.Diagnostics); open {
			return
		}
	}
	if there {
		err = m.FromEntries(d)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: r.reading(m), State: diagnostic.KeptAsItIs, Err: err}.Error())
		return
	}
	if !there {
		if name := *m.Name(); imported && message.ItemTypeOf(name.ValueString()) != "" {
			resp.Diagnostics.Append(r.importedByHash())
			return
		}
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(clearPending(ctx, resp.Private)...)
	m.common().ID = types.StringValue(r.id(m))
	if m.common().Channel.IsNull() {
		m.common().Channel = attribute.Text(channel)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// read reads the document of an entry, and proves what is in it. The channel is that of a message that wrote the entry.
func (n *Noun) read(ctx context.Context, client *aleph.Client, m Model) (d *entry.Document, channel string, err error) {
	at := n.place(m)
	d, err = client.Entries.Read(ctx, at)
	if err == nil {
		channel, err = client.Entries.Prove(ctx, at, d, m.Keys(d.Entries)...)
	}
	return d, channel, err
}

// Update writes what the attributes say, and deletes what they no longer have. Nothing is sent when the network has it so, or
// when somebody else has changed it since the plan.
func (r *theResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, before := r.Empty(), r.Empty()
	resp.Diagnostics.Append(req.Plan.Get(ctx, m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, before)...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Update, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	d, err := r.write(ctx, m, func(now map[string]any) (map[string]any, error) {
		if err := r.madeOf(ctx, req, before, now); err != nil {
			return nil, err
		}
		entries := deleted(append(before.Keys(now), m.Keys(now)...))
		wanted, err := m.ToEntries(now, r.client.Clock.Now())
		maps.Copy(entries, wanted)
		return entries, err
	})
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, m)...)
	if unconfirmed := (*object.PendingError)(nil); errors.As(err, &unconfirmed) {
		resp.Diagnostics.Append(r.keepUnconfirmed(ctx, req.Plan, &resp.State, resp.Private, unconfirmed)...)
		return
	}
	if err == nil {
		err = m.FromEntries(d)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "change " + r.Word + " " + r.id(m), State: r.afterFailedChange(err), Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// deleted are keys without a value.
func deleted(keys []string) map[string]any {
	entries := make(map[string]any, len(keys))
	for _, key := range keys {
		entries[key] = nil
	}
	return entries
}

// Delete writes that there is no such entry any more, or forgets all messages that it was made of.
func (r *theResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m := r.Empty()
	resp.Diagnostics.Append(req.State.Get(ctx, m)...)
	ctx, cancel := attribute.Within(ctx, m.common().Timeouts.Delete, attribute.WriteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	var err error
	if m.Forgets() {
		err = r.client.Entries.Forget(ctx, r.place(m), m.common().Channel.ValueString())
	} else {
		_, err = r.write(ctx, m, func(now map[string]any) (map[string]any, error) { return deleted(m.Keys(now)), nil })
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "destroy " + r.Word + " " + r.id(m), State: "It stays in the state.", Err: err}.Error())
	}
}

// keepUnconfirmed keeps what was sent, and may be processed later, as it was planned. It is a warning: an error would taint
// what is created. What the network tells of it is left out until the next read.
func (r *theResource) keepUnconfirmed(ctx context.Context, planned tfsdk.Plan, state *tfsdk.State, private privateWriter, unconfirmed *object.PendingError) diag.Diagnostics {
	var err error
	if state.Raw, err = plan.KnownPart(planned.Raw); err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to save the plan", err.Error())}
	}
	diags := writePending(ctx, private, unconfirmed.Message.ItemHash)
	diags.AddWarning("The "+r.Word+" is not confirmed yet", diagnostic.Sentence(unconfirmed)+"\n\n"+
		"The state has what was planned.\n\nPlan again later, which reads what the network has: what is missing then is written by the next apply.")
	return diags
}

// ExistsError is an entry that is there already, when it should be created.
type ExistsError struct {
	// Type and Word are the noun's, Name names the entry, and ID is what an import takes.
	Type, Word, Name, ID string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("there is a %s %q already, and it is not overwritten", e.Word, e.Name)
}

// Remedy says what to do.
func (e *ExistsError) Remedy() string {
	return fmt.Sprintf("To take it over, import it, with NAME as the label of the resource:\nimport {\n  to = %s.NAME\n  id = %q\n}", e.Type, e.ID)
}
