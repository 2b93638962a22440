// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// expectVersions checks the living versions of an object, oldest first.
func (c *tool) expectVersions(life object.Life, known, want []string) {
	c.t.Helper()
	reader := c.other(0)
	found, err := reader.Find(c.t.Context(), object.Tracked{Life: life, Owner: c.owner, ItemHash: known[0], Others: known[1:]})
	if message.ItemTypeOf(known[0]) == "" {
		found, err = reader.NewestNamed(c.t.Context(), life, c.owner, known[0])
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if got := found.Versions.Hashes(); !slices.Equal(got, want) {
		c.t.Errorf("versions known as %v: %v, want %v", known, got, want)
	}
}

// amendAt publishes an amend of a given time.
func (c *tool) amendAt(content message.Content, at message.Time) string {
	c.t.Helper()
	content.Stamp(c.owner, at)
	m, err := message.New(c.owner, "", content)
	if err == nil {
		err = c.Account.Sign(m)
	}
	return c.sent(m, err)
}

// sent sends a signed message, unless there was an error before, and returns its item hash.
func (c *tool) sent(m *message.Message, err error) string {
	c.t.Helper()
	if err == nil {
		_, err = c.Node.Publish(c.t.Context(), m)
	}
	if err == nil {
		_, err = c.Node.Wait(c.t.Context(), m.ItemHash)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return m.ItemHash
}

func TestFind_programVersions(t *testing.T) {
	t.Parallel()
	t.Run("a chain, known by any of its links", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		second := c.must(amendOf(first, "2"))
		third := c.must(amendOf(second, "3"))
		c.must(program("of its own"))
		for _, known := range []string{first, second, third} {
			c.expectVersions(object.Programs, []string{known}, []string{first, second, third})
		}
	})
	t.Run("a fork", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		left := c.must(amendOf(first, "left"))
		right := c.must(amendOf(first, "right"))
		for _, known := range []string{first, left, right} {
			c.expectVersions(object.Programs, []string{known}, []string{first, left, right})
		}
	})
	t.Run("a fork whose root is dead, and remembered", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		left := c.must(amendOf(first, "left"))
		right := c.must(amendOf(first, "right"))
		c.mustForget(first)
		c.expectVersions(object.Programs, []string{left, first}, []string{left, right})
		c.expectVersions(object.Programs, []string{first}, []string{left, right})
	})
	t.Run("an amend of what is dead", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		second := c.must(amendOf(first, "2"))
		third := c.must(amendOf(second, "3"))
		c.mustForget(second)
		c.expectVersions(object.Programs, []string{second}, []string{third})
		c.expectVersions(object.Programs, []string{first, second}, []string{first, third})
	})
	t.Run("strangers", func(t *testing.T) {
		c := start(t, core.Config{})
		theirs := c.other(1)
		first := c.must(program("1"))
		claim := theirs.must(amendOf(first, "claims to be the newest"))
		c.expectVersions(object.Programs, []string{first}, []string{first})
		theirs.expectVersions(object.Programs, []string{claim}, []string{claim})
	})
	t.Run("two amends of one stranger's program", func(t *testing.T) {
		c := start(t, core.Config{})
		example := c.other(1).must(program("example"))
		one, two := c.must(amendOf(example, "one")), c.must(amendOf(example, "two"))
		c.expectVersions(object.Programs, []string{one}, []string{one})
		c.expectVersions(object.Programs, []string{two}, []string{two})
	})
	t.Run("the same time", func(t *testing.T) {
		c := start(t, core.Config{})
		at := message.TimeOf(time.Now())
		first := c.amendAt(program("1"), at)
		second := c.amendAt(amendOf(first, "2"), at)
		c.expectVersions(object.Programs, []string{first}, []string{first, second})
	})
	t.Run("an older time", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		older := c.amendAt(amendOf(first, "2"), message.TimeOf(time.Now().Add(-time.Hour)))
		c.expectVersions(object.Programs, []string{first}, []string{older, first})
	})
	t.Run("about to be removed", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		if err := c.local.SetRemoving(first, core.CreditInsufficient); err != nil {
			t.Fatal(err)
		}
		c.expectVersions(object.Programs, []string{first}, []string{first})
	})
}

