// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package shared lets everybody who asks the same question at the same time wait for one request, and use its answer.
// What a plan can be made without it waits for together, and not for long. Nothing is locked while a request is made.
package shared

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Longest is how long a call may take, whoever still waits for it.
const Longest = time.Hour

// Group makes one call at a time for each key. Its zero value is ready for use.
type Group[K comparable, V any] struct {
	mu sync.Mutex
	// calls are those in flight that can be joined.
	calls map[K]*call
}

// call is one call in flight.
type call struct {
	flight singleflight.Group
	run    func() (any, error)
	cancel context.CancelFunc
	// waiting is how many wait for it.
	waiting int
}

// Do calls ask, or waits for a call of the same key that is in flight, and returns the result. Nothing is remembered
// after that, neither a value nor an error.
//
// The caller stops waiting when ctx ends, and gets the error of ctx then. The call runs with a context of its own, which
// has the values of the first caller's, and neither its deadline nor its cancellation: it is cancelled when nobody waits
// for it any more, or after Longest. A panic of ask ends the process, as that of any goroutine does.
func (g *Group[K, V]) Do(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	c, result := g.join(ctx, key, ask)
	defer g.leave(key, c)
	select {
	case r := <-result:
		value, _ := r.Val.(V) // not so only for a nil of an interface, which is none as well
		return value, r.Err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// join finds the call in flight, or starts one.
func (g *Group[K, V]) join(ctx context.Context, key K, ask func(context.Context) (V, error)) (*call, <-chan singleflight.Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.calls[key]
	if c == nil {
		c = &call{}
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), Longest)
		c.cancel = cancel
		c.run = func() (any, error) {
			value, err := ask(own)
			g.mu.Lock()
			defer g.mu.Unlock()
			g.end(key, c)
			return value, err
		}
		if g.calls == nil {
			g.calls = make(map[K]*call)
		}
		g.calls[key] = c
	}
	c.waiting++
	return c, c.flight.DoChan("", c.run)
}

// leave cancels a call that nobody waits for any more.
func (g *Group[K, V]) leave(key K, c *call) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.waiting--; c.waiting == 0 {
		g.end(key, c)
	}
}

// end cancels a call, and lets nobody join it any more. The lock is held.
func (g *Group[K, V]) end(key K, c *call) {
	c.cancel()
	if g.calls[key] == c {
		delete(g.calls, key)
	}
}
