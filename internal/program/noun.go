// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package program is aleph_program: a function on the network, published as a PROGRAM message and changed by messages that
// amend it.
package program

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// ResourceType is the name of the resource in configurations.
const ResourceType = "aleph_program"

const noun = "program"

// New makes the noun. By the clock it knows what the network still takes.
func New(clock message.Clock) *versioned.Noun {
	return &versioned.Noun{
		Type: ResourceType, Word: noun, Life: object.Programs,
		Empty: func() versioned.Model { return &Model{} }, Content: func() message.Content { return &message.Program{} },
		Description: description, Attributes: attributes, Mutable: "allow_amend",
		Texts: versioned.Texts{
			StillLive: "The version in the state still runs, and is the only one that is paid.",
			Pending:   "The version in the state runs until the network has processed the amend. The next plan reads what became of it.",
			Poor: "While an amend is published, both versions count against the balance; when there is not enough for both, " +
				"`terraform apply -replace=ADDRESS` forgets the running one first, at the price of a gap.",
		},
		Reading: reading,
		Validate: func(config map[string]tftypes.Value) diag.Diagnostics {
			return machine.CheckConfig(noun, rules, config)
		},
		Check: func(planned map[string]tftypes.Value) diag.Diagnostics {
			return check(planned, clock.Now())
		},
		Derive: derive,
		Warn:   warn,
		Ask:    ask,
		Blame:  blame,
	}
}

var reading = versioned.Reading{
	Name: "name", Filter: "Only programs of exactly this name. Defaults to any.",
	Summary: map[string]string{
		"item_hash":  "Item hash of the live version, for `hash` of an `aleph_program`.",
		"name":       "Name shown by explorers; null when it has none.",
		"tags":       "Tags of the program.",
		"code_ref":   "Item hash of the STORE message that holds the code.",
		"persistent": "Whether it runs all the time, instead of on demand.",
		"url":        "URL of the program.",
		"host_url":   "URL of the program with a host name of its own; where the provider's `domain` is an IP address, which has no names below it, the same as `url`.",
	},
	From: map[string]string{"code_ref": "code.ref", "persistent": "on.persistent"},
}

// derive plans that a first version replaces none.
func derive(p *plan.Planning, does versioned.Change) {
	if does.Creates {
		p.Set("replaces", types.StringNull())
	}
}

// Names implements versioned.Named.
func (m *Model) Names() []string { return []string{m.Replaces.ValueString()} }

// Item implements versioned.Priced: nil when the attributes that decide it are not known yet. Of values in them that are
// not, the least counts.
func (m *Model) Item() money.Item {
	if m.Code == nil || m.Runtime == nil || m.On == nil || m.Environment == nil || m.Resources == nil || m.Payment == nil || m.Payment.Type.IsNull() {
		return nil
	}
	paid := *m
	on := *m.On
	paid.On, paid.Metadata, on.Message = &on, jsontypes.NewNormalizedNull(), nil // they cost nothing, and may not be known
	content, err := paid.program()
	if err != nil {
		return nil
	}
	return money.MachineOf(content)
}

// SetAddress implements versioned.Addressed: where the program is reached.
func (m *Model) SetAddress(settings object.Defaults) error {
	hash := m.ItemHash.ValueString()
	domain, err := message.ParseDomain(settings.Domain)
	if err != nil {
		return err
	}
	host, err := domain.HostURL(hash)
	if err != nil {
		return err
	}
	m.URL, m.HostURL = types.StringValue(domain.URL(hash)), types.StringValue(host)
	return nil
}

// Addresses implements versioned.Addressed.
func (m *Model) Addresses() map[string]*types.String {
	return map[string]*types.String{"url": &m.URL, "host_url": &m.HostURL}
}
