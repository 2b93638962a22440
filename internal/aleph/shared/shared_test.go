// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// question counts how often it is asked, and is answered when the test says so.
type question struct {
	asked  atomic.Int64
	answer chan int
	// ended gets why the context of a call ended before there was an answer.
	ended chan error
}

func newQuestion() *question {
	return &question{answer: make(chan int), ended: make(chan error, 10)}
}

func (q *question) ask(ctx context.Context) (int, error) {
	q.asked.Add(1)
	select {
	case value := <-q.answer:
		return value, nil
	case <-ctx.Done():
		q.ended <- ctx.Err()
		return 0, ctx.Err()
	}
}

// getter is Do of a Group, or Get of a Memo or a Fresh.
type getter func(ctx context.Context, key string, ask func(context.Context) (int, error)) (int, error)

// ofEach runs a test for each of the types, in a bubble where time passes at once.
func ofEach(t *testing.T, test func(t *testing.T, get getter)) {
	t.Helper()
	t.Parallel()
	for name, get := range map[string]getter{
		"Group": new(shared.Group[string, int]).Do,
		"Memo":  new(shared.Memo[string, int]).Get,
		"Fresh": new(shared.Fresh[string, int]).Get,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, get) })
		})
	}
}

// callers ask at the same time, and each gets what is wanted.
type callers struct {
	sync.WaitGroup
	t   *testing.T
	get getter
}

func (c *callers) ask(many int, key string, q *question, want int) {
	for range many {
		c.Go(func() {
			if value, err := c.get(c.t.Context(), key, q.ask); value != want || err != nil {
				c.t.Errorf("%s: got %d, %v, want %d", key, value, err, want)
			}
		})
	}
	synctest.Wait()
}

func (q *question) expectAsked(t *testing.T, want int64) {
	t.Helper()
	if asked := q.asked.Load(); asked != want {
		t.Errorf("asked %d times, want %d", asked, want)
	}
}

// Those who ask the same wait for one call, and those who ask something else for another.
func TestGroup_manyCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g shared.Group[string, int]
		c, q, other := &callers{t: t, get: g.Do}, newQuestion(), newQuestion()
		c.ask(50, "key", q, 7)
		c.ask(1, "another", other, 8)
		other.answer <- 8
		q.answer <- 7
		c.Wait()
		q.expectAsked(t, 1)
		c.ask(50, "key", q, 9) // nothing is remembered
		q.answer <- 9
		c.Wait()
		q.expectAsked(t, 2)
	})
}

// The deadline and the cancellation of the first caller are nobody else's.
func TestGroup_firstCallerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g shared.Group[string, int]
		c, q := &callers{t: t, get: g.Do}, newQuestion()
		first, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c.Go(func() {
			if _, err := g.Do(first, "key", q.ask); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the first caller: %v, want that its time was up", err)
			}
		})
		synctest.Wait()
		c.ask(5, "key", q, 7)
		<-time.After(time.Minute)
		q.answer <- 7
		c.Wait()
		q.expectAsked(t, 1)
	})
}

// A call ends with the last who waits for it, and who comes then makes another.
func TestShared_allCallersLeave(t *testing.T) {
	ofEach(t, func(t *testing.T, get getter) {
		c, q := &callers{t: t, get: get}, newQuestion()
		ctx, cancel := context.WithCancel(t.Context())
		for range 5 {
			c.Go(func() {
				if _, err := get(ctx, "key", q.ask); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want that it was cancelled", err)
				}
			})
		}
		synctest.Wait()
		cancel()
		c.Wait()
		if err := <-q.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the call: %v, want that it was cancelled", err)
		}
		asked := q.asked.Load()
		c.ask(1, "key", q, 7)
		q.answer <- 7
		c.Wait()
		q.expectAsked(t, asked+1)
	})
}

// A call that nobody gives up ends all the same.
func TestShared_callLastsTooLong(t *testing.T) {
	ofEach(t, func(t *testing.T, get getter) {
		q, started := newQuestion(), time.Now()
		if _, err := get(t.Context(), "key", q.ask); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != shared.Longest {
			t.Errorf("got %v after %s", err, time.Since(started))
		}
	})
}

