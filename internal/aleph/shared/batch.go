// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"slices"
	"sync"
	"time"
)

// together is how long a batch waits for more jobs before it begins: Terraform changes ten objects at a time.
const together = 25 * time.Millisecond

// Batch does jobs of one key together: one batch at a time, and what is asked for during a batch is in the next one. Jobs
// of different keys do not wait for each other. Its zero value is ready for use.
type Batch[K comparable, J any] struct {
	turns Fresh[K, struct{}]

	mu      sync.Mutex
	waiting map[K][]*J
}

// Do returns when work has done the job, in whoever's call. The error is that of ctx, which may end before the job is done:
// a job that has not begun then never does.
func (b *Batch[K, J]) Do(ctx context.Context, key K, job *J, work func(context.Context, []*J)) error {
	b.add(key, job)
	defer b.remove(key, job)
	_, err := b.turns.after(ctx, together, key, func(ctx context.Context) (struct{}, error) {
		work(ctx, b.take(key))
		return struct{}{}, nil
	})
	return err
}

func (b *Batch[K, J]) add(key K, job *J) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = make(map[K][]*J)
	}
	b.waiting[key] = append(b.waiting[key], job)
}

// take are the jobs that wait, in the order in which they were asked for; none when an earlier batch has done them all.
func (b *Batch[K, J]) take(key K) []*J {
	b.mu.Lock()
	defer b.mu.Unlock()
	jobs := b.waiting[key]
	delete(b.waiting, key)
	return jobs
}

func (b *Batch[K, J]) remove(key K, job *J) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[key] = slices.DeleteFunc(b.waiting[key], func(waiting *J) bool { return waiting == job })
	if len(b.waiting[key]) == 0 {
		delete(b.waiting, key)
	}
}
