// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"context"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

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
	return c.means.Get(ctx, meansKey{owner, paymentType, c.Sent()}, func(ctx context.Context) (*Means, error) {
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

// Outlook is what an owner's means come to when one more thing is published.
type Outlook struct {
	// Missing is what the network would refuse it for; zero when it accepts it.
	Missing decimal.Decimal
	// Days are how long the credits last; nil for tokens on hold, which are not used up, and when nothing costs anything.
	Days *decimal.Decimal
}

// With looks at the means with one more bill.
func (m Means) With(bill Bill) Outlook {
	b := budget{paymentType: bill.PaymentType, means: m}
	b.count(charge{cost: bill.Cost(), demand: bill.Demand})
	outlook := Outlook{Missing: decimal.Max(b.needed().Sub(m.Have), decimal.Zero)}
	if after := b.afterwards(); bill.PaymentType == message.PaymentCredit && after.IsPositive() {
		days := m.Have.Div(after.Mul(perDay))
		outlook.Days = &days
	}
	return outlook
}
