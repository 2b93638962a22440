// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// budget is what one process plans for an owner, by one way of paying. Terraform plans object by object, and tells
// nobody when a plan ends: so all that can be said is what the objects come to that were planned until now.
type budget struct {
	owner, paymentType string

	mu    sync.Mutex
	means Means
	// sent is how many messages this process had sent when the means were asked for.
	sent int64
	// objects are how many are planned, cost what they add, frees what is forgotten after them, live what is forgotten at
	// most, and demand what the last of them needs to be accepted.
	objects                   int
	cost, frees, live, demand decimal.Decimal
	// changes are what is planned of objects that exist, by the item hash of their live version.
	changes map[string]charge
	// speaking is set while somebody waits for the others, and for the means, before it speaks, and said is the worst that was said.
	speaking bool
	said     verdict
}

// charge is one object of a budget: what it costs, what its live version costs, and what an amend frees of that.
type charge struct {
	cost, live, frees decimal.Decimal
	demand            Demand
}

type verdict int

const (
	verdictFine verdict = iota
	// verdictDry: the credits do not last a week.
	verdictDry
	// verdictOrder: the network refuses it, unless what is replaced is forgotten first.
	verdictOrder
	// verdictRefused: the network refuses it in any order.
	verdictRefused
)

// add counts an object, and reports whether the caller is to speak. Terraform plans an object that is replaced twice,
// first as a change and then as a new one: it counts once, and frees the live version.
func (b *budget) add(changes string, added charge) (speak bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if before, ok := b.changes[changes]; ok {
		b.objects--
		b.cost, b.demand = b.cost.Sub(before.cost), b.demand.Sub(before.cost)
		b.live, b.frees = b.live.Sub(before.live), b.frees.Sub(before.frees)
		added.live, added.frees = before.live, before.live
	}
	if changes != "" {
		b.changes[changes] = added
	}
	b.count(added)
	if b.speaking || b.verdict() <= b.said {
		return false
	}
	b.speaking = true
	return true
}

func (b *budget) count(added charge) {
	before := b.cost
	b.objects++
	b.cost, b.live, b.frees = b.cost.Add(added.cost), b.live.Add(added.live), b.frees.Add(added.frees)
	switch added.demand {
	case DemandAll:
		b.demand = decimal.Max(b.demand, b.cost)
	case DemandRest:
		b.demand = decimal.Max(b.demand, before)
	case DemandNone:
	}
}

// verdict judges what is planned until now.
func (b *budget) verdict() verdict {
	switch {
	case b.least().GreaterThan(b.means.Have):
		return verdictRefused
	case b.needed().GreaterThan(b.means.Have):
		return verdictOrder
	case b.paymentType == message.PaymentCredit && b.afterwards().Mul(perWeek).GreaterThan(b.means.Have):
		return verdictDry
	}
	return verdictFine
}

var (
	perHour = decimal.NewFromInt(3600)
	perDay  = decimal.NewFromInt(24 * 3600)
	perWeek = decimal.NewFromInt(7 * 24 * 3600)
)

// needed is what the network wants to see: tokens for everything, or credits for one day of everything, the new and the
// old version of what is amended (NETWORK.md 7.3, 10.2).
func (b *budget) needed() decimal.Decimal { return b.asked(b.means.Runs.Add(b.demand)) }

// least is what it wants to see when every live version is forgotten before the new one is published. That is so for what is
// replaced, unless it has `create_before_destroy`, of which Terraform tells a provider nothing, and, before `-replace` is
// planned, neither of that.
func (b *budget) least() decimal.Decimal {
	return b.asked(decimal.Max(b.means.Runs.Add(b.demand).Sub(b.live), decimal.Zero))
}

// asked is what the network wants to see of what everything costs.
func (b *budget) asked(all decimal.Decimal) decimal.Decimal {
	if b.paymentType == message.PaymentCredit {
		return all.Mul(perDay)
	}
	return all
}

// has reports whether an object was counted, by the item hash of its live version.
func (b *budget) has(changes string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.changes[changes]
	return ok
}

// afterwards is what everything costs once the old versions of what is amended are forgotten.
func (b *budget) afterwards() decimal.Decimal {
	return decimal.Max(b.means.Runs.Add(b.cost).Sub(b.frees), decimal.Zero)
}

// restart counts from this object on when messages were sent since the means were asked for, and reports whether it
// does. What is planned before the means are renewed counts as well.
func (b *budget) restart(sent int64, added charge) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if sent == b.sent {
		return false
	}
	b.sent = sent
	b.objects, b.cost, b.live, b.frees, b.demand = 0, decimal.Zero, decimal.Zero, decimal.Zero, decimal.Zero
	clear(b.changes)
	b.count(added)
	return true
}

func (b *budget) renew(means Means) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.means, b.said = means, max(b.said, verdictDry)
}

// conclude is the shortage, if it is worse than what was said before; from then on somebody else may speak.
func (b *budget) conclude(stops bool, now time.Time) *ShortageError {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.speaking = false
	v := b.verdict()
	if v <= b.said {
		return nil
	}
	b.said = v
	return b.shortage(v, stops, now)
}
