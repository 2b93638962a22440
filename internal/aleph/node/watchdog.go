// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// watchdog ends a request that makes no progress, or next to none: every byte sent or received gives it its full time
// again, as long as there are enough of them.
type watchdog struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	limit   time.Duration
	started time.Time
	// moved counts the bytes that were sent and received.
	moved atomic.Int64
}

// A request may be slow for minPatience, or for twice the time that it may make no progress if that is longer. From then
// on it must have moved leastRate bytes a second since it began: a large file over the slowest line passes, and an answer
// of which a byte comes every few seconds does not.
const (
	minPatience = 2 * time.Minute
	leastRate   = 1 << 10
)

func newWatchdog(ctx context.Context, limit time.Duration) *watchdog {
	ctx, cancel := context.WithCancelCause(ctx)
	d := &watchdog{ctx: ctx, cancel: cancel, limit: limit, started: time.Now()}
	d.timer = time.AfterFunc(limit, func() { cancel(d.verdict()) })
	return d
}

// progress starts the time anew, as far as the whole is not too slow.
func (d *watchdog) progress(bytes int) {
	d.moved.Add(int64(bytes))
	d.timer.Reset(min(d.limit, d.rest()))
}

// rest is for how long the bytes so far are enough.
func (d *watchdog) rest() time.Duration {
	earned := time.Duration(d.moved.Load()/leastRate) * time.Second
	return max(minPatience, 2*d.limit) + earned - time.Since(d.started)
}

// verdict is why the request is ended.
func (d *watchdog) verdict() error {
	if d.rest() <= 0 {
		return &stalledError{fmt.Sprintf("only %d bytes passed in %s", d.moved.Load(), time.Since(d.started).Round(time.Second))}
	}
	return &stalledError{fmt.Sprintf("nothing happened for %s", d.limit)}
}

// stop ends the watch, and with it whatever is left of the request.
func (d *watchdog) stop() {
	d.timer.Stop()
	d.cancel(context.Canceled)
}

// explain replaces the error of a request that the watchdog ended by its reason.
func (d *watchdog) explain(err error) error {
	var stalled *stalledError
	if errors.As(context.Cause(d.ctx), &stalled) {
		return stalled
	}
	return err
}

// stalledError is a time-out.
type stalledError struct{ problem string }

func (e *stalledError) Error() string { return e.problem }

// watchedBody tells the watchdog of every byte that passes.
type watchedBody struct {
	io.ReadCloser
	dog *watchdog
	// stopAtClose is set for the body of an answer, the last part of a request.
	stopAtClose bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.dog.progress(n)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.dog.explain(err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	if b.stopAtClose {
		b.dog.stop()
	}
	return err
}
