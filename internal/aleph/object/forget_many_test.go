// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// many is more versions than two FORGETs can name.
const many = 2300

// atOnce is a node that decides at once, and on which everything can be paid.
func atOnce(t *testing.T) *tool {
	t.Helper()
	c := start(t, core.Config{IngestDelay: -1, ProcessDelay: -1})
	c.local.Fund(c.owner, 1_000_000_000_000_000, 0)
	return c
}

// amended publishes a first version and as many amends as make many, and returns the first and the newest.
func (c *tool) amended(version func(ref string) message.Content) (first, newest string) {
	c.t.Helper()
	began := time.Now().Add(-time.Hour)
	m := c.signed(version(""), began)
	if _, err := c.Node.Publish(c.t.Context(), m); err != nil {
		c.t.Fatal(err)
	}
	first = m.ItemHash
	var group errgroup.Group
	group.SetLimit(8)
	for i := range many - 1 {
		m := c.signed(version(first), began.Add(time.Duration(i+1)*time.Second))
		newest = m.ItemHash
		group.Go(func() error {
			_, err := c.Node.Publish(c.t.Context(), m)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		c.t.Fatal(err)
	}
	return first, newest
}

// expectFew checks that a step with many versions takes only so many requests.
func (c *tool) expectFew(most int, step func() error) {
	c.t.Helper()
	count := func() int { return c.local.Asked(http.MethodGet, "/") + c.local.Asked(http.MethodPost, "/") }
	before := count()
	if err := step(); err != nil {
		c.t.Fatal(err)
	}
	requests := count() - before
	if c.t.Logf("%d requests", requests); requests > most {
		c.t.Errorf("%d requests, want at most %d", requests, most)
	}
}

// forgets are what the FORGETs named that were processed.
func (c *tool) forgets() [][]string {
	c.t.Helper()
	var all [][]string
	for _, m := range c.local.Messages(message.TypeForget) {
		var content message.Forget
		if err := message.Decode(&m, &content); err != nil {
			c.t.Fatal(err)
		}
		all = append(all, content.Hashes)
	}
	return all
}

// An object of more versions than a FORGET can name is retired and destroyed all the same.
func TestForget_thousandsOfPrograms(t *testing.T) {
	c := atOnce(t)
	_, live := c.amended(func(ref string) message.Content { return amendOf(ref, "version") })
	var done *object.Amendment
	c.expectFew(150, func() (err error) {
		done, err = c.Amend(t.Context(), program("last"), c.tracked(live), false, object.Options{})
		return err
	})
	if done.ForgetErr != nil {
		t.Fatal(done.ForgetErr)
	}
	c.expectAlive(message.TypeProgram, done.Live.ItemHash)
	for _, hashes := range c.forgets() {
		if len(hashes) > model.MaxForgetHashes {
			t.Errorf("a FORGET of %d", len(hashes))
		}
	}
}

// A destroy that ends halfway leaves the first version of a file and its newest: without the first, no amend would ever
// be accepted again.
func TestDestroy_thousandsOfFiles(t *testing.T) {
	c := atOnce(t)
	c.mustForget(c.mustStore("file", "")) // which leaves the file on the node
	first, live := c.amended(func(ref string) message.Content {
		s, _ := store("file", ref)
		return s
	})
	tracked := object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: live}
	c.local.Inject(core.Fault{Type: message.TypeForget, Skip: 2, Do: core.Reject(message.CodePermissionDenied)})
	if err := c.Destroy(t.Context(), tracked); err == nil {
		t.Fatal("no error")
	}
	left := c.alive(message.TypeStore)
	if len(left) != model.MaxForgetHashes || !slices.Contains(left, first) || !slices.Contains(left, live) {
		t.Fatalf("%d are left, the first of them: %t, the live one: %t", len(left), slices.Contains(left, first), slices.Contains(left, live))
	}
	c.expectFew(60, func() error { return c.Destroy(t.Context(), tracked) })
	c.expectAlive(message.TypeStore)
	if forgets := c.forgets(); len(forgets) != 1+3 {
		t.Errorf("%d FORGETs", len(forgets))
	}
}
