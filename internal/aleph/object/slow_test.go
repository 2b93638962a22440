// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// inMemory runs a test with tools in front of a node in memory, in a bubble where time passes at once.
func inMemory(t *testing.T, test func(t *testing.T, local *core.Node, tool func() *tool)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		local, err := core.New(core.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer local.Close()
		test(t, local, func() *tool { return toolAt(t, local, 0, node.Config{URL: "http://node", Transport: local}) })
		<-time.After(time.Hour) // what goes on in the background comes to its end
	})
}

// slow delays everything whose path begins so.
func slow(local *core.Node, path string, by time.Duration) *core.Injected {
	return local.Inject(core.Fault{Method: http.MethodGet, Path: path, Times: -1, Do: core.Delay(by)})
}

// plans runs so many checks, ten at a time as Terraform does, and returns the errors, and how long it took.
func plans(count int, check func() error) (failures []error, took time.Duration) {
	started := time.Now()
	var group sync.WaitGroup
	var mu sync.Mutex
	turns := make(chan struct{}, 10)
	for range count {
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			if err := check(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, err)
			}
		})
	}
	group.Wait()
	return failures, time.Since(started)
}

// expectUnanswered checks that one of many says that it was not checked, and that none waits for more than limit.
func expectUnanswered(t *testing.T, failures []error, took, limit time.Duration) {
	t.Helper()
	unanswered := (*shared.UnansweredError)(nil)
	if len(failures) != 1 || !errors.As(failures[0], &unanswered) {
		t.Errorf("got %v, want that one was not answered", failures)
	}
	if took != limit {
		t.Errorf("it took %s, want %s", took, limit)
	}
}

// Plans wait two seconds for a list of duplicates, all together, and use it when it is there.
func TestDuplicates_slowList(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		duplicate := tool().must(program("a"))
		fault := slow(local, list, 30*time.Second)
		c := tool()
		failures, took := plans(20, func() error {
			_, err := c.Duplicates(t.Context(), object.Programs, program("a"), object.Options{})
			return err
		})
		expectUnanswered(t, failures, took, 2*time.Second)
		<-time.After(30 * time.Second)
		started := time.Now()
		c.expectDuplicates(object.Programs, program("a"), duplicate)
		if hits := fault.Hits(); hits != 1 || time.Since(started) > 0 {
			t.Errorf("%d lists, want 1 that is not waited for again: it took %s", hits, time.Since(started))
		}
	})
}

// A plan that is interrupted does not wait for the list.
func TestDuplicates_interrupted(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		slow(local, list, 30*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c, started := tool(), time.Now()
		if _, err := c.Duplicates(ctx, object.Programs, program("a"), object.Options{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(started))
		}
	})
}

// A list that fails is said to have failed once, and not waited for again.
func TestDuplicates_listFails(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		fault := local.Inject(core.Fault{Path: list, Times: -1, Do: core.Status(http.StatusForbidden)})
		c := tool()
		failures, _ := plans(20, func() error {
			_, err := c.Duplicates(t.Context(), object.Programs, program("a"), object.Options{})
			return err
		})
		refused := (*node.StatusError)(nil)
		if len(failures) != 1 || !errors.As(failures[0], &refused) || fault.Hits() > 10 {
			t.Errorf("got %v, of %d lists", failures, fault.Hits())
		}
	})
}

// The list that a read needs is waited for as long as the read may take, whatever plans do without.
func TestFind_slowList(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		hash := tool().must(program("a"))
		slow(local, list, 25*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c, started := tool(), time.Now()
		go func() { _, _ = c.Duplicates(t.Context(), object.Programs, program("b"), object.Options{}) }()
		found, err := c.Find(ctx, c.tracked(hash))
		if err != nil || !found.Versions.Has(hash) || time.Since(started) != 50*time.Second {
			t.Errorf("got %v, %v after %s, want what two lists of 25 seconds say", found, err, time.Since(started))
		}
	})
}

// The limits of a node are asked for once, whatever is uploaded.
func TestLimits_askedOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		c := tool()
		var group sync.WaitGroup
		for _, text := range []string{"a", "b", "c"} {
			group.Go(func() { c.mustStore(text, "") })
		}
		group.Wait()
		c.mustStore("d", "")
		if asked := local.Asked(http.MethodGet, "/api/v0/storage/limits.json"); asked != 1 || len(c.alive(message.TypeStore)) != 4 {
			t.Errorf("asked %d times, want once", asked)
		}
	})
}

// What many programs mount is waited for once.
func TestAwait_askedOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		slow(local, "/api/v0/messages/"+runtime+"/status", time.Second)
		c := tool()
		failures, _ := plans(10, func() error { return c.Await(t.Context(), runtime) })
		if asked := local.Asked(http.MethodGet, "/api/v0/messages/"+runtime+"/status"); asked != 1 || len(failures) > 0 {
			t.Errorf("asked %d times, want once: %v", asked, failures)
		}
	})
}
