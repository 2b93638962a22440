// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/price"
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
		wire := transport(func(r *http.Request) (*http.Response, error) {
			received := r.Clone(r.Context())
			received.RequestURI = r.URL.RequestURI()
			if received.Body == nil {
				received.Body = http.NoBody
			}
			answer := httptest.NewRecorder()
			local.ServeHTTP(answer, received)
			return answer.Result(), r.Context().Err()
		})
		test(t, local, func() *tool { return toolAt(t, local, 0, node.Config{URL: "http://node", Transport: wire}) })
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
	unanswered := (*object.UnansweredError)(nil)
	if len(failures) != 1 || !errors.As(failures[0], &unanswered) {
		t.Errorf("got %v, want that one was not answered", failures)
	}
	if took != limit {
		t.Errorf("it took %s, want %s", took, limit)
	}
}

// Plans wait two seconds for a list of twins, all together, and use it when it is there.
func TestTwins_slowList(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		twin := tool().must(program("a"))
		fault := slow(local, list, 30*time.Second)
		c := tool()
		failures, took := plans(20, func() error {
			_, err := c.Twins(t.Context(), program("a"), object.Options{})
			return err
		})
		expectUnanswered(t, failures, took, 2*time.Second)
		<-time.After(30 * time.Second)
		started := time.Now()
		c.expectTwins(program("a"), twin)
		if hits := fault.Hits(); hits != 1 || time.Since(started) > 0 {
			t.Errorf("%d lists, want 1 that is not waited for again: it took %s", hits, time.Since(started))
		}
	})
}

// A plan that is interrupted does not wait for the list.
func TestTwins_interrupted(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		slow(local, list, 30*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c, started := tool(), time.Now()
		if _, err := c.Twins(ctx, program("a"), object.Options{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(started))
		}
	})
}

// A list that fails is said to have failed once, and not waited for again.
func TestTwins_listFails(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		fault := local.Inject(core.Fault{Path: list, Times: -1, Do: core.Status(http.StatusForbidden)})
		c := tool()
		failures, _ := plans(20, func() error {
			_, err := c.Twins(t.Context(), program("a"), object.Options{})
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
		go func() { _, _ = c.Twins(t.Context(), program("b"), object.Options{}) }()
		found, err := c.Find(ctx, c.tracked(hash))
		if err != nil || !found.Versions.Has(hash) || time.Since(started) != 50*time.Second {
			t.Errorf("got %v, %v after %s, want what two lists of 25 seconds say", found, err, time.Since(started))
		}
	})
}

// Plans wait two seconds for the balance, all together, and ten where it can stop them, whatever of it is slow.
func TestAfford_slowNode(t *testing.T) {
	for _, path := range []string{"/api/v0/aggregates", "/api/v0/storage/by-", "/api/v0/addresses", "/api/v0/costs"} {
		for check, limit := range map[object.BalanceCheck]time.Duration{object.BalanceWarn: 2 * time.Second, object.BalanceError: 10 * time.Second} {
			t.Run(path+", "+string(check), func(t *testing.T) {
				inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
					fault := slow(local, path, 30*time.Second)
					c := tool()
					c.BalanceCheck = check
					failures, took := plans(20, func() error { return c.afford("a") })
					expectUnanswered(t, failures, took, limit)
					unchecked := (*object.UncheckedError)(nil)
					if !errors.As(errors.Join(failures...), &unchecked) || unchecked.Stops() || fault.Hits() != 1 {
						t.Errorf("got %v, after %d requests", failures, fault.Hits())
					}
				})
			})
		}
	}
}

// afford looks at what one more program costs.
func (c *tool) afford(name string) error {
	return c.Afford(c.t.Context(), object.Spending{Owner: c.owner, New: price.MachineOf(program(name))})
}

// However many are planned, prices, sizes and balances are asked for once.
func TestAfford_askedOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		local.SetFunds(core.Accounts()[0].Address, 1, 0)
		paths := []string{"/api/v0/aggregates", "/api/v0/storage/by-ref", "/api/v0/addresses", "/api/v0/costs"}
		for _, path := range paths {
			slow(local, path, 100*time.Millisecond)
		}
		c := tool()
		c.BalanceCheck = object.BalanceWarn
		failures, _ := plans(20, func() error { return c.afford("a") })
		shortage := (*object.ShortageError)(nil)
		if len(failures) != 1 || !errors.As(failures[0], &shortage) || shortage.Objects < 10 {
			t.Errorf("got %v, want one shortage of many objects", failures)
		}
		for i, want := range []int{2, 1, 1, 1} { // prices and settings, the runtime, the balance, what runs
			if asked := local.Asked(http.MethodGet, paths[i]); asked != want {
				t.Errorf("%s was asked for %d times, want %d", paths[i], asked, want)
			}
		}
	})
}

// While one plan asks for the balance once more, as something was published, the others are counted and go on.
func TestAfford_balanceIsAskedForAgain(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		const aDay = 528_000 // of one program
		c := tool()
		c.BalanceCheck = object.BalanceError
		local.SetFunds(c.owner, 10*aDay, 0)
		if err := c.afford("a"); err != nil {
			t.Fatal(err)
		}
		c.must(program("a"))
		local.SetFunds(c.owner, 1, 0)
		fault := slow(local, "/api/v0/costs", 5*time.Second)
		var group sync.WaitGroup
		group.Go(func() {
			shortage := (*object.ShortageError)(nil)
			if err := c.afford("b"); !errors.As(err, &shortage) || !shortage.Refused || shortage.Objects != 2 {
				t.Errorf("got %v, want that two objects are refused", err)
			}
		})
		<-time.After(time.Second)
		started := time.Now()
		if err := c.afford("c"); err != nil || time.Since(started) > 0 || fault.Hits() != 1 {
			t.Errorf("got %v after %s, and %d requests", err, time.Since(started), fault.Hits())
		}
		group.Wait()
	})
}

// A size that only a warning hangs on is waited for two seconds by all plans together.
func TestFileSizeSoon_slowNode(t *testing.T) {
	inMemory(t, func(t *testing.T, local *core.Node, tool func() *tool) {
		slow(local, "/api/v0/storage/by-ref", 30*time.Second)
		c := tool()
		failures, took := plans(20, func() error {
			_, err := c.FileSizeSoon(t.Context(), runtime, true)
			return err
		})
		expectUnanswered(t, failures, took, 2*time.Second)
		<-time.After(30 * time.Second)
		if size, err := c.FileSizeSoon(t.Context(), runtime, true); size == nil || err != nil {
			t.Errorf("got %v, %v when it is there", size, err)
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
