// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"sync"
	"time"
)

// Fresh answers with nothing that was asked before the caller asked. It makes one call at a time for each key, and all
// who come during one share the next: two calls are enough for any number of callers at the same time. Its zero value is
// ready for use.
type Fresh[K comparable, V any] struct {
	// group is of no types of its own, so that the binary has its code once; its keys are turns.
	group Group[any, any]

	mu    sync.Mutex
	lines map[K]*line
}

// line is the calls of one key, one after the other.
type line struct {
	// busy holds a value during a call.
	busy chan struct{}
	// begun is how many calls have begun.
	begun int
}

// turn is the call that begins after so many others.
type turn[K comparable] struct {
	key   K
	begun int
}

// Get calls ask, or waits for a call that had not begun yet, as Group.Do does.
func (f *Fresh[K, V]) Get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	return f.after(ctx, 0, key, ask)
}

// after is Get by a call that begins only after a pause, so that others can still join it.
func (f *Fresh[K, V]) after(ctx context.Context, pause time.Duration, key K, ask func(context.Context) (V, error)) (V, error) {
	l, next := f.next(key)
	answer, err := f.group.Do(ctx, next, func(ctx context.Context) (any, error) {
		select {
		case l.busy <- struct{}{}:
			defer func() { <-l.busy }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		f.begin(l)
		return ask(ctx)
	})
	value, _ := answer.(V)
	return value, err
}

// next is the first call of a key that has not begun.
func (f *Fresh[K, V]) next(key K) (*line, turn[K]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.lines[key]
	if l == nil {
		l = &line{busy: make(chan struct{}, 1)}
		if f.lines == nil {
			f.lines = make(map[K]*line)
		}
		f.lines[key] = l
	}
	return l, turn[K]{key, l.begun}
}

// begin lets nobody join a call any more.
func (f *Fresh[K, V]) begin(l *line) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l.begun++
}
