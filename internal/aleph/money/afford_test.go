// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// runtime is a STORE that every node has.
const runtime = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"

// owner is who pays.
var owner = core.Accounts()[0].Address

// payer plans in front of a node.
type payer struct {
	*money.Client
	local    *core.Node
	sent     atomic.Int64
	planning shared.Activity
}

// atNode runs a test in front of a node in memory, where time passes at once.
func atNode(t *testing.T, check money.BalanceCheck, test func(t *testing.T, c *payer)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		local, err := core.New(core.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer local.Close()
		api, err := node.New(node.Config{URL: "http://node", Transport: local})
		if err != nil {
			t.Fatal(err)
		}
		c := &payer{local: local}
		c.Client = &money.Client{Node: api, Files: &stored.Files{Node: api}, BalanceCheck: check, Sent: c.sent.Load}
		test(t, c)
		<-time.After(time.Hour) // what goes on in the background comes to its end
	})
}

// slow delays everything whose path begins so.
func (c *payer) slow(path string, by time.Duration) *core.Injected {
	return c.local.Inject(core.Fault{Method: http.MethodGet, Path: path, Times: -1, Do: core.Delay(by)})
}

// afford plans one more program, and tells whether it can be paid.
func (c *payer) afford(ctx context.Context) error {
	end := c.planning.Begin()
	tell := c.Afford(ctx, money.Spending{Owner: owner, New: money.MachineOf(&message.Program{
		Machine: message.Machine{
			Payment:   &message.Payment{Type: message.PaymentCredit},
			Resources: message.Resources{VCPUs: 1, Memory: 128},
			// A program with internet access costs twice as much.
			Environment: message.Environment{Internet: true},
		},
		Code:    message.Code{Ref: runtime, UseLatest: true},
		Runtime: message.Runtime{Ref: runtime, UseLatest: true},
	})})
	end()
	if tell == nil {
		return nil
	}
	c.planning.Quiet(ctx)
	return tell(ctx)
}

// plans runs so many checks at the same time, and returns the errors, and how long it took.
func plans(count int, check func() error) (failures []error, took time.Duration) {
	started := time.Now()
	errs := make([]error, count)
	var group sync.WaitGroup
	for i := range count {
		group.Go(func() { errs[i] = check() })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			failures = append(failures, err)
		}
	}
	return failures, time.Since(started)
}

// moment is how long who tells of it waits for others, where nothing else is planned.
const moment = 200 * time.Millisecond

// expectUnanswered checks that one of many says that it was not checked, and that none waits for the node for more than limit.
func expectUnanswered(t *testing.T, failures []error, took, limit time.Duration) {
	t.Helper()
	unanswered := (*shared.UnansweredError)(nil)
	if len(failures) != 1 || !errors.As(failures[0], &unanswered) {
		t.Errorf("got %v, want that one was not answered", failures)
	}
	if took != limit+moment {
		t.Errorf("it took %s, want %s", took, limit+moment)
	}
}

// Plans wait two seconds for the balance, all together, and ten where it can stop them, whatever of it is slow.
func TestAfford_slowNode(t *testing.T) {
	for _, path := range []string{"/api/v0/aggregates", "/api/v0/storage/by-", "/api/v0/addresses", "/api/v0/costs"} {
		for check, limit := range map[money.BalanceCheck]time.Duration{money.BalanceWarn: 2 * time.Second, money.BalanceError: 10 * time.Second} {
			t.Run(path+", "+string(check), func(t *testing.T) {
				atNode(t, check, func(t *testing.T, c *payer) {
					fault := c.slow(path, 30*time.Second)
					failures, took := plans(20, func() error { return c.afford(t.Context()) })
					expectUnanswered(t, failures, took, limit)
					unchecked := (*money.UncheckedError)(nil)
					if !errors.As(errors.Join(failures...), &unchecked) || unchecked.Stops() || fault.Hits() != 1 {
						t.Errorf("got %v, after %d requests", failures, fault.Hits())
					}
				})
			})
		}
	}
}

// However many are planned, prices, sizes and balances are asked for once.
func TestAfford_askedOnce(t *testing.T) {
	atNode(t, money.BalanceWarn, func(t *testing.T, c *payer) {
		c.local.SetFunds(owner, 1, 0)
		paths := []string{"/api/v0/aggregates", "/api/v0/storage/by-ref", "/api/v0/addresses", "/api/v0/costs"}
		for _, path := range paths {
			c.slow(path, 100*time.Millisecond)
		}
		failures, _ := plans(20, func() error { return c.afford(t.Context()) })
		shortage := (*money.ShortageError)(nil)
		if len(failures) != 1 || !errors.As(failures[0], &shortage) || shortage.Objects < 10 {
			t.Errorf("got %v, want one shortage of many objects", failures)
		}
		for i, want := range []int{2, 1, 1, 1} { // prices and settings, the runtime, the balance, what runs
			if asked := c.local.Asked(http.MethodGet, paths[i]); asked != want {
				t.Errorf("%s was asked for %d times, want %d", paths[i], asked, want)
			}
		}
	})
}

// After something was published, one plan asks for the balance once more, while the others are counted and go on.
func TestAfford_balanceIsAskedForAgain(t *testing.T) {
	atNode(t, money.BalanceError, func(t *testing.T, c *payer) {
		const aDay = 528_000 // of one program
		c.local.SetFunds(owner, 10*aDay, 0)
		if err := c.afford(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.sent.Add(1)
		c.local.SetFunds(owner, 1, 0)
		fault := c.slow("/api/v0/costs", 5*time.Second)
		var group sync.WaitGroup
		group.Go(func() {
			shortage := (*money.ShortageError)(nil)
			if err := c.afford(t.Context()); !errors.As(err, &shortage) || !shortage.Refused || shortage.Objects != 2 {
				t.Errorf("got %v, want that two objects are refused", err)
			}
		})
		<-time.After(time.Second)
		started := time.Now()
		if err := c.afford(t.Context()); err != nil || time.Since(started) > 0 || fault.Hits() != 1 {
			t.Errorf("got %v after %s, and %d requests", err, time.Since(started), fault.Hits())
		}
		group.Wait()
	})
}
