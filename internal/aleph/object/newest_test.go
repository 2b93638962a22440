// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// The newest version is found by any other, as of now, and the list that other reads share stays what it was.
func TestNewest(t *testing.T) {
	for name, limit := range map[string]int{"listed": 0, "of an owner with too much": 1} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			reader := c.other(0)
			reader.LimitList(limit)
			first := c.must(program("first"))
			c.must(program("another"))
			shared := func() []string {
				return reader.mustFind(c.tracked(first)).Versions.Hashes()
			}
			before := shared()

			second := c.must(amendOf(first, "second"))
			third := c.must(amendOf(second, "third"))
			for _, hash := range []string{first, second, third} {
				reader.expectFound(hash, []string{first, second, third})
			}
			if after := shared(); limit == 0 && !slices.Equal(after, before) {
				t.Errorf("the shared list says %v now, and said %v", after, before)
			}

			done, err := c.Amend(t.Context(), program("fourth"), c.tracked(third, first, second), false, object.Options{})
			if err != nil || done.ForgetErr != nil {
				t.Fatal(err, done)
			}
			for _, hash := range []string{first, second, third, done.Live.ItemHash} {
				reader.expectFound(hash, []string{done.Live.ItemHash})
			}
		})
	}
}

func (c *tool) expectFound(hash string, want []string) {
	c.t.Helper()
	found, err := c.Newest(c.t.Context(), object.Programs, "", hash)
	if err != nil {
		c.t.Errorf("%s: %v", hash, err)
		return
	}
	live := want[len(want)-1]
	if got := found.Versions.Hashes(); !slices.Equal(got, want) || found.Record.ItemHash != live || found.Record.Status != message.StatusProcessed {
		c.t.Errorf("by %s: %v, of which %s is %s; want %v", hash, got, found.Record.ItemHash, found.Record.Status, want)
	}
}

// What is not there is told apart from what is another's, or of another type, and what to do is said.
func TestNewest_noneAlive(t *testing.T) {
	c := start(t, core.Config{})
	stranger := c.other(1)
	file := c.mustStore("a file", "")
	gone, theirs, theirsGone := c.must(program("gone")), stranger.must(program("theirs")), stranger.must(program("theirs, gone"))
	c.mustForget(gone)
	stranger.mustForget(theirsGone)
	keyless := &object.Client{Node: c.Node}
	for name, test := range map[string]struct {
		client            *object.Client
		owner, hash, want string
	}{
		"unknown":             {c.Client, "", strings.Repeat("0", 64), "the node knows no message 000"},
		"a file":              {c.Client, "", file, "is a STORE, not a PROGRAM"},
		"forgotten":           {c.Client, "", gone, "is forgotten, and no other version is alive"},
		"forgotten, keyless":  {keyless, "", gone, "is forgotten, and it is not known whose it is"},
		"forgotten, given":    {keyless, c.owner, gone, "is forgotten, and no other version is alive"},
		"a stranger's":        {c.Client, c.owner, theirs, "belongs to " + stranger.owner + ", not to " + c.owner},
		"forgotten, not mine": {c.Client, stranger.owner, theirsGone, "is forgotten, and no other version is alive"},
	} {
		_, err := test.client.Newest(t.Context(), object.Programs, test.owner, test.hash)
		var told interface{ Remedy() string }
		if err == nil || !strings.Contains(err.Error(), test.want) || name != "a file" && !errors.As(err, &told) {
			t.Errorf("%s: got %v, want %q and a remedy", name, err, test.want)
		}
	}
	if _, err := c.NewestNamed(t.Context(), object.Files, c.owner, "no name"); err == nil || !strings.Contains(err.Error(), `with the name "no name"`) {
		t.Errorf("by a name: %v", err)
	}
	if owner, err := keyless.OwnerOr(""); err == nil {
		t.Errorf("the owner is %q without a key", owner)
	}
}

// A file is found by the name that its owner gave it, and no stranger's of the same name.
func TestNewestNamed_file(t *testing.T) {
	c := start(t, core.Config{})
	first, second := c.mustStore("one", "name"), c.mustStore("two", "name")
	c.other(1).mustStore("three", "name")
	found, err := c.NewestNamed(t.Context(), object.Files, c.owner, "name")
	if err != nil || !slices.Equal(found.Versions.Hashes(), []string{first, second}) || found.Record.ItemHash != second {
		t.Errorf("got %v, %v", found, err)
	}
}

// Everything of an owner is listed once, whatever its versions are, newest first, by as many pages as it takes.
func TestObjects(t *testing.T) {
	c := start(t, core.Config{})
	c.LimitList(1)
	var want [][]string
	for i := range 3 {
		first := c.must(program(fmt.Sprint(i)))
		want = append(want, []string{first, c.must(amendOf(first, fmt.Sprint(i, "b")))})
	}
	single, gone := c.must(program("single")), c.must(program("gone"))
	want = append(want, []string{single})
	c.other(1).must(amendOf(single, "a stranger's"))
	// Two that amend what is forgotten are not versions of one another.
	want = append(want, []string{c.must(amendOf(gone, "heir"))}, []string{c.must(amendOf(gone, "other heir"))})
	c.mustForget(gone)
	if err := c.local.SetRemoving(single, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}
	objects, _, err := c.Objects(t.Context(), c.owner, object.Programs)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(want)
	got := make([][]string, len(objects))
	for i, object := range objects {
		got[i] = object.Versions.Hashes()
		status := message.StatusProcessed
		if got[i][0] == single {
			status = message.StatusRemoving
		}
		if object.Record.Status != status || object.Record.Message != object.Versions.Live() {
			t.Errorf("%v: the record is %+v", got[i], object.Record)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if none, _, err := c.Objects(t.Context(), core.Accounts()[9].Address, object.Programs); err != nil || len(none) != 0 {
		t.Errorf("of somebody who has none: %v, %v", none, err)
	}
}

// A list that is not what was published is not believed.
func TestObjects_untrueNode(t *testing.T) {
	c := start(t, core.Config{})
	c.must(program("mine"))
	c.local.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.AlterContent()})
	var untrue *object.UntrueError
	if _, _, err := c.Objects(t.Context(), c.owner, object.Programs); !errors.As(err, &untrue) {
		t.Errorf("got %v", err)
	}
}

// However many ask at once, two lists are read: the one that was under way when they asked, which is not for them, and
// one that they share.
func TestObjects_concurrent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int64
		held := make(chan struct{})
		api, err := node.New(node.Config{URL: "http://node.invalid", Transport: transport(func(*http.Request) (*http.Response, error) {
			if requests.Add(1) == 1 {
				<-held
			}
			body := io.NopCloser(strings.NewReader(`{"messages": [], "next_cursor": null}`))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body}, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		c := &object.Client{Node: api}
		var asked sync.WaitGroup
		ask := func() {
			if objects, _, err := c.Objects(t.Context(), core.Accounts()[0].Address, object.Programs); err != nil || len(objects) > 0 {
				t.Errorf("got %v, %v", objects, err)
			}
		}
		asked.Go(ask)
		synctest.Wait()
		for range 50 {
			asked.Go(ask)
		}
		synctest.Wait()
		if got := requests.Load(); got != 1 {
			t.Errorf("%d requests while the first list is under way", got)
		}
		close(held)
		asked.Wait()
		// Each list is asked for by status, of which there are two.
		if got := requests.Load(); got != 4 {
			t.Errorf("%d requests, want those of 2 lists", got)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
