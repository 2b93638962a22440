// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// batches is a Batch with a record of what it did.
type batches struct {
	shared.Batch[string, int]
	t *testing.T
	sync.WaitGroup

	mu   sync.Mutex
	done [][]int
	// lasting is how long a batch lasts.
	lasting time.Duration
}

func (b *batches) do(ctx context.Context, key string, job int, want error) {
	b.Go(func() {
		err := b.Do(ctx, key, &job, func(ctx context.Context, jobs []*int) {
			var numbers []int
			for _, job := range jobs {
				numbers = append(numbers, *job)
			}
			select {
			case <-time.After(b.lasting):
			case <-ctx.Done():
				return
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			b.done = append(b.done, numbers)
		})
		if !errors.Is(err, want) {
			b.t.Errorf("job %d: %v, want %v", job, err, want)
		}
	})
	<-time.After(time.Second) // it has begun
	synctest.Wait()
}

func (b *batches) expect(want ...[]int) {
	b.t.Helper()
	b.Wait()
	if !slices.EqualFunc(b.done, want, slices.Equal) {
		b.t.Errorf("batches %v, want %v", b.done, want)
	}
}

func TestBatch_jobsDuringBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &batches{t: t, lasting: time.Minute}
		for job := range 5 {
			b.do(t.Context(), "key", job, nil)
		}
		b.expect([]int{0}, []int{1, 2, 3, 4})
	})
}

func TestBatch_otherKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, started := &batches{t: t, lasting: time.Minute}, time.Now()
		b.do(t.Context(), "key", 1, nil)
		b.do(t.Context(), "other", 2, nil)
		b.Wait()
		if lasted := time.Since(started); lasted >= 2*time.Minute {
			t.Errorf("both lasted %s: one waited for the other", lasted)
		}
	})
}

func TestBatch_callerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &batches{t: t, lasting: time.Minute}
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b.do(t.Context(), "key", 1, nil)
		b.do(brief, "key", 2, context.DeadlineExceeded)
		b.do(t.Context(), "key", 3, nil)
		b.expect([]int{1}, []int{3})
	})
}

func TestBatch_allCallersLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &batches{t: t, lasting: time.Minute}
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b.do(brief, "key", 1, context.DeadlineExceeded)
		b.Wait()
		b.do(t.Context(), "key", 2, nil)
		b.expect([]int{2})
	})
}
