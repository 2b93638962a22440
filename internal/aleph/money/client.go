// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package money says what a message costs, by the network's own list of prices and in the arithmetic of its nodes, to the
// last digit (NETWORK.md 10.3), and whether its owner can pay for it.
package money

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
)

// Client asks one node for prices and balances, for each of them once, and counts what is planned.
type Client struct {
	Node *node.Client
	// Files know the sizes of files.
	Files *stored.Files
	// BalanceCheck says what becomes of a plan that its owner cannot pay for.
	BalanceCheck BalanceCheck
	// Clock is what it counts from how long a balance lasts.
	Clock message.Clock
	// Sent is how many messages this process has sent: balances change with each.
	Sent func() int64

	prices  shared.Memo[struct{}, *Prices]
	means   shared.Memo[meansKey, *Means]
	budgets shared.Memo[budgetKey, *budget]
	// unchecked is set once the balance could not be checked: then it is not tried again.
	unchecked atomic.Bool
	// timeout is how plans wait for the balance.
	timeout shared.Timeout
}

// Prices is the network's list of prices, asked for once; nil when the node keeps none, as heph does not
// (NETWORK.md 13.4).
func (c *Client) Prices(ctx context.Context) (*Prices, error) {
	return c.prices.Get(ctx, struct{}{}, func(ctx context.Context) (*Prices, error) {
		var list Prices
		err := c.Node.Aggregate(ctx, pricesOwner, pricingKey, &list.Offers)
		if errors.Is(err, node.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("unable to read the network's prices: %w", err)
		}
		// Without settings, no graphics processor has a price.
		if err := c.Node.Aggregate(ctx, pricesOwner, settingsKey, &list.Settings); err != nil && !errors.Is(err, node.ErrNotFound) {
			return nil, fmt.Errorf("unable to read the network's settings: %w", err)
		}
		return &list, nil
	})
}

// Bill prices something that need not exist yet; nil when the network names no price for it.
func (c *Client) Bill(ctx context.Context, item Item) (*Bill, error) {
	prices, err := c.Prices(ctx)
	if prices == nil || err != nil {
		return nil, err
	}
	var failed error
	bill, err := item.Bill(*prices, func(ref string, useLatest bool) (int64, bool) {
		size, err := c.Files.Size(ctx, stored.Mount{Ref: ref, UseLatest: useLatest})
		if size == nil {
			failed = cmp.Or(failed, err)
			return 0, false
		}
		return *size, true
	})
	switch {
	case errors.Is(err, ErrNoPrice):
		return nil, nil
	case failed != nil:
		return nil, failed
	}
	return &bill, err
}
