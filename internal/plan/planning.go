// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package plan takes a plan of Terraform apart and puts it together: what changed, what the provider's settings give at
// creation, what amends and what replaces, and which rules of the network the planned message breaks.
package plan

import (
	"context"
	"maps"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// Planning is what a resource's ModifyPlan works on: top-level attributes by name, as Terraform sent them. They are
// taken apart once and put together once, since each access through the framework costs as much as the whole.
type Planning struct {
	// Config, Prior and Planned are the configuration, the state and the plan; Prior is nil when the resource is created,
	// Planned when it is destroyed.
	Config, Prior, Planned map[string]tftypes.Value

	ctx     context.Context
	resp    *resource.ModifyPlanResponse
	changed bool
}

// NewPlanning takes a plan apart. It returns nil, and an error diagnostic, when it cannot.
func NewPlanning(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) *Planning {
	p := &Planning{ctx: ctx, resp: resp}
	for raw, into := range map[*tftypes.Value]*map[string]tftypes.Value{&req.Config.Raw: &p.Config, &req.State.Raw: &p.Prior, &req.Plan.Raw: &p.Planned} {
		if raw.IsNull() {
			continue
		}
		if err := raw.As(into); err != nil {
			resp.Diagnostics.AddError("Unable to read the plan", err.Error())
			return nil
		}
	}
	if p.Planned != nil {
		for name, configured := range p.Config {
			if !configured.IsFullyKnown() {
				p.set(name, unknownElements(configured, p.Planned[name]))
			}
		}
	}
	return p
}

// unknownElements plans the elements that the configuration does not know as unknown, at any depth. The framework takes an
// element that is unknown as a whole for one that has nothing, gives it defaults, and so plans what Terraform refuses.
func unknownElements(configured, planned tftypes.Value) tftypes.Value {
	if !configured.IsKnown() {
		return tftypes.NewValue(planned.Type(), tftypes.UnknownValue)
	}
	if elements := ElementsOf(planned); len(elements) > 0 {
		for i, element := range ElementsOf(configured) {
			if i < len(elements) { // what both have: a modifier may plan fewer or more
				elements[i] = unknownElements(element, elements[i])
			}
		}
		return tftypes.NewValue(planned.Type(), elements)
	}
	if values := AttributesOf(planned); values != nil {
		for name, value := range AttributesOf(configured) {
			if _, ok := values[name]; ok {
				values[name] = unknownElements(value, values[name])
			}
		}
		return tftypes.NewValue(planned.Type(), values)
	}
	return planned
}

// Finish puts the plan together.
func (p *Planning) Finish() {
	if p.changed {
		p.resp.Plan.Raw = tftypes.NewValue(p.resp.Plan.Raw.Type(), p.Planned)
	}
}

// Set plans a value.
func (p *Planning) Set(name string, value attr.Value) {
	raw, err := value.ToTerraformValue(p.ctx)
	if err != nil {
		p.resp.Diagnostics.AddAttributeError(path.Root(name), "Unable to plan this value", err.Error())
		return
	}
	p.set(name, raw)
}

// SetUnknown plans that a value is known after apply.
func (p *Planning) SetUnknown(name string) {
	p.set(name, tftypes.NewValue(p.Planned[name].Type(), tftypes.UnknownValue))
}

// Keep plans the prior value.
func (p *Planning) Keep(name string) { p.set(name, p.Prior[name]) }

func (p *Planning) set(name string, raw tftypes.Value) {
	if !p.Planned[name].Equal(raw) {
		p.Planned[name] = raw
		p.changed = true
	}
}

// Default plans what the provider block gives to an attribute that the configuration leaves out: at creation only.
// Later the attribute keeps what it has, so that neither a change of the provider block nor an import amends or
// replaces anything.
func (p *Planning) Default(name string, value attr.Value) {
	switch {
	case !p.Config[name].IsNull():
	case p.Prior == nil:
		p.Set(name, value)
	default:
		p.Keep(name)
	}
}

// DefaultIn is Default for an attribute of an object that the configuration gives.
func (p *Planning) DefaultIn(object, name string, value attr.Value) {
	var config, prior, planned map[string]tftypes.Value
	if config = AttributesOf(p.Config[object]); config == nil || !config[name].IsNull() {
		return
	}
	raw, err := value.ToTerraformValue(p.ctx)
	if err != nil {
		p.resp.Diagnostics.AddAttributeError(path.Root(object).AtName(name), "Unable to plan this value", err.Error())
		return
	}
	if prior = AttributesOf(p.Prior[object]); prior != nil {
		raw = prior[name]
	}
	if planned = AttributesOf(p.Planned[object]); planned != nil {
		planned[name] = raw
		p.set(object, tftypes.NewValue(p.Planned[object].Type(), planned))
	}
}

// Text is a planned text; it is unknown or null like the plan's.
func (p *Planning) Text(name string) types.String { return TextOf(p.Planned[name]) }

// Flag is a planned boolean.
func (p *Planning) Flag(name string) types.Bool { return FlagOf(p.Planned[name]) }

// Supersede plans which older versions are left: none, unless they are to be kept. With a new version, nobody knows before
// the apply which ones stay that are to be kept, since another tool may amend in between, nor which the network holds on to
// because something uses them.
func (p *Planning) Supersede(publish, held bool) {
	var superseded []tftypes.Value
	left := p.Prior["superseded"].As(&superseded) == nil && len(superseded) > 0
	switch keep := p.Flag("keep_superseded"); {
	case publish && (held || keep.IsUnknown() || keep.ValueBool()), left && keep.IsUnknown():
		p.SetUnknown("superseded")
	case keep.ValueBool(), !left && !publish:
		p.Keep("superseded")
	default:
		p.Set("superseded", attribute.Strings(nil))
	}
}

// CreationDefaults plans what the provider block gives to an object at its creation.
func (p *Planning) CreationDefaults(address, channel, paymentType types.String) {
	chain := types.StringValue(message.ChainETH)
	p.Default("address", address)
	p.Default("channel", channel)
	if _, paid := p.Planned["payment"]; !paid {
		return
	}
	p.Default("payment", attribute.NewPayment(paymentType, chain))
	p.DefaultIn("payment", "type", paymentType)
	p.DefaultIn("payment", "chain", chain)
}

// AttributesOf takes an object apart; nil when it is null or unknown.
func AttributesOf(raw tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if !raw.IsKnown() || raw.IsNull() || raw.As(&attributes) != nil {
		return nil
	}
	return attributes
}

// ElementsOf takes a list apart; nil when it is null or unknown.
func ElementsOf(raw tftypes.Value) []tftypes.Value {
	var elements []tftypes.Value
	if !raw.IsKnown() || raw.IsNull() || raw.As(&elements) != nil {
		return nil
	}
	return elements
}

// ValuesOf are the attributes of a model as Terraform has them, by name.
func ValuesOf(ctx context.Context, s schema.Schema, model any) (map[string]tftypes.Value, diag.Diagnostics) {
	state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(ctx), nil)}
	diags := state.Set(ctx, model)
	return AttributesOf(state.Raw), diags
}

