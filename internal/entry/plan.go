// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// ValidateConfig checks what is known of a configuration.
func (r *theResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if r.Validate != nil {
		resp.Diagnostics.Append(r.Validate(plan.AttributesOf(req.Config.Raw))...)
	}
}

// ModifyPlan decides what the plan does: write, replace, or nothing on the network.
func (r *theResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	p := plan.NewPlanning(ctx, req, resp)
	if p == nil {
		return
	}
	if p.Planned == nil {
		resp.Diagnostics.Append(r.permitted(ctx, p.Prior)...)
		return
	}
	owner, channel := types.StringUnknown(), types.StringUnknown()
	if r.client != nil {
		owner, channel = types.StringValue(r.client.Defaults.Owner), attribute.Text(r.client.Defaults.Channel)
	}
	p.Default("address", owner)
	p.Default("channel", channel)
	resp.Diagnostics.Append(diagnostic.RequireOwner(r.client, r.Word, p.Text("address"))...)
	if r.Draft != nil {
		r.Draft(p)
	}
	r.planID(p)
	set := r.declared(ctx).set
	writes := p.Prior == nil
	if !writes {
		writes, _ = p.Decide(set, "", false, false)
	}
	p.Finish()
	if writes {
		resp.Diagnostics.Append(r.permitted(ctx, p.Planned)...)
	}
	if writes && p.IsKnown(set) && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.check(ctx, resp.Plan)...)
	}
}

// planID plans the id, which is known as soon as what it is made of is.
func (r *theResource) planID(p *plan.Planning) {
	m := r.Empty()
	address, name := p.Text("address"), p.Text(r.Named.Attribute)
	if name.IsUnknown() || address.IsUnknown() && !r.Named.IsID {
		p.SetUnknown("id")
		return
	}
	m.common().Address, *m.Name() = address, name
	p.Set("id", types.StringValue(r.id(m)))
}

// permitted warns when the network would not let the key write for the owner of the entry.
func (r *theResource) permitted(ctx context.Context, values map[string]tftypes.Value) diag.Diagnostics {
	m := r.Empty()
	m.common().Address, *m.Name() = plan.TextOf(values["address"]), plan.TextOf(values[r.Named.Attribute])
	at := r.place(m)
	if r.client == nil || !r.client.ForAnother(at.Owner) || at.Key == "" {
		return nil
	}
	o := object.Options{Owner: at.Owner, Channel: plan.TextOf(values["channel"]).ValueString()}
	return diagnostic.NotPermitted(r.client.Permitted(ctx, &message.Aggregate{Key: at.Key, Content: map[string]any{}}, o))
}

// check says what the network would refuse of what is planned, by the rules of its messages.
func (r *theResource) check(ctx context.Context, planned tfsdk.Plan) diag.Diagnostics {
	m := r.Empty()
	diags := planned.Get(ctx, m)
	if diags.HasError() {
		return diags
	}
	entries, err := m.ToEntries(nil, time.Time{})
	var text []byte
	if err == nil {
		text, err = json.Marshal(entries)
	}
	var content map[string]any
	if err == nil {
		content, err = attribute.ParseJSON(string(text))
	}
	if err != nil {
		diags.Append(diagnostic.Failure{Action: "plan the " + r.Word, State: diagnostic.NothingSent, Err: err}.Error())
		return diags
	}
	at := r.place(m)
	for _, violation := range model.CheckContent(string(message.TypeAggregate), map[string]any{"address": at.Owner, "time": json.Number("0"), "key": at.Key, "content": content}) {
		diags.AddError(diagnostic.InvalidValue, diagnostic.SentenceOf("The "+r.Word+" cannot be published: `"+violation.Path.String()+"` of its message "+violation.Problem)+" "+violation.Rule.Remedy())
	}
	return diags
}
