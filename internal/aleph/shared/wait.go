// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// WarningLimit is how long a plan waits for what only a warning depends on.
const WarningLimit = 2 * time.Second

// lingering is how long a question goes on that nobody waits for any more: what is planned later may use the answer.
const lingering = time.Minute

// Timeout is for one kind of question, asked by the plans of many objects. As soon as one of them has waited in vain, none
// of them waits any more: from then on they use the answers that are there. Its zero value is ready for use.
type Timeout struct {
	begin sync.Once
	// over ends when somebody has waited in vain, and why.
	over context.Context
	end  context.CancelCauseFunc
	told sync.Once
}

// Wait asks, and waits for the answer no longer than limit. The error is an *UnansweredError when it was not there in
// time; who waits no more because another has waited in vain gets the other's error. What ask does goes on for a while when Wait has returned, so it must do no more than ask.
func Wait[T any](ctx context.Context, t *Timeout, limit time.Duration, ask func(context.Context) (T, error)) (T, error) {
	t.begin.Do(func() { t.over, t.end = context.WithCancelCause(context.WithoutCancel(ctx)) })
	if t.over.Err() != nil {
		answer, err := ask(t.over) //nolint:contextcheck // it has ended, so that only what is remembered is answered
		if errors.Is(err, context.Canceled) {
			err = context.Cause(t.over) //nolint:contextcheck // it says why nobody waits any more
		}
		return answer, err
	}
	type result struct {
		answer T
		err    error
	}
	results := make(chan result, 1)
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), lingering)
	go func() {
		defer cancel()
		answer, err := ask(own)
		results <- result{answer, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var none T
	select {
	case r := <-results:
		if r.err != nil {
			t.end(r.err)
		}
		return r.answer, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-timer.C:
		t.end(&UnansweredError{limit})
	case <-t.over.Done():
	}
	return none, context.Cause(t.over) //nolint:contextcheck // as above
}

// Once is err for the first who fails, and nil for all others: one warning is enough.
func (t *Timeout) Once(err error) (first error) {
	if err != nil {
		t.told.Do(func() { first = err })
	}
	return first
}

// UnansweredError is an answer that a plan did not wait for any longer.
type UnansweredError struct{ Limit time.Duration }

func (e *UnansweredError) Error() string {
	return fmt.Sprintf("the node did not answer within %d seconds", int(e.Limit.Seconds()))
}

// Remedy says what to do.
func (e *UnansweredError) Remedy() string {
	return "Plan again when the node is faster, or name another one with `api_url`."
}
