// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const list = "/api/v0/messages.json"

// All reads share one list, until something is published.
func TestListShared(t *testing.T) {
	c := start(t, core.Config{})
	hashes := []string{c.must(program("0")), c.must(program("1")), c.must(program("2"))}
	readAll := func() {
		t.Helper()
		var group errgroup.Group
		for range 5 {
			for _, hash := range hashes {
				group.Go(func() error {
					_, err := c.Find(t.Context(), c.tracked(hash))
					return err
				})
			}
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	readAll()
	readAll()
	if got := c.local.Asked(http.MethodGet, list); got != 2 {
		t.Errorf("%d lists, want 2: of what is processed, and of what is about to be removed", got)
	}
	c.must(program("3"))
	readAll()
	if got := c.local.Asked(http.MethodGet, list); got != 4 {
		t.Errorf("%d lists after something was published, want 4", got)
	}
}

// What the list shows as processed needs no request of its own; what is absent from it is asked for.
func TestListAnswers(t *testing.T) {
	c := start(t, core.Config{})
	alive, dead := c.must(program("0")), c.must(program("1"))
	c.mustForget(dead)
	asked := c.local.Asked(http.MethodGet, "/api/v0/messages/")
	if found := c.mustFind(c.tracked(alive)); found.Versions.Live().ItemHash != alive {
		t.Errorf("found %v, want %s", hashesOf(found.Versions), alive)
	}
	if got := c.local.Asked(http.MethodGet, "/api/v0/messages/"); got != asked {
		t.Errorf("%d requests for a message that is listed, want none", got-asked)
	}
	if found := c.mustFind(c.tracked(dead)); !found.Gone() || found.Record.Status != message.StatusForgotten {
		t.Errorf("found %+v, want it forgotten", found.Record)
	}
}

// An owner with more messages than are worth listing is asked for the versions of each object alone.
func TestTooManyToList(t *testing.T) {
	c := start(t, core.Config{IngestDelay: -1, ProcessDelay: -1})
	c.LimitList(5)
	first := c.must(program("0"))
	file := c.mustStore("0", "")
	for i := range 6 {
		c.must(program(strconv.Itoa(i + 1)))
		c.mustStore(strconv.Itoa(i+1), "")
	}
	live := c.other(0).must(amendOf(first, "amended"))
	newer := c.other(0).mustStore("updated", file)
	if found := c.mustFind(c.tracked(first)); !slices.Equal(hashesOf(found.Versions), []string{first, live}) {
		t.Errorf("found %v, want %s and %s", hashesOf(found.Versions), first, live)
	}
	found := c.mustFind(object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: newer})
	if !slices.Equal(hashesOf(found.Versions), []string{file, newer}) || found.First() != file {
		t.Errorf("found %v, want %s and %s", hashesOf(found.Versions), file, newer)
	}
}

// A list that could not be read is asked for again by the next reader.
func TestListFailed(t *testing.T) {
	c := start(t, core.Config{})
	hash := c.must(program("0"))
	fault := c.local.Inject(core.Fault{Path: list, Times: -1, Do: core.Status(http.StatusBadRequest)})
	if _, err := c.Find(t.Context(), c.tracked(hash)); err == nil {
		t.Error("no error")
	}
	fault.Remove()
	if found := c.mustFind(c.tracked(hash)); !found.Versions.Has(hash) {
		t.Errorf("found %v, want %s", hashesOf(found.Versions), hash)
	}
}

// A reader that gives up does not take the others with it, and does not wait for them.
func TestListAbandoned(t *testing.T) {
	c := start(t, core.Config{})
	hash := c.must(program("0"))
	asked := make(chan struct{})
	c.local.Inject(core.Fault{Path: list, Do: core.Delay(time.Minute), Match: func(*http.Request, *message.Message) bool {
		close(asked)
		return true
	}})

	first, giveUp := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error {
		if _, err := c.Find(first, c.tracked(hash)); !errors.Is(err, context.Canceled) {
			t.Errorf("the first reader: %v, want that it was cancelled", err)
		}
		return nil
	})
	<-asked

	impatient, stop := context.WithCancel(t.Context())
	stop()
	if _, err := c.Find(impatient, c.tracked(hash)); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader without time: %v, want that it was cancelled", err)
	}
	group.Go(func() error {
		found, err := c.Find(t.Context(), c.tracked(hash))
		if err != nil || !found.Versions.Has(hash) {
			t.Errorf("the second reader: %v, %v, want %s", found, err, hash)
		}
		return nil
	})
	giveUp()
	_ = group.Wait()
}
