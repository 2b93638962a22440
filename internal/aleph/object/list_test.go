// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"errors"
	"fmt"
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

// expectLists counts the requests for lists of a reader since the last time: each list is asked for by status, of which
// there are two.
func (c *tool) expectLists(before, want int) {
	c.t.Helper()
	if got := c.local.Asked(http.MethodGet, list) - before; got != want {
		c.t.Errorf("%d requests for lists, want %d", got, want)
	}
}

// All reads share one list, to which is added what the run publishes, and from which is taken what it forgets.
func TestFind_sharedList(t *testing.T) {
	c := start(t, core.Config{})
	hashes := []string{c.must(program("0")), c.must(program("1")), c.must(program("2"))}
	readAll := func(want int) {
		t.Helper()
		before := c.local.Asked(http.MethodGet, list)
		var group errgroup.Group
		for range 5 {
			for _, hash := range hashes {
				group.Go(func() error {
					found, err := c.Find(t.Context(), c.tracked(hash))
					if err == nil && !found.Versions.Has(hash) {
						err = fmt.Errorf("%s is not found", hash)
					}
					return err
				})
			}
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		c.expectLists(before, want)
	}
	readAll(2)
	readAll(0)

	hashes = append(hashes, c.must(program("3")))
	amended := c.must(amendOf(hashes[0], "0b"))
	readAll(0)
	if found := c.mustFind(c.tracked(hashes[0])); !slices.Equal(found.Versions.Hashes(), []string{hashes[0], amended}) {
		t.Errorf("found %v, want %s amended by %s", found.Versions.Hashes(), hashes[0], amended)
	}

	gone := hashes[3]
	c.mustForget(gone)
	hashes = hashes[:3]
	readAll(0)
	if found := c.mustFind(c.tracked(gone)); !found.Gone() {
		t.Errorf("found %v, want it gone", found.Versions.Hashes())
	}
}

// What the run publishes while the list is read is in it.
func TestFind_publishedDuringList(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	var live *message.Message
	var err error
	c.local.Inject(core.Fault{Path: list, Skip: 1, Do: core.Before(func() {
		live, err = c.Publish(t.Context(), amendOf(first, "1"), object.Options{})
	})})
	c.mustFind(c.tracked(first))
	if err != nil {
		t.Fatal(err)
	}
	before := c.local.Asked(http.MethodGet, list)
	if found := c.mustFind(c.tracked(first)); !found.Versions.Has(live.ItemHash) {
		t.Errorf("found %v, want %s among them", found.Versions.Hashes(), live.ItemHash)
	}
	c.expectLists(before, 0)
}

// After a message whose outcome is not known, the list is read again.
func TestFind_unknownOutcome(t *testing.T) {
	c := start(t, core.Config{SyncWait: -1})
	first := c.must(program("0"))
	c.mustFind(c.tracked(first))
	c.local.Inject(core.Fault{Do: core.PendingFor(500 * time.Millisecond)})
	sent, err := c.Publish(within(t, 100*time.Millisecond), amendOf(first, "1"), object.Options{})
	if pending := (*object.PendingError)(nil); !errors.As(err, &pending) {
		t.Fatalf("%v: want a PendingError", err)
	}
	if _, err := c.Node.Wait(t.Context(), sent.ItemHash); err != nil {
		t.Fatal(err)
	}
	before := c.local.Asked(http.MethodGet, list)
	if found := c.mustFind(c.tracked(first)); !found.Versions.Has(sent.ItemHash) {
		t.Errorf("found %v, want %s among them", found.Versions.Hashes(), sent.ItemHash)
	}
	c.expectLists(before, 2)
}

// Many who change something at the same time share the lists that they look into before.
func TestAmend_manyAtOnce(t *testing.T) {
	c := start(t, core.Config{})
	const many = 40
	hashes := make([]string, many)
	for i := range hashes {
		hashes[i] = c.must(program(strconv.Itoa(i)))
	}
	c.local.Inject(core.Fault{Path: list, Times: -1, Do: core.Delay(50 * time.Millisecond)})
	before := c.local.Asked(http.MethodGet, list)
	var group errgroup.Group
	for i, hash := range hashes {
		group.Go(func() error {
			_, err := c.Amend(t.Context(), program(strconv.Itoa(i)+"b"), c.tracked(hash), false, object.Options{})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := c.local.Asked(http.MethodGet, list) - before; got >= many {
		t.Errorf("%d requests for lists, want far fewer than one for each of %d amends", got, many)
	}
	if alive := c.alive(message.TypeProgram); len(alive) != many {
		t.Errorf("%d programs are alive, want %d", len(alive), many)
	}
}

// What the list shows as processed needs no request of its own; what is absent from it is asked for.
func TestFind_listAnswers(t *testing.T) {
	c := start(t, core.Config{})
	alive, dead := c.must(program("0")), c.must(program("1"))
	c.mustForget(dead)
	asked := c.local.Asked(http.MethodGet, "/api/v0/messages/")
	if found := c.mustFind(c.tracked(alive)); found.Versions.Live().ItemHash != alive {
		t.Errorf("found %v, want %s", found.Versions.Hashes(), alive)
	}
	if got := c.local.Asked(http.MethodGet, "/api/v0/messages/"); got != asked {
		t.Errorf("%d requests for a message that is listed, want none", got-asked)
	}
	if found := c.mustFind(c.tracked(dead)); !found.Gone() || found.Record.Status != message.StatusForgotten {
		t.Errorf("found %+v, want it forgotten", found.Record)
	}
}

// An owner with more messages than are worth listing is asked for the versions of each object alone.
func TestFind_ownerOfMany(t *testing.T) {
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
	if found := c.mustFind(c.tracked(first)); !slices.Equal(found.Versions.Hashes(), []string{first, live}) {
		t.Errorf("found %v, want %s and %s", found.Versions.Hashes(), first, live)
	}
	found := c.mustFind(object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: newer})
	if !slices.Equal(found.Versions.Hashes(), []string{file, newer}) || found.First() != file {
		t.Errorf("found %v, want %s and %s", found.Versions.Hashes(), file, newer)
	}
}

// A list that could not be read is asked for again by the next reader.
func TestFind_listFailed(t *testing.T) {
	c := start(t, core.Config{})
	hash := c.must(program("0"))
	fault := c.local.Inject(core.Fault{Path: list, Times: -1, Do: core.Status(http.StatusBadRequest)})
	if _, err := c.Find(t.Context(), c.tracked(hash)); err == nil {
		t.Error("no error")
	}
	fault.Remove()
	if found := c.mustFind(c.tracked(hash)); !found.Versions.Has(hash) {
		t.Errorf("found %v, want %s", found.Versions.Hashes(), hash)
	}
}

// A reader that gives up does not take the others with it, and does not wait for them.
func TestFind_listAbandoned(t *testing.T) {
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
