// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"context"
	"errors"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// BalanceCheck is what becomes of a plan that its owner cannot pay for.
type BalanceCheck string

// What may become of it. Nothing is looked at without one.
const (
	BalanceWarn  BalanceCheck = "warn"
	BalanceError BalanceCheck = "error"
	BalanceOff   BalanceCheck = "off"
)

// Spending is what a plan adds to the costs of an owner.
type Spending struct {
	Owner string
	// New is what is published. Live is the version that it amends or replaces; nil when that is known by its item hash alone.
	New, Live Item
	// Keeps says that the live version stays after an amend.
	Keeps bool
	// Changes is the item hash of the live version; empty for a new object.
	Changes string
}

// Afford counts what is planned. It returns what tells that the owner cannot pay for it, with all that is planned beside it, and
// nil when that is not for the caller to tell: it is to be called once nothing more is being planned. Its error is a
// *ShortageError, or an *UncheckedError when that could not be checked: when the node is slow, and, if the check could stop
// the plan, when it fails.
//
// What the node says that runs already is asked for once, before this process publishes anything, so that nothing
// counts twice. An apply plans each object once more in a process of its own; once that has published something, only
// what the network would refuse right now is told.
func (c *Client) Afford(ctx context.Context, s Spending) (tell func(context.Context) error) {
	if c.BalanceCheck == "" || c.BalanceCheck == BalanceOff || c.unchecked.Load() {
		return nil
	}
	account, err := waitForBalance(ctx, c, func(ctx context.Context) (entry, error) { return c.entryOf(ctx, s) })
	switch {
	case err != nil:
		return func(context.Context) error { return c.failed(err) }
	case account.budget == nil || !account.budget.add(s.Changes, account.added):
		return nil
	}
	return func(ctx context.Context) error {
		shortage, err := c.speak(ctx, account.budget, account.added)
		if err != nil || shortage == nil {
			return c.failed(err)
		}
		return shortage
	}
}

// failed is what is told of a check that failed: of the first one, and of no other.
func (c *Client) failed(err error) error {
	if err != nil && c.unchecked.CompareAndSwap(false, true) && (c.BalanceCheck == BalanceError || isUnanswered(err)) {
		return &UncheckedError{Err: err}
	}
	return nil // no figure is no failure, and the log has the requests that failed
}

// errorLimit is how long a plan waits for a balance that can stop it.
const errorLimit = 10 * time.Second

// waitForBalance asks, for as long as a plan may wait for a check that warns or stops.
func waitForBalance[T any](ctx context.Context, c *Client, ask func(context.Context) (T, error)) (T, error) {
	limit := shared.WarningLimit
	if c.BalanceCheck == BalanceError {
		limit = errorLimit
	}
	return shared.Wait(ctx, &c.timeout, limit, ask)
}

// entry is what an object adds to a budget; to none when the node does not tell.
type entry struct {
	budget *budget
	added  charge
}

func (c *Client) entryOf(ctx context.Context, s Spending) (entry, error) {
	bill, err := c.Bill(ctx, s.New)
	if bill == nil || err != nil {
		return entry{}, err
	}
	b, err := c.budgetOf(ctx, s.Owner, bill.PaymentType)
	if b == nil || err != nil {
		return entry{}, err
	}
	added := charge{cost: bill.Cost(), demand: bill.Demand}
	switch {
	case s.Live != nil:
		added.live, err = c.costOf(ctx, s.Live, bill.PaymentType)
	case s.Changes != "" && !b.has(s.Changes):
		added.live, err = c.billed(ctx, s.Changes, bill.PaymentType)
	}
	if !s.Keeps {
		added.frees = added.live
	}
	return entry{b, added}, err
}

// costOf is what something costs by one way of paying; nothing when it is paid in another.
func (c *Client) costOf(ctx context.Context, item Item, paymentType string) (decimal.Decimal, error) {
	bill, err := c.Bill(ctx, item)
	if bill == nil || bill.PaymentType != paymentType || err != nil {
		return decimal.Zero, err
	}
	return bill.Cost(), nil
}

// billed is costOf for a message that is alive, as the node bills it; nothing for one that is not.
func (c *Client) billed(ctx context.Context, hash, paymentType string) (decimal.Decimal, error) {
	status, err := c.Node.Status(ctx, hash)
	if err != nil || !status.Alive() {
		return decimal.Zero, err
	}
	price, err := c.Node.Price(ctx, hash)
	if err != nil || price.PaymentType != paymentType {
		return decimal.Zero, err
	}
	return decimal.NewFromString(price.Cost)
}

// budgetOf opens the budget, and asks for the means; nil when the node does not tell.
func (c *Client) budgetOf(ctx context.Context, owner, paymentType string) (*budget, error) {
	return c.budgets.Get(ctx, budgetKey{owner, paymentType}, func(ctx context.Context) (*budget, error) {
		sent := c.Sent()
		means, err := c.Means(ctx, owner, paymentType)
		if means == nil || err != nil {
			return nil, err
		}
		b := &budget{owner: owner, paymentType: paymentType, means: *means, sent: sent, changes: make(map[string]charge)}
		if sent > 0 {
			// What is replaced may be forgotten by now: to stop at that it does not last would leave nothing alive.
			b.said = verdictDry
		}
		return b, nil
	})
}

type budgetKey struct{ owner, paymentType string }

// speak says what the owner lacks. While an apply publishes, that changes: then the node is asked once more, and only
// what it would refuse now is said.
func (c *Client) speak(ctx context.Context, b *budget, added charge) (*ShortageError, error) {
	if sent := c.Sent(); b.restart(sent, added) {
		means, err := waitForBalance(ctx, c, func(ctx context.Context) (*Means, error) { return c.Means(ctx, b.owner, b.paymentType) })
		if means == nil || err != nil {
			return nil, err // and nothing more is said of this budget
		}
		b.renew(*means)
	}
	return b.conclude(c.BalanceCheck == BalanceError, c.Clock.Now()), nil
}

func isUnanswered(err error) bool {
	_, unanswered := errors.AsType[*shared.UnansweredError](err)
	return unanswered
}
