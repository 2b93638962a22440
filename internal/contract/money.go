// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"net/http"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// accountCosts: the costs of an owner are those of each version that is alive, and go with it (NETWORK.md 10.5).
func accountCosts(p *peer) {
	version := p.programWith()
	first := p.publish(version(""))
	second := p.publish(version(first.ItemHash))
	cost := func(filter string) string {
		var got struct {
			Summary struct {
				Credit string `json:"total_cost_credit"`
			} `json:"summary"`
		}
		p.read(p.get("/costs?include_details=0&payment_type=credit&"+filter), &got)
		return got.Summary.Credit
	}
	for _, m := range []*message.Message{first, second} {
		if one := cost("item_hash=" + m.ItemHash); strings.Trim(one, "0.") == "" {
			p.Errorf("%s costs %q", m.ItemHash, one)
		}
	}
	before := cost("address=" + p.account.Address())
	p.publish(message.NewForget("contract", first.ItemHash))
	if one := cost("item_hash=" + first.ItemHash); strings.Trim(one, "0.") != "" {
		p.Errorf("%s costs %q after it was forgotten", first.ItemHash, one)
	}
	if before == "" {
		p.Error("the owner's costs are not told")
	}
	if nobody := cost("address=" + p.stranger().account.Address()); strings.Trim(nobody, "0.") != "" {
		p.Errorf("a stranger pays %q", nobody)
	}
}

// networkPrices: a node has the network's list of prices, or has none (NETWORK.md 10.8, 13.4).
func networkPrices(p *peer) {
	a := p.get("/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json?keys=pricing")
	if a.status == http.StatusNotFound {
		p.Skip("this node does not keep the network's prices")
	}
	type rates struct {
		Credit string `json:"credit"`
	}
	var got struct {
		Data struct {
			Pricing map[string]struct {
				Price struct {
					Storage     rates `json:"storage"`
					ComputeUnit rates `json:"compute_unit"`
				} `json:"price"`
				ComputeUnit struct {
					MemoryMiB int64 `json:"memory_mib"`
				} `json:"compute_unit"`
			} `json:"pricing"`
		} `json:"data"`
	}
	p.read(a, &got)
	for _, product := range []string{"program", "program_persistent"} {
		offer := got.Data.Pricing[product]
		if offer.Price.Storage.Credit == "" || offer.Price.ComputeUnit.Credit == "" || offer.ComputeUnit.MemoryMiB == 0 {
			p.Errorf("%s: got %+v", product, offer)
		}
	}
	if got.Data.Pricing["storage"].Price.Storage.Credit == "" {
		p.Error("files have no price")
	}
}