// A caller whose context has ended neither waits nor asks.
func TestShared_callerHasNoTime(t *testing.T) {
	ofEach(t, func(t *testing.T, get getter) {
		q := newQuestion()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := get(ended, "key", q.ask); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it was cancelled", err)
		}
		q.expectAsked(t, 0)
	})
}

// All who wait get an error, and the next asks again.
func TestShared_errorIsNotRemembered(t *testing.T) {
	ofEach(t, func(t *testing.T, get getter) {
		failure := errors.New("failure")
		if _, err := get(t.Context(), "key", func(context.Context) (int, error) { return 1, failure }); !errors.Is(err, failure) {
			t.Errorf("got %v, want the failure", err)
		}
		if value, err := get(t.Context(), "key", func(context.Context) (int, error) { return 2, nil }); value != 2 || err != nil {
			t.Errorf("got %d, %v, want 2", value, err)
		}
	})
}

// A panic ends the process, and says where it was: nobody waits for ever.
func TestShared_panic(t *testing.T) {
	const child = "PANIC_WHILE_SHARED"
	if os.Getenv(child) != "" {
		var memo shared.Memo[string, int]
		_, _ = memo.Get(t.Context(), "key", func(context.Context) (int, error) { panic("in the call") })
		return
	}
	t.Parallel()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestShared_panic$")
	command.Env = append(os.Environ(), child+"=1")
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "panic: in the call") || !strings.Contains(string(output), "shared_test.go") {
		t.Errorf("got %v:\n%s", err, output)
	}
}

// An answer is remembered, also for whoever has no time, until it is forgotten.
func TestMemo_forget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m shared.Memo[string, int]
		c, q, other := &callers{t: t, get: m.Get}, newQuestion(), newQuestion()
		c.ask(50, "key", q, 7)
		c.ask(1, "another", other, 1)
		q.answer <- 7
		other.answer <- 1
		c.Wait()
		c.ask(50, "key", q, 7)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if value, err := m.Get(ended, "key", q.ask); value != 7 || err != nil {
			t.Errorf("without time: got %d, %v, want 7", value, err)
		}
		q.expectAsked(t, 1)

		m.Forget("key")
		c.ask(50, "key", q, 8)
		c.ask(1, "another", other, 1)
		q.answer <- 8
		c.Wait()
		q.expectAsked(t, 2)
		other.expectAsked(t, 1)
	})
}

// What was asked for before Forget answers those who asked before it, and nobody else.
func TestMemo_forgetDuringCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m shared.Memo[string, int]
		c, before, after := &callers{t: t, get: m.Get}, newQuestion(), newQuestion()
		c.ask(5, "key", before, 7)
		m.Forget("key")
		c.ask(5, "key", after, 8)
		after.answer <- 8
		before.answer <- 7 // later, and not remembered
		c.Wait()
		c.ask(5, "key", after, 8)
		c.Wait()
		after.expectAsked(t, 1)
	})
}

// Who asks during a call waits for the next one, with all others who do.
func TestFresh_askedDuringCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f shared.Fresh[string, int]
		c, q, other := &callers{t: t, get: f.Get}, newQuestion(), newQuestion()
		c.ask(1, "key", q, 7)
		c.ask(50, "key", q, 8)
		c.ask(1, "another", other, 1)
		other.answer <- 1
		q.expectAsked(t, 1)
		q.answer <- 7
		synctest.Wait()
		q.expectAsked(t, 2)
		c.ask(50, "key", q, 9)
		q.answer <- 8
		q.answer <- 9
		c.Wait()
		q.expectAsked(t, 3)
	})
}

// Who leaves while the call that it waits for has not begun takes nobody along.
func TestFresh_callerLeavesBeforeItsCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f shared.Fresh[string, int]
		c, q := &callers{t: t, get: f.Get}, newQuestion()
		c.ask(1, "key", q, 7)
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := f.Get(brief, "key", q.ask); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want that its time was up", err)
		}
		c.ask(5, "key", q, 8)
		q.answer <- 7
		q.answer <- 8
		c.Wait()
		q.expectAsked(t, 2)
	})
}
