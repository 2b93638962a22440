// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"path"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// CreditsOnly is the day from which the network takes nothing but credits (NETWORK.md 10.1).
var CreditsOnly = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)

// Calendar is a clock that runs on from a date, and that a test can set.
type Calendar struct{ ahead atomic.Int64 }

// On is a calendar of a date.
func On(date time.Time) *Calendar {
	c := &Calendar{}
	c.Turn(date)
	return c
}

// Turn sets the calendar to a date.
func (c *Calendar) Turn(date time.Time) { c.ahead.Store(int64(time.Until(date))) }

// Now is a message.Clock.
func (c *Calendar) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// BeforeCreditsOnly configures a local node on a day on which the network still takes tokens for what does not run all the
// time. A real node has the date that it has.
func BeforeCreditsOnly() core.Config {
	return core.Config{Clock: On(CreditsOnly.AddDate(0, -1, 0)).Now}
}

// OnBothSides runs a test that touches payment on each side of the day CreditsOnly, with the configuration of a local node
// that is there. The test says by whether tokens are taken what it expects. A real node is on one side: the test runs once.
func OnBothSides(t *testing.T, test func(t *testing.T, dated core.Config, tokens bool)) {
	t.Helper()
	if nodeURL != "" {
		test(t, core.Config{}, time.Now().Before(CreditsOnly))
		return
	}
	t.Parallel()
	t.Run("tokens", func(t *testing.T) { test(t, BeforeCreditsOnly(), true) })
	t.Run("credits only", func(t *testing.T) { test(t, core.Config{Clock: On(CreditsOnly.AddDate(0, 0, 14)).Now}, false) })
}

// clocks are those of the local nodes of tests, by the name of the test.
var clocks sync.Map

// setClock gives a test the clock of its node, for all that it starts: a provider, or another tool.
func setClock(t *testing.T, clock message.Clock) {
	t.Helper()
	if clock == nil {
		return
	}
	clocks.Store(t.Name(), clock)
	t.Cleanup(func() { clocks.Delete(t.Name()) })
}

// clockOf is the clock of a test, or of the one that it is a part of; nil when it has the machine's.
func clockOf(t testing.TB) message.Clock {
	for name := t.Name(); name != "."; name = path.Dir(name) {
		if clock, ok := clocks.Load(name); ok {
			return clock.(message.Clock)
		}
	}
	return nil
}
