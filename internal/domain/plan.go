// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package domain

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/publicsuffix"

	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// draft plans what follows from the other attributes: options that are left out, and the records.
func draft(p *plan.Planning) {
	kind, name, address := p.Text("type"), p.Text("domain"), p.Text("address")
	options, given := plan.AttributesOf(p.Config["options"]), plan.TextOf(plan.AttributesOf(p.Config["options"])["catch_all_path"])
	prior := plan.TextOf(plan.AttributesOf(p.Prior["options"])["catch_all_path"])
	switch {
	case !given.IsNull() || !p.Config["options"].IsKnown():
	case kind.IsUnknown():
		p.SetUnknown("options")
	case kind.ValueString() == typeIPFS && plan.TextOf(p.Prior["type"]).ValueString() != typeIPFS:
		p.Set("options", optionsOf(types.StringValue(catchAll)))
	case kind.ValueString() == typeIPFS && !prior.IsNull(), options != nil:
		p.Set("options", optionsOf(prior))
	default:
		p.Set("options", types.ObjectNull(optionTypes))
	}
	if kind.IsUnknown() || name.IsUnknown() || address.IsUnknown() {
		p.SetUnknown("dns_records")
		return
	}
	m := Model{Domain: name}
	p.Set("dns_records", records(m.key(), kind.ValueString(), address.ValueString()))
}

var recordTypes = map[string]attr.Type{"name": types.StringType, "type": types.StringType, "value": types.StringType, "purpose": types.StringType}

// records are those that the network's check of a domain wants to find (NETWORK.md 9.2).
func records(domain, kind, owner string) types.List {
	list := []attr.Value{}
	add := func(kind, name, value, purpose string) {
		list = append(list, types.ObjectValueMust(recordTypes, map[string]attr.Value{
			"type": types.StringValue(kind), "name": types.StringValue(name), "value": types.StringValue(value), "purpose": types.StringValue(purpose),
		}))
	}
	alias := "CNAME"
	if apex, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil && apex == domain {
		alias = "ALIAS"
	}
	const network = "public.aleph.sh"
	target := domain + "." + kind + "." + network
	if kind == typeIPFS {
		target = kind + "." + network
	}
	add(alias, domain, target, "leads the domain to the network")
	if kind == typeIPFS {
		add("CNAME", "_dnslink."+domain, "_dnslink."+domain+".static."+network, "names the files")
	}
	add("TXT", "_control."+domain, owner, "proves whose the domain is")
	return types.ListValueMust(types.ObjectType{AttrTypes: recordTypes}, list)
}
