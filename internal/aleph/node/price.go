// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Price is what an object costs. Amounts are decimal texts: ALEPH to hold, ALEPH a second, or credits a second, by the
// payment type (NETWORK.md 10.4).
type Price struct {
	// PaymentType is one of the message package's payment types, and Cost the sum in its unit.
	PaymentType, Cost string
	ChargedAddress    string
	Lines             []PriceLine
}

// String says it in words, for a day where it is paid by time.
func (p Price) String() string {
	perSecond, ok := new(big.Rat).SetString(p.Cost)
	switch {
	case !ok || p.PaymentType == message.PaymentHold:
		return p.Cost + " ALEPH to hold"
	case p.PaymentType == message.PaymentCredit:
		return message.WholeCredits(perSecond.Mul(perSecond, secondsADay)) + " credits a day"
	}
	return perSecond.Mul(perSecond, secondsADay).FloatString(6) + " ALEPH a day"
}

var secondsADay = big.NewRat(24*60*60, 1)

// PriceLine is a part of a price: its cost by each way of paying.
type PriceLine struct {
	// Type is EXECUTION, EXECUTION_VOLUME_DISCOUNT, STORAGE... and Name tells two lines of a type apart.
	Type, Name string
	// Hold is in ALEPH, Stream in ALEPH a second, Credit in credits a second.
	Hold, Stream, Credit string
	// SizeMiB is the size of the volume or file; empty when the node gives none.
	SizeMiB string
}

// Price reads what a processed message costs. A message that is pending has no price, and asking for it makes a node
// answer 102, on which the HTTP client fails (NETWORK.md 10.4): so its status is asked for first.
func (c *Client) Price(ctx context.Context, hash string) (Price, error) {
	status, err := c.Status(ctx, hash)
	if err != nil {
		return Price{}, err
	}
	if !status.Alive() {
		return Price{}, fmt.Errorf("message %s has no price: it is %s", hash, status)
	}
	return c.price(ctx, get("/api/v0/price/"+url.PathEscape(hash), url.Values{"include_size": {"true"}}))
}

// Estimate asks what a content would cost. It sends what the price follows from, and never a signature: a node that is
// asked for a price could process a signed message. A node that estimates signed messages only, as heph does, refuses.
// Files that the node does not know are left out of the price.
func (c *Client) Estimate(ctx context.Context, m *message.Message) (Price, error) {
	body, err := json.Marshal(map[string]any{"message": map[string]any{
		"type": m.Type, "item_type": m.ItemType, "item_hash": m.ItemHash, "item_content": m.ItemContent,
	}})
	if err != nil {
		return Price{}, fmt.Errorf("encoding message %s: %w", m.ItemHash, err)
	}
	return c.price(ctx, postJSON("/api/v0/price/estimate", body))
}

func (c *Client) price(ctx context.Context, r request) (Price, error) {
	var answer struct {
		PaymentType    string `json:"payment_type"`
		Cost           amount `json:"cost"`
		ChargedAddress string `json:"charged_address"`
		Detail         short[struct {
			Type       string  `json:"type"`
			Name       string  `json:"name"`
			CostHold   amount  `json:"cost_hold"`
			CostStream amount  `json:"cost_stream"`
			CostCredit amount  `json:"cost_credit"`
			SizeMiB    *amount `json:"size_mib"`
		}] `json:"detail"`
	}
	if err := c.callJSON(ctx, r.upTo(maxPrice), &answer); err != nil {
		return Price{}, err
	}
	price := Price{PaymentType: answer.PaymentType, Cost: answer.Cost.String(), ChargedAddress: answer.ChargedAddress}
	for _, detail := range answer.Detail {
		line := PriceLine{
			Type: detail.Type, Name: detail.Name,
			Hold: detail.CostHold.String(), Stream: detail.CostStream.String(), Credit: detail.CostCredit.String(),
		}
		if detail.SizeMiB != nil {
			line.SizeMiB = detail.SizeMiB.String()
		}
		price.Lines = append(price.Lines, line)
	}
	return price, nil
}

// Costs are the sums of what everything alive of an owner costs by one way of paying, as decimal texts: ALEPH to hold,
// ALEPH a second, credits a second.
type Costs struct{ Hold, Stream, Credit string }

// Costs reads them; zeros for an address that the node does not know, or that is not checksummed (NETWORK.md 10.5).
func (c *Client) Costs(ctx context.Context, address, paymentType string) (Costs, error) {
	var answer struct {
		Summary struct {
			Hold   amount `json:"total_cost_hold"`
			Stream amount `json:"total_cost_stream"`
			Credit amount `json:"total_cost_credit"`
		} `json:"summary"`
	}
	query := url.Values{"address": {address}, "payment_type": {paymentType}, "include_details": {"0"}}
	if err := c.getJSON(ctx, "/api/v0/costs", query, &answer); err != nil {
		return Costs{}, err
	}
	return Costs{Hold: answer.Summary.Hold.String(), Stream: answer.Summary.Stream.String(), Credit: answer.Summary.Credit.String()}, nil
}