func TestFind_fileVersions(t *testing.T) {
	t.Parallel()
	t.Run("amends of the first", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.mustStore("1", "")
		second := c.mustStore("2", first)
		third := c.mustStore("3", first)
		c.mustStore("of its own", "")
		for _, known := range []string{first, second, third} {
			c.expectVersions(object.Files, []string{known}, []string{first, second, third})
		}
		c.mustForget(first)
		for _, known := range []string{first, second, third} {
			c.expectVersions(object.Files, []string{known}, []string{second, third})
		}
	})
	t.Run("a name", func(t *testing.T) {
		c := start(t, core.Config{})
		theirs := c.other(1)
		first, second := c.mustStore("1", "models"), c.mustStore("2", "models")
		theirs.mustStore("3", "models")
		other := c.mustStore("4", "other")
		for _, known := range []string{first, second, "models"} {
			c.expectVersions(object.Files, []string{known}, []string{first, second})
		}
		c.expectVersions(object.Files, []string{"other"}, []string{other})
	})
}

func TestFind(t *testing.T) {
	t.Parallel()
	t.Run("alive, its owner unknown", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		second := c.must(amendOf(first, "2"))
		tracked := c.tracked(first)
		tracked.Owner = ""
		found := c.mustFind(tracked)
		if found.Versions.Live().ItemHash != second || found.Record.Status != message.StatusProcessed || found.Gone() {
			t.Errorf("found %+v, want %s alive", found, second)
		}
		tracked.Life = object.Files
		if _, err := c.Find(t.Context(), tracked); err == nil || !strings.Contains(err.Error(), "is a PROGRAM") {
			t.Errorf("%v: want an error that says that it is a PROGRAM", err)
		}
	})
	t.Run("forgotten", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		c.mustForget(first)
		if found := c.mustFind(c.tracked(first)); !found.Gone() || found.Record.Status != message.StatusForgotten {
			t.Errorf("found %+v, want it gone", found)
		}
	})
	t.Run("unknown", func(t *testing.T) {
		c := start(t, core.Config{})
		if found, err := c.Find(t.Context(), c.tracked(strings.Repeat("ab", 32))); !errors.Is(err, node.ErrNotFound) {
			t.Errorf("found %+v, %v: want ErrNotFound", found, err)
		}
	})
	t.Run("pending", func(t *testing.T) {
		c := start(t, core.Config{})
		sent := c.pending(program("1"))
		tracked := c.tracked(sent.ItemHash)
		tracked.Unconfirmed = sent
		found, err := c.Find(within(t, 300*time.Millisecond), tracked)
		if err != nil || found.Gone() || found.Record.Status != message.StatusPending || found.Unconfirmed.Status != message.StatusPending {
			t.Errorf("found %+v, %v: want it pending", found, err)
		}
	})
	t.Run("forgotten, and an amend is pending", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		tracked := c.tracked(first)
		tracked.Unconfirmed = c.pending(amendOf(first, "2"))
		c.mustForget(first)
		found, err := c.Find(within(t, 300*time.Millisecond), tracked)
		if err != nil || found.Gone() {
			t.Errorf("found %+v, %v: the amend may still come alive", found, err)
		}
	})
	t.Run("sent, and never arrived", func(t *testing.T) {
		c := start(t, core.Config{})
		sent := c.signed(program("1"), time.Now().Add(-time.Hour))
		tracked := c.tracked(sent.ItemHash)
		tracked.Unconfirmed = sent
		if found := c.mustFind(tracked); found.Gone() || !found.Open || found.Record.Status != "" {
			t.Errorf("found %+v, want it to be sent again", found)
		}
	})
	t.Run("an amend was sent, and never arrived", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		for age, open := range map[time.Duration]bool{0: true, time.Hour: false} {
			tracked := c.tracked(first)
			tracked.Unconfirmed = c.signed(amendOf(first, "2"), time.Now().Add(-age))
			found := c.mustFind(tracked)
			if found.Open != open || found.Unconfirmed.Status != "" || found.Versions.Live().ItemHash != first {
				t.Errorf("%s ago: found %+v", age, found)
			}
		}
		c.mustForget(first)
		tracked := c.tracked(first)
		tracked.Unconfirmed = c.signed(amendOf(first, "2"), time.Now())
		if found := c.mustFind(tracked); found.Gone() {
			t.Errorf("found %+v, and the amend may still arrive", found)
		}
	})
	t.Run("an amend was sent, and was rejected", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		c.local.Inject(core.Fault{Do: core.Reject(message.CodePermissionDenied)})
		amend, err := c.Publish(t.Context(), amendOf(first, "2"), object.Options{})
		if err == nil {
			t.Fatal("it was not rejected")
		}
		tracked := c.tracked(first)
		tracked.Unconfirmed = amend
		found := c.mustFind(tracked)
		if found.Versions.Live().ItemHash != first || found.Unconfirmed.Status != message.StatusRejected || found.Unconfirmed.Rejection.Code != message.CodePermissionDenied {
			t.Errorf("found %+v, want %s alive, and the rejection", found, first)
		}
	})
	t.Run("superseded more than once", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		live := first
		for _, name := range []string{"2", "3", "4"} {
			live = c.other(0).mustAmend(c.tracked(live), name).Live.ItemHash
		}
		if found := c.mustFind(c.tracked(first)); found.Gone() || found.Versions.Live().ItemHash != live {
			t.Errorf("found %v, want %s", found.Versions.Hashes(), live)
		}
		c.mustDestroy(c.tracked(live))
		if found := c.mustFind(c.tracked(first)); !found.Gone() {
			t.Errorf("found %v, want it gone", found.Versions.Hashes())
		}
	})
	t.Run("forgotten in favour of what is not its own", func(t *testing.T) {
		c := start(t, core.Config{})
		first, second := c.must(program("1")), c.must(program("2"))
		theirs := c.other(1).must(program("3"))
		c.must(message.NewForget("superseded by "+theirs, first))
		c.must(message.NewForget("superseded by nobody", second))
		for _, hash := range []string{first, second} {
			if found, err := c.Find(t.Context(), c.tracked(hash)); err == nil && !found.Gone() {
				t.Errorf("found %v, want it gone", found.Versions.Hashes())
			}
		}
	})
	t.Run("amended twice, and both older versions forgotten", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		second := c.must(amendOf(first, "1"))
		third := c.must(amendOf(second, "1"))
		c.other(0).mustForget(first, second)
		for _, said := range []func() (message.Content, error){nil, saying(program("1"))} {
			tracked := c.tracked(first)
			tracked.Said = said
			if found := c.other(0).mustFind(tracked); found.Gone() || found.Versions.Live().ItemHash != third {
				t.Errorf("found %v, want %s", found.Versions.Hashes(), third)
			}
		}
		for _, hash := range []string{first, second, third} {
			imported := object.Tracked{Life: object.Programs, ItemHash: hash}
			if found := c.other(0).mustFind(imported); found.Gone() || found.Versions.Live().ItemHash != third {
				t.Errorf("an import of %s finds %v, want %s", hash, found.Versions.Hashes(), third)
			}
			found, err := c.other(0).Newest(t.Context(), object.Programs, "", hash)
			if err != nil || found.Versions.Live().ItemHash != third {
				t.Errorf("by %s: %v", hash, err)
			}
		}
	})
	t.Run("amended twice, and both newer ones forgotten with an older one kept", func(t *testing.T) {
		c := start(t, core.Config{})
		kept := c.must(program("1"))
		first := c.must(amendOf(kept, "1"))
		second := c.must(amendOf(first, "1"))
		third := c.must(amendOf(second, "1"))
		c.other(0).mustForget(first, second)
		found := c.mustFind(c.tracked(first, kept))
		if !slices.Equal(found.Versions.Hashes(), []string{kept, third}) {
			t.Errorf("found %v, want %s and %s", found.Versions.Hashes(), kept, third)
		}
	})
	t.Run("one FORGET after the other", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		second := c.other(0).mustAmend(c.tracked(first), "1").Live.ItemHash
		third := c.must(amendOf(second, "1"))
		fourth := c.must(amendOf(third, "1"))
		c.other(0).mustForget(second, third)
		if found := c.mustFind(c.tracked(first)); found.Gone() || found.Versions.Live().ItemHash != fourth {
			t.Errorf("found %v, want %s", found.Versions.Hashes(), fourth)
		}
	})
	t.Run("forgotten with the versions of something else", func(t *testing.T) {
		c := start(t, core.Config{})
		var firsts, lives []string
		for _, name := range []string{"1", "2"} {
			first := c.must(program(name))
			second := c.must(amendOf(first, name))
			firsts, lives = append(firsts, first, second), append(lives, c.must(amendOf(second, name)))
		}
		gone := c.must(program("3"))
		c.other(0).mustForget(append(firsts, gone)...)
		tracked := c.tracked(firsts[0])
		if found := c.mustFind(tracked); !found.Gone() || !sameHashes(found.Candidates, lives) {
			t.Errorf("found %v and candidates %v, want these to be %v", found.Versions.Hashes(), found.Candidates, lives)
		}
		var absent *object.AbsentError
		if _, err := c.Newest(t.Context(), object.Programs, "", gone); !errors.As(err, &absent) || !sameHashes(absent.Candidates, lives) {
			t.Errorf("%v: want the candidates", err)
		}
	})
	t.Run("forgotten with a version of something that says something else", func(t *testing.T) {
		c := start(t, core.Config{})
		gone, other := c.must(program("1")), c.must(program("2"))
		live := c.must(amendOf(other, "2"))
		c.other(0).mustForget(gone, other)
		tracked := c.tracked(gone)
		tracked.Said = saying(program("1"))
		if found := c.mustFind(tracked); !found.Gone() || !sameHashes(found.Candidates, []string{live}) {
			t.Errorf("found %v and candidates %v", found.Versions.Hashes(), found.Candidates)
		}
	})
	t.Run("a list that is older than the message", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		c.mustFind(c.tracked(first))
		second := c.other(0).must(amendOf(first, "2"))
		if found := c.mustFind(c.tracked(second, first)); found.Versions.Live().ItemHash != second {
			t.Errorf("found %v, want %s live", found.Versions.Hashes(), second)
		}
		c.other(0).mustForget(first, second)
		if found := c.other(0).mustFind(c.tracked(second, first)); !found.Gone() {
			t.Errorf("found %v, want it gone", found.Versions.Hashes())
		}
	})
	t.Run("a list that contradicts the message", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		c.local.Inject(core.Fault{
			Path: "/api/v0/messages.json", Times: -1,
			Do: core.Answer(http.StatusOK, map[string]any{"messages": []any{}, "next_cursor": nil}),
		})
		if found, err := c.Find(t.Context(), c.tracked(first)); err == nil {
			t.Errorf("found %+v, want an error: absence from a list does not mean that it is gone", found)
		}
	})
}

func (c *tool) mustFind(tracked object.Tracked) *object.Object {
	c.t.Helper()
	found, err := c.Find(c.t.Context(), tracked)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// pending publishes what stays pending, and returns its item hash.
func (c *tool) pending(content message.Content) *message.Message {
	c.t.Helper()
	stuck := c.local.Inject(core.Fault{Do: core.StayPending()})
	m, err := c.Publish(within(c.t, 200*time.Millisecond), content, object.Options{})
	var pending *object.PendingError
	if !errors.As(err, &pending) {
		c.t.Fatalf("%v: want a PendingError", err)
	}
	stuck.Remove()
	return m
}

func saying(content message.Content) func() (message.Content, error) {
	return func() (message.Content, error) { return content, nil }
}