// Only is an object of those values that its type has; what is missing is null.
func Only(values map[string]tftypes.Value, kind tftypes.Type) tftypes.Value {
	shown := maps.Clone(values)
	object, _ := kind.(tftypes.Object)
	for name := range shown {
		if object.AttributeTypes[name] == nil {
			delete(shown, name)
		}
	}
	for name, attributeType := range object.AttributeTypes {
		if _, ok := shown[name]; !ok {
			shown[name] = tftypes.NewValue(attributeType, nil)
		}
	}
	return tftypes.NewValue(object, shown)
}

// TextOf is a text as Terraform sent it: known, null or unknown.
func TextOf(raw tftypes.Value) types.String {
	var text string
	switch {
	case !raw.IsKnown():
		return types.StringUnknown()
	case raw.IsNull() || raw.As(&text) != nil:
		return types.StringNull()
	}
	return types.StringValue(text)
}

// FlagOf is a boolean as Terraform sent it.
func FlagOf(raw tftypes.Value) types.Bool {
	var flag bool
	switch {
	case !raw.IsKnown():
		return types.BoolUnknown()
	case raw.IsNull() || raw.As(&flag) != nil:
		return types.BoolNull()
	}
	return types.BoolValue(flag)
}

// WholeOf is a whole number as Terraform sent it; nil when it is null or unknown, or too large.
func WholeOf(raw tftypes.Value) *int64 {
	var number big.Float
	if raw.IsNull() || !raw.IsKnown() || raw.As(&number) != nil {
		return nil
	}
	whole, accuracy := number.Int64()
	if accuracy != big.Exact {
		return nil
	}
	return &whole
}

// TextsOf are the elements of a list of texts, nil of a null one; false when the list or an element is unknown.
func TextsOf(raw tftypes.Value) ([]string, bool) {
	var elements []tftypes.Value
	if !raw.IsFullyKnown() || raw.As(&elements) != nil {
		return nil, false
	}
	if raw.IsNull() {
		return nil, true
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		texts[i] = TextOf(element).ValueString()
	}
	return texts, true
}
