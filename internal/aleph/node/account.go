// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Balance is what an address has. Amounts are decimal texts without an exponent.
type Balance struct {
	// Tokens is the number of ALEPH held, over all chains, and Locked how many of them pay for what is on hold.
	Tokens, Locked string
	Credits        string
	// Chains are the tokens by the chain that they are held on; empty when the node does not tell.
	Chains map[string]string
}

// Balance reads the balance of an address; zeros for one that the node does not know, or that is not checksummed.
func (c *Client) Balance(ctx context.Context, address string) (Balance, error) {
	var answer struct {
		Balance       amount `json:"balance"`
		LockedAmount  amount `json:"locked_amount"`
		CreditBalance amount `json:"credit_balance"`
		// Details is null or empty on some nodes (NETWORK.md 10.6).
		Details map[string]amount `json:"details"`
	}
	if err := c.getJSON(ctx, "/api/v0/addresses/"+url.PathEscape(address)+"/balance", nil, &answer); err != nil {
		return Balance{}, err
	}
	balance := Balance{
		Tokens: answer.Balance.String(), Locked: answer.LockedAmount.String(), Credits: answer.CreditBalance.String(),
	}
	for chain, tokens := range answer.Details {
		if balance.Chains == nil {
			balance.Chains = make(map[string]string)
		}
		balance.Chains[chain] = tokens.String()
	}
	return balance, nil
}

// amount reads a number, a text with a number, or null for nothing, as a decimal.
type amount struct{ decimal.Decimal }

// UnmarshalJSON implements json.Unmarshaler.
func (a *amount) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text := json.Number("")
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("%s is not a number", data)
	}
	if err := message.CheckAmount(text.String()); err != nil {
		return err
	}
	value, err := decimal.NewFromString(text.String())
	a.Decimal = value
	return err
}
