// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// watchdog ends a request that makes no progress: every byte sent or received gives it its full time again.
type watchdog struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
}

func newWatchdog(ctx context.Context, limit time.Duration) *watchdog {
	ctx, cancel := context.WithCancelCause(ctx)
	return &watchdog{
		ctx: ctx, cancel: cancel, limit: limit,
		timer: time.AfterFunc(limit, func() { cancel(&stalledError{limit}) }),
	}
}

// progress starts the time anew.
func (d *watchdog) progress() { d.timer.Reset(d.limit) }

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
type stalledError struct{ limit time.Duration }

func (e *stalledError) Error() string { return fmt.Sprintf("nothing happened for %s", e.limit) }

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
		b.dog.progress()
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
