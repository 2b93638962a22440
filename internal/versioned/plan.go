// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"

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

// ModifyPlan decides what the plan does: amend, replace, forget older versions, or nothing on the network.
func (r *theResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := plan.NewPlanning(ctx, req, resp)
	if p == nil {
		return
	}
	does, found := r.plan(ctx, p, req, resp)
	if r.Warn != nil {
		var diags diag.Diagnostics
		diags, found.mounts = r.Warn(r.client, p, does)
		resp.Diagnostics.Append(diags...)
	}
	if r.client != nil {
		resp.Diagnostics = r.tell(ctx, resp.Diagnostics, found)
	}
}

// together is what one object of a plan has to tell together with others.
type together struct {
	// alive is what says the same as the object that is created, and mounts are those of files that end.
	alive  object.Versions
	mounts []object.Mount
	// unpaid tells that all of it cannot be paid; nil when another object does.
	unpaid func(context.Context) error
}

// tell tells what objects of a plan have to tell together. It comes last, since whoever speaks waits for all others.
func (r *theResource) tell(ctx context.Context, diags diag.Diagnostics, found together) diag.Diagnostics {
	return diagnostic.AtOnce(
		func() diag.Diagnostics { return diagnostic.Gather(ctx, r.client.Client, diags) },
		func() diag.Diagnostics { return diagnostic.MountWarnings(r.client.TellMounts(ctx, found.mounts)) },
		func() diag.Diagnostics {
			return diagnostic.DuplicateWarning(r.called(), r.client.TellDuplicates(ctx, r.Life, found.alive))
		},
		func() diag.Diagnostics {
			if found.unpaid == nil {
				return nil
			}
			r.client.Planning.Quiet(ctx)
			return diagnostic.BalanceDiagnostics(found.unpaid(ctx))
		},
	)
}

// plan is all of the plan but what has to be told together with other objects.
func (r *theResource) plan(ctx context.Context, p *plan.Planning, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (does Change, found together) {
	defer r.busy()()
	if p.Planned == nil {
		resp.Diagnostics.Append(r.permitted(ctx, p.Prior, req.State)...)
		return Change{}, together{}
	}
	p.CreationDefaults(r.defaults())
	leftOut := r.leftOut(ctx, p, req, resp)
	resp.Diagnostics.Append(diagnostic.RequireOwner(r.client, r.Word, p.Text("address"))...)
	if r.Draft != nil {
		absent, diags := readFlag(ctx, req.Private, absentKey)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(r.Draft(ctx, r.client, p, absent)...)
	}
	does = r.decide(ctx, p, req, resp)
	if r.Derive != nil {
		r.Derive(p, does)
	}
	p.Finish()
	does.Replaces = len(resp.RequiresReplace) > 0
	if does.Publishes && len(leftOut) > 0 {
		resp.Diagnostics.Append(diagnostic.DefaultsOfImport(r.called(), does.Replaces, leftOut))
	}
	if does.Publishes && !does.Again && r.Check != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.Check(p.Planned)...)
	}
	if does.Forgets && !does.Publishes {
		resp.Diagnostics.Append(r.permitted(ctx, p.Prior, req.State)...)
	}
	if does.Publishes && r.client != nil && !resp.Diagnostics.HasError() {
		part := known(resp.Plan)
		resp.Diagnostics.Append(diagnostic.AtOnce(
			func() diag.Diagnostics { return r.permitted(ctx, p.Planned, part) },
			func() diag.Diagnostics { return r.ask(ctx, p) },
			func() (diags diag.Diagnostics) { found.unpaid, diags = r.checkBalance(ctx, req, part); return diags },
			func() (diags diag.Diagnostics) { found.alive, diags = r.duplicates(ctx, p, resp.Plan); return diags },
		)...)
	}
	return does, found
}

// leftOut are the places at which an object that was imported has something else than the configuration defaults to.
func (r *theResource) leftOut(ctx context.Context, p *plan.Planning, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) path.Paths {
	imported, diags := readFlag(ctx, req.Private, importedKey)
	resp.Diagnostics.Append(diags...)
	if !imported || p.Prior == nil {
		return nil
	}
	return p.LeftOut(r.declared(ctx).set)
}

