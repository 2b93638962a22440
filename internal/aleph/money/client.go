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
)

// Client asks one node for prices, sizes of files and balances, for each of them once, and counts what is planned.
type Client struct {
	Node *node.Client
	// BalanceCheck says what becomes of a plan that its owner cannot pay for.
	BalanceCheck BalanceCheck
	// Clock is what it counts from how long a balance lasts.
	Clock message.Clock
	// Sent is how many messages this process has sent: balances change with each.
	Sent func() int64

	prices  shared.Memo[struct{}, *Prices]
	sizes   shared.Memo[storedFile, *node.StoredFile]
	means   shared.Memo[meansKey, *Means]
	budgets shared.Memo[budgetKey, *budget]
	// unchecked is set once the balance could not be checked: then it is not tried again.
	unchecked atomic.Bool
	// timeouts are how plans wait for the sizes of files and the balance.
	timeouts struct{ sizes, balance shared.Timeout }
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
		size, err := c.FileSize(ctx, ref, useLatest)
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

// storedFile names the file of a STORE.
type storedFile struct {
	ref       string
	useLatest bool
}

// FileSizeSoon is FileSize for a plan that does no more than warn: it waits for a moment only, and fails once per
// process at most.
func (c *Client) FileSizeSoon(ctx context.Context, ref string, useLatest bool) (*int64, error) {
	size, err := shared.Wait(ctx, &c.timeouts.sizes, shared.WarningLimit, func(ctx context.Context) (*int64, error) {
		return c.FileSize(ctx, ref, useLatest)
	})
	return size, c.timeouts.sizes.Once(err)
}

// FileSize is the size in bytes of the file that a mount of a STORE gives, its newest version or the very one, asked for
// once; nil when the node does not know it, and then it bills nothing for it either.
func (c *Client) FileSize(ctx context.Context, ref string, useLatest bool) (*int64, error) {
	file, err := c.stored(ctx, ref, useLatest)
	if file == nil {
		return nil, err
	}
	return &file.Size, nil
}

// AmendSoon is the item hash of the first STORE of a file when ref is a later one; empty otherwise, and when the node does
// not know it. It waits as FileSizeSoon does.
func (c *Client) AmendSoon(ctx context.Context, ref string) (first string, err error) {
	file, err := shared.Wait(ctx, &c.timeouts.sizes, shared.WarningLimit, func(ctx context.Context) (*node.StoredFile, error) {
		return c.stored(ctx, ref, true)
	})
	if file == nil || file.Ref == ref || message.ItemTypeOf(file.Ref) == "" {
		return "", err
	}
	return file.Ref, nil
}

// stored is the file that a mount of a STORE gives, asked for once; nil when the node does not know it.
func (c *Client) stored(ctx context.Context, ref string, useLatest bool) (*node.StoredFile, error) {
	if ref == "" {
		return nil, nil
	}
	return c.sizes.Get(ctx, storedFile{ref, useLatest}, func(ctx context.Context) (*node.StoredFile, error) {
		var file node.StoredFile
		err := node.ErrNotFound
		if useLatest {
			file, err = c.Node.FileByRef(ctx, ref)
		}
		if errors.Is(err, node.ErrNotFound) {
			// Some nodes know a file by its first STORE only once there is an amend (NETWORK.md 13.2).
			file, err = c.Node.FileByMessage(ctx, ref)
		}
		switch {
		case errors.Is(err, node.ErrNotFound):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("unable to read the size of the file of %s: %w", ref, err)
		}
		return &file, nil
	})
}
