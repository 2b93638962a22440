// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/price"
)

// Prices is the network's list of prices, asked for once; nil when the node keeps none, as heph does not
// (NETWORK.md 13.4).
func (c *Client) Prices(ctx context.Context) (*price.List, error) {
	return c.prices.Get(ctx, struct{}{}, func(ctx context.Context) (*price.List, error) {
		var list price.List
		err := c.Node.Aggregate(ctx, price.Owner, price.PricingKey, &list.Offers)
		if errors.Is(err, node.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("unable to read the network's prices: %w", err)
		}
		// Without settings, no graphics processor has a price.
		if err := c.Node.Aggregate(ctx, price.Owner, price.SettingsKey, &list.Settings); err != nil && !errors.Is(err, node.ErrNotFound) {
			return nil, fmt.Errorf("unable to read the network's settings: %w", err)
		}
		return &list, nil
	})
}

// Bill prices something that need not exist yet; nil when the network names no price for it.
func (c *Client) Bill(ctx context.Context, item price.Item) (*price.Bill, error) {
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
	case errors.Is(err, price.ErrNone):
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
	size, err := wait(ctx, &c.patience.sizes, warningPatience, func(ctx context.Context) (*int64, error) {
		return c.FileSize(ctx, ref, useLatest)
	})
	return size, c.patience.sizes.once(err)
}

// FileSize is the size in bytes of the file that a mount of a STORE gives, its newest version or the very one, asked for
// once; nil when the node does not know it, and then it bills nothing for it either.
func (c *Client) FileSize(ctx context.Context, ref string, useLatest bool) (*int64, error) {
	if ref == "" {
		return nil, nil
	}
	return c.sizes.Get(ctx, storedFile{ref, useLatest}, func(ctx context.Context) (*int64, error) {
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
		return &file.Size, nil
	})
}

// Means are what an owner can pay with, and what everything alive of theirs costs, by one way of paying: credits and
// credits a second, or ALEPH held and ALEPH to hold.
type Means struct{ Have, Runs decimal.Decimal }

// meansKey names the means of an owner after this process has sent so many messages.
type meansKey struct {
	owner, paymentType string
	sent               int64
}

// Means are asked for once, and once more when this process has sent something since; nil when the node does not tell,
// and of streams, which are paid on a chain that it does not know.
func (c *Client) Means(ctx context.Context, owner, paymentType string) (*Means, error) {
	if paymentType == message.PaymentSuperfluid {
		return nil, nil
	}
	return c.means.Get(ctx, meansKey{owner, paymentType, c.sent.Load()}, func(ctx context.Context) (*Means, error) {
		return c.askMeans(ctx, owner, paymentType)
	})
}

func (c *Client) askMeans(ctx context.Context, owner, paymentType string) (*Means, error) {
	balance, err := c.Node.Balance(ctx, owner)
	var costs node.Costs
	if err == nil {
		costs, err = c.Node.Costs(ctx, owner, paymentType)
	}
	if errors.Is(err, node.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("unable to read the balance of %s: %w", owner, err)
	}
	have, runs := balance.Tokens, costs.Hold
	if paymentType == message.PaymentCredit {
		have, runs = balance.Credits, costs.Credit
	}
	var means Means
	means.Have, err = decimal.NewFromString(have)
	if err == nil {
		means.Runs, err = decimal.NewFromString(runs)
	}
	return &means, err
}