// busy notes that an object is checked, read or planned, until the function is called.
func (r *theResource) busy() (done func()) {
	if r.client == nil {
		return func() {}
	}
	return r.client.Planning.Begin()
}

// decide says what the plan does.
func (r *theResource) decide(ctx context.Context, p *plan.Planning, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (does Change) {
	billed := r.billed()
	if p.Prior == nil {
		if billed {
			p.Set("superseded", attribute.Strings(nil))
		}
		return Change{Creates: true, Publishes: true}
	}
	if r.client != nil {
		// Without a refresh, nothing else tells the journal what the state has.
		r.client.Journal.Seen(plan.TextOf(p.Prior["id"]).ValueString())
	}
	frozen, diags := readFlag(ctx, req.Private, frozenKey)
	resp.Diagnostics.Append(diags...)
	note, diags := readPending(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if r.priced() {
		resp.Diagnostics.Append(writeChanges(ctx, resp.Private, plan.TextOf(p.Prior["item_hash"]).ValueString())...)
	}
	does.Publishes, does.Again = p.Decide(r.declared(ctx).set, r.Mutable, frozen, note.Resend)
	if !does.Publishes {
		resp.Diagnostics.Append(r.readdress(p)...)
	}
	if frozen && p.Text("id").IsUnknown() {
		resp.Diagnostics.Append(diagnostic.FirstVersionGone(r.called(), plan.TextOf(p.Prior["id"]).ValueString(), r.Mutable))
	}
	if billed {
		p.Supersede(does.Publishes, r.Life.KeepsFirst && !p.Prior["item_hash"].Equal(p.Prior["id"]))
		does.Forgets = !p.Planned["superseded"].Equal(p.Prior["superseded"])
	}
	return does
}

// readdress plans the addresses that the provider's settings give to the version that stays.
func (r *theResource) readdress(p *plan.Planning) diag.Diagnostics {
	m := r.Empty()
	addressed, ok := m.(Addressed)
	if !ok || r.client == nil {
		return nil
	}
	*m.versions().live = p.Text("item_hash")
	if err := addressed.SetAddress(r.client.Defaults); err != nil {
		return diag.Diagnostics{diagnostic.Failure{Action: "plan the addresses of the " + r.Word, State: diagnostic.NothingSent, Err: err}.Error()}
	}
	for name, address := range addressed.Addresses() {
		p.Set(name, *address)
	}
	return nil
}

// defaults are what the provider's settings give at creation; unknown while they are.
func (r *theResource) defaults() (address, channel, paymentType types.String) {
	if r.client == nil {
		return types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	d := r.client.Defaults
	return types.StringValue(d.Owner), attribute.Text(d.Channel), types.StringValue(d.PaymentType)
}

func (r *theResource) ask(ctx context.Context, p *plan.Planning) diag.Diagnostics {
	if r.Ask == nil {
		return nil
	}
	return r.Ask(ctx, r.client, p.Prior, p.Planned)
}

// duplicates finds objects that are the same as the one that is created. Terraform plans once more right before it
// creates, so that what was left behind since the plan is told as well.
func (r *theResource) duplicates(ctx context.Context, p *plan.Planning, raw tfsdk.Plan) (object.Versions, diag.Diagnostics) {
	if !p.Creates(r.declared(ctx).set) {
		return nil, nil
	}
	m := r.Empty()
	diags := raw.Get(ctx, m)
	if diags.HasError() {
		return nil, diags
	}
	content, err := m.ToMessage()
	if err != nil {
		return nil, append(diags, diagnostic.DuplicatesUnknown(r.called(), err))
	}
	taken, err := r.client.Resumable(content, options(m.common()))
	if err != nil {
		return nil, append(diags, diagnostic.DuplicatesUnknown(r.called(), err))
	}
	if taken != "" {
		diags.Append(diagnostic.WillTakeOver(r.called(), taken))
	}
	duplicates, err := r.client.Duplicates(ctx, r.Life, content, options(m.common()))
	if err != nil {
		return nil, append(diags, diagnostic.DuplicatesUnknown(r.called(), err))
	}
	return duplicates, diags
}
