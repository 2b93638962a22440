// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// budgetWith is a budget of credits that last for so many days at one credit a second.
func budgetWith(days int64) *budget {
	return &budget{
		owner: "0xA", paymentType: message.PaymentCredit, changes: map[string]charge{},
		means: Means{Have: decimal.NewFromInt(days).Mul(perDay)},
	}
}

// planner is a client of a process that has sent nothing, and plans.
type planner struct {
	*Client
	activity shared.Activity
}

func planning(check BalanceCheck) *planner {
	return &planner{Client: &Client{BalanceCheck: check, Sent: func() int64 { return 0 }}}
}

// spend plans an object, and says what the owner lacks when there is something new to say.
func (p *planner) spend(ctx context.Context, b *budget, changes string, added charge) (*ShortageError, error) {
	end := p.activity.Begin()
	speaks := b.add(changes, added)
	end()
	if !speaks {
		return nil, nil
	}
	p.activity.Quiet(ctx)
	return p.speak(ctx, b, added)
}

// one is an object of one credit a second.
var one = charge{cost: decimal.NewFromInt(1)}

// Objects that are planned one after the other, in parallel, lead to one shortage, of all of them.
func TestBudget_speaksForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const objects = 30
		c, b := planning(BalanceWarn), budgetWith(10)
		shortages := make(chan *ShortageError, objects)
		var group sync.WaitGroup
		for i := range objects {
			group.Go(func() {
				<-time.After(time.Duration(i) * 20 * time.Millisecond)
				s, err := c.spend(t.Context(), b, "", one)
				if err != nil {
					t.Error(err)
				}
				if s != nil {
					shortages <- s
				}
			})
		}
		group.Wait()
		close(shortages)
		s := <-shortages
		if s == nil || !s.Refused || s.Objects != objects || s.Stops() || !s.Need.Equal(decimal.NewFromInt(objects).Mul(perDay)) {
			t.Errorf("got %+v", s)
		}
		if s := <-shortages; s != nil {
			t.Errorf("and once more %+v", s)
		}
	})
}

// What is planned later is told only when it is worse.
func TestBudget_getsWorse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, b := planning(BalanceError), budgetWith(8)
		for i, want := range []verdict{verdictFine, verdictDry, verdictFine, verdictFine, verdictFine, verdictFine, verdictFine, verdictFine, verdictRefused, verdictFine} {
			s, err := c.spend(t.Context(), b, "", one)
			got := verdictFine
			if s != nil {
				got = map[bool]verdict{false: verdictDry, true: verdictRefused}[s.Refused]
			}
			if err != nil || got != want {
				t.Errorf("object %d: got %d, %v, want %d", i+1, got, err, want)
			}
		}
	})
}

// Both versions of an amend count at first, and one of them afterwards; a replacement counts once, although it is
// planned twice.
func TestBudget_ofChanges(t *testing.T) {
	t.Parallel()
	b := budgetWith(8)
	b.means.Runs = decimal.NewFromInt(1)
	b.add("hash", charge{cost: decimal.NewFromInt(1), live: decimal.NewFromInt(1), frees: decimal.NewFromInt(1)})
	b.add("hash", one)
	if b.objects != 1 || !b.needed().Equal(perDay.Mul(decimal.NewFromInt(2))) || !b.afterwards().Equal(decimal.NewFromInt(1)) || b.verdict() != verdictFine {
		t.Errorf("got %+v", b)
	}
	b.means.Have = perDay
	if !b.least().Equal(perDay) || b.verdict() != verdictOrder {
		t.Errorf("with credits for one version: got %+v", b)
	}
}

// Tokens must cover everything but a small file itself, and need not last.
func TestBudget_ofTokens(t *testing.T) {
	t.Parallel()
	b := &budget{paymentType: message.PaymentHold, changes: map[string]charge{}}
	small := charge{cost: decimal.NewFromInt(1), demand: DemandRest}
	for i, want := range []verdict{verdictFine, verdictRefused} {
		if b.add("", small); b.verdict() != want {
			t.Errorf("file %d: got %d, want %d", i+1, b.verdict(), want)
		}
	}
	b.means.Have = decimal.NewFromInt(1)
	if b.verdict() != verdictFine {
		t.Errorf("covered: got %d", b.verdict())
	}
	if b.count(charge{cost: decimal.NewFromInt(1), demand: DemandNone}); b.verdict() != verdictFine {
		t.Errorf("a file that nobody looks at: got %d", b.verdict())
	}
	if b.count(charge{cost: decimal.NewFromInt(1), demand: DemandAll}); b.verdict() != verdictRefused {
		t.Errorf("a program: got %d", b.verdict())
	}
}
