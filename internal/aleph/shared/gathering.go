// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"sync"
	"time"
)

// How long whoever speaks waits for others: until nobody has come for a moment. Terraform plans several objects at a
// time, so that all that do not depend on the one that waits are planned meanwhile.
const (
	quiet     = 200 * time.Millisecond
	mostQuiet = 50 // times
)

// Quiet waits until nobody has come for a moment: until the count of those who did stays the same. Terraform tells nobody
// when a plan ends, so this is how one object speaks for those that are planned beside it.
func Quiet(ctx context.Context, count func() int) {
	for last, i := -1, 0; i < mostQuiet; i++ {
		now := count()
		if now == last {
			return
		}
		last = now
		select {
		case <-ctx.Done():
			return
		case <-time.After(quiet):
		}
	}
}

// Activity is what a plan is at: how many objects are read and planned at this moment, and were until now. It is quiet when
// there is none. Its zero value is ready for use.
type Activity struct {
	mu             sync.Mutex
	steps, running int
}

// Begin notes that an object is read or planned, until the function is called.
func (a *Activity) Begin() (end func()) {
	a.step(1)
	return func() { a.step(-1) }
}

func (a *Activity) step(more int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.steps++
	a.running += more
}

// count is another one at each look while something is going on.
func (a *Activity) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running > 0 {
		a.steps++
	}
	return a.steps
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
	Quiet(ctx, during.count)
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
