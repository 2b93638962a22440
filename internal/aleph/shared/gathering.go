// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"sync"
	"time"
)

// How long whoever speaks waits for the others: until nobody has come for a moment, which is longer on a machine that is
// busy: several times the longest that nobody came until then.
const (
	leastQuiet = 200 * time.Millisecond
	mostQuiet  = 2 * time.Second
	pauses     = 4
	// longestWait is how long it takes at most, however long objects go on to come.
	longestWait = 10 * time.Second
)

// Activity is what a plan is at: how many objects are checked, read and planned at this moment, and were until now. Terraform
// plans several objects at a time, so that all that do not depend on the one that waits are planned meanwhile, and it tells
// nobody when a plan ends. Its zero value is ready for use.
type Activity struct {
	mu             sync.Mutex
	steps, running int
	// last is when the last step was over, and pause the longest until then in which there was none.
	last  time.Time
	pause time.Duration
}

// Begin notes that an object is checked, read or planned, until the function is called.
func (a *Activity) Begin() (end func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running == 0 && !a.last.IsZero() {
		a.pause = max(a.pause, time.Since(a.last))
	}
	a.steps++
	a.running++
	return a.end
}

func (a *Activity) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running--
	a.last = time.Now()
}

// Quiet waits until nothing is going on for a moment. So one object speaks for those that are planned beside it.
func (a *Activity) Quiet(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	for {
		before, _, moment := a.look()
		select {
		case <-ctx.Done():
			return
		case <-time.After(moment):
		}
		if after, running, _ := a.look(); running == 0 && after == before {
			return
		}
	}
}

func (a *Activity) look() (steps, running int, moment time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.steps, a.running, min(max(pauses*a.pause, leastQuiet), mostQuiet)
}

// Gathering brings together what the objects of one plan have to say of the same subject, so that one of them says it for
// all. Its zero value is ready for use.
type Gathering[K comparable, V any] struct {
	mu       sync.Mutex
	subjects map[K]*subject[V]
}

type subject[V any] struct {
	values []V
	told   bool
}

// Add adds to what is said of a subject, and returns what the caller is to say. The first who comes says everything, once
// the plan is quiet for a moment, and those who come until then say nothing. Who comes later speaks alone.
func (g *Gathering[K, V]) Add(ctx context.Context, during *Activity, key K, values ...V) []V {
	s, first := g.add(key, values)
	switch {
	case s == nil:
		return values
	case !first:
		return nil
	}
	during.Quiet(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	s.told = true
	return s.values
}

// add returns the subject, and whether the caller is the first who speaks of it; nil when it was told before.
func (g *Gathering[K, V]) add(key K, values []V) (s *subject[V], first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s = g.subjects[key]
	switch {
	case len(values) == 0 || s != nil && s.told:
		return nil, false
	case s == nil:
		if g.subjects == nil {
			g.subjects = make(map[K]*subject[V])
		}
		s, first = &subject[V]{}, true
		g.subjects[key] = s
	}
	s.values = append(s.values, values...)
	return s, first
}
