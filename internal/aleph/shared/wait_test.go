// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// plan waits for an answer for two seconds; took is how long it did.
func plan(ctx context.Context, timeout *shared.Timeout, ask func(context.Context) (int, error)) (answer int, took time.Duration, err error) {
	started := time.Now()
	answer, err = shared.Wait(ctx, timeout, 2*time.Second, ask)
	return answer, time.Since(started), err
}

// answers are remembered, and the first of them takes a while.
func answers(after time.Duration, err error) func(context.Context) (int, error) {
	var memo shared.Memo[string, int]
	return func(ctx context.Context) (int, error) {
		return memo.Get(ctx, "key", func(ctx context.Context) (int, error) {
			select {
			case <-time.After(after):
				return 7, err
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		})
	}
}

func TestWait_answer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer, took, err := plan(t.Context(), new(shared.Timeout), answers(time.Second, nil))
		if answer != 7 || err != nil || took != time.Second {
			t.Errorf("got %d, %v after %s", answer, err, took)
		}
	})
}

// All plans wait two seconds together, none after them, and all use the answer once it is there.
func TestWait_slowAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var timeout shared.Timeout
		ask := answers(30*time.Second, nil)
		started := time.Now()
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				unanswered := (*shared.UnansweredError)(nil)
				if _, took, err := plan(t.Context(), &timeout, ask); !errors.As(err, &unanswered) || took != 2*time.Second {
					t.Errorf("got %v after %s", err, took)
				}
			})
		}
		group.Wait()
		unanswered := (*shared.UnansweredError)(nil)
		if _, took, err := plan(t.Context(), &timeout, ask); !errors.As(err, &unanswered) || took != 0 {
			t.Errorf("got %v after %s, want no more waiting", err, took)
		}
		<-time.After(30*time.Second - time.Since(started))
		synctest.Wait()
		if answer, took, err := plan(t.Context(), &timeout, ask); answer != 7 || err != nil || took != 0 {
			t.Errorf("got %d, %v after %s, want the answer that is there", answer, err, took)
		}
	})
}

// After a failure, nobody waits any more.
func TestWait_failure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var timeout shared.Timeout
		failure := errors.New("failure")
		ask := answers(time.Second, failure)
		var other sync.WaitGroup
		other.Go(func() {
			if _, took, err := plan(t.Context(), &timeout, answers(time.Minute, nil)); !errors.Is(err, failure) || took != time.Second {
				t.Errorf("who waits beside it got %v after %s, want the same failure", err, took)
			}
		})
		if _, took, err := plan(t.Context(), &timeout, ask); !errors.Is(err, failure) || took != time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		other.Wait()
		if _, took, err := plan(t.Context(), &timeout, ask); err == nil || took != 0 {
			t.Errorf("got %v after %s, want no more waiting", err, took)
		}
		<-time.After(time.Minute) // the other question comes to its end
	})
}

func TestWait_interrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, took, err := plan(ctx, new(shared.Timeout), answers(30*time.Second, nil))
		if !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		<-time.After(time.Minute) // the question comes to its end
	})
}

func TestTimeout_onceForAll(t *testing.T) {
	t.Parallel()
	var timeout shared.Timeout
	failure := errors.New("failure")
	for i, got := range []error{timeout.Once(nil), timeout.Once(failure), timeout.Once(failure)} {
		if want := map[int]error{1: failure}[i]; !errors.Is(got, want) {
			t.Errorf("call %d: got %v, want %v", i, got, want)
		}
	}
}
