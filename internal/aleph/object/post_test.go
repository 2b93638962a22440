// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// notes are posts of one type.
var notes = object.Posts("note")

func note(content, ref any) *message.Post {
	return &message.Post{Type: "note", Ref: ref, Content: content}
}

func noteAmend(original string, content any) *message.Post {
	p := note(content, nil)
	p.Amend(original)
	return p
}

func (c *tool) trackedNote(live, first string) object.Tracked {
	return object.Tracked{Life: notes, Owner: c.owner, ItemHash: live, First: first}
}

func (c *tool) mustAmendNote(content any, live, first string) *object.Amendment {
	c.t.Helper()
	done, err := c.Amend(c.t.Context(), note(content, nil), c.trackedNote(live, first), false, object.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

// A post is amended over and over: amends name the original, all stay, and end with it.
func TestAmend_post(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(note("0", "a topic"))
	want := []string{first}
	for _, text := range []string{"1", "2"} {
		done := c.mustAmendNote(text, want[len(want)-1], first)
		if len(done.Left) > 0 || done.ForgetErr != nil {
			t.Errorf("amend %s: %+v", text, done)
		}
		want = append(want, done.Live.ItemHash)
		c.expectVersions(notes, []string{first}, want)
	}
	if again := c.mustAmendNote("2", first, first); again.Live.ItemHash != want[2] {
		t.Errorf("%s was published, and %s said the same", again.Live.ItemHash, want[2])
	}
	found := c.mustFind(c.trackedNote(want[2], ""))
	if found.First() != first || found.Versions.Live().ItemHash != want[2] {
		t.Errorf("found %v, the first being %q", found.Versions.Hashes(), found.First())
	}
	if err := c.Destroy(t.Context(), c.trackedNote(want[2], first)); err != nil {
		t.Fatal(err)
	}
	c.expectAlive(message.TypePost)
	if found := c.mustFind(c.trackedNote(want[2], first)); !found.Gone() {
		t.Errorf("found %v, want it gone", found.Versions.Hashes())
	}
}

// What a post refers to is the author's own affair, and makes it no version of anything.
func TestObjects_postsOfOneTopic(t *testing.T) {
	c := start(t, core.Config{})
	quoted := c.signed(note("quoted", nil), time.Now())
	quote := map[string]any{
		"chain": quoted.Chain, "item_content": quoted.ItemContent, "item_hash": quoted.ItemHash, "item_type": quoted.ItemType,
		"sender": quoted.Sender, "signature": quoted.Signature, "time": quoted.Time,
	}
	first := c.must(note("1", "topic"))
	want := [][]string{{first}, {c.must(note("2", "topic"))}, {c.must(note("3", first))}, {c.must(note("4", quote))}}
	want[0] = append(want[0], c.must(noteAmend(first, "1b")))
	other := c.must(&message.Post{Type: "other", Ref: first})
	for life, want := range map[string][][]string{"note": want, "": append(slices.Clone(want), []string{other}), "none": nil} {
		objects, doubts, err := c.Objects(t.Context(), c.owner, object.Posts(life))
		if err != nil || len(doubts) > 0 || len(objects) != len(want) {
			t.Fatalf("%q: %d objects, %v, %v; want %v", life, len(objects), doubts, err, want)
		}
		for _, found := range objects {
			if !slices.ContainsFunc(want, func(w []string) bool { return slices.Equal(w, found.Versions.Hashes()) }) {
				t.Errorf("%q: %v, want one of %v", life, found.Versions.Hashes(), want)
			}
		}
	}
}

// A list of posts of one type reads no others, and the amends of more originals than one request can name.
func TestObjects_postsOfOneType(t *testing.T) {
	c := start(t, core.Config{IngestDelay: -1, ProcessDelay: -1})
	const many = 101
	for range many {
		first := c.must(note("1", nil))
		c.must(noteAmend(first, "2"))
	}
	c.must(&message.Post{Type: "other", Content: "of the other type"})
	var found atomic.Bool
	c.local.Inject(core.Fault{Path: list, Times: -1, Do: core.Alter("", func(text string) string {
		if strings.Contains(text, "of the other type") {
			found.Store(true)
		}
		return text
	})})
	objects, _, err := c.Objects(t.Context(), c.owner, notes)
	if err != nil || len(objects) != many {
		t.Fatalf("%d objects, %v; want %d", len(objects), err, many)
	}
	for _, object := range objects {
		if len(object.Versions) != 2 {
			t.Errorf("%v: want two versions", object.Versions.Hashes())
		}
	}
	if found.Load() {
		t.Error("the list has a post of another type")
	}
}

// Of an owner with too much to list, a post is found by any version.
func TestFind_postOfMany(t *testing.T) {
	c := start(t, core.Config{})
	first, comment := c.must(note("1", nil)), c.must(note("a comment", "later"))
	second := c.must(noteAmend(first, "2"))
	c.must(note("another comment", first))
	reader := c.other(0)
	reader.LimitList(1)
	for _, hash := range []string{first, second} {
		if found := reader.mustFind(c.trackedNote(hash, "")); !slices.Equal(found.Versions.Hashes(), []string{first, second}) {
			t.Errorf("by %s: %v, want %s and %s", hash, found.Versions.Hashes(), first, second)
		}
	}
	if found := reader.mustFind(c.trackedNote(comment, "")); !slices.Equal(found.Versions.Hashes(), []string{comment}) {
		t.Errorf("by %s: %v", comment, found.Versions.Hashes())
	}
}

// A post of another type is no object of this life, whichever version of it is named.
func TestNewest_postOfAnotherType(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(note("1", nil))
	for _, hash := range []string{first, c.must(noteAmend(first, "2"))} {
		if found, err := c.Newest(t.Context(), object.Posts("key"), "", hash); err == nil || !strings.Contains(err.Error(), `of type "note", not "key"`) {
			t.Errorf("newest: %+v, %v", found, err)
		}
		if found, err := c.Newest(t.Context(), notes, "", hash); err != nil || found.First() != first {
			t.Errorf("newest: %+v, %v", found, err)
		}
	}
}

// An amend that is dated before the post changes nothing, and of several at one time the first that came stays.
func TestFind_postTimes(t *testing.T) {
	c := start(t, core.Config{})
	at := message.TimeOf(time.Now())
	first := c.amendAt(note("1", nil), at)
	older := c.amendAt(noteAmend(first, "older"), at-3600)
	c.expectVersions(notes, []string{first}, []string{older, first})
	same := c.amendAt(noteAmend(first, "same time"), at)
	c.expectVersions(notes, []string{first}, []string{older, same, first})
	// The order of their item hashes must not decide, so several are tried.
	for _, text := range []string{"a", "b", "c", "d"} {
		at++
		live := c.amendAt(noteAmend(first, text), at)
		for _, late := range []string{"'", "''"} {
			c.amendAt(noteAmend(first, text+late), at)
		}
		if found := c.other(0).mustFind(c.trackedNote(first, "")); found.Versions.Live().ItemHash != live {
			t.Errorf("%s is live, want %s", found.Versions.Live().ItemHash, live)
		}
	}
}

// An amend is judged by the type and the channel of the original, as the network does.
func TestFind_postByDelegate(t *testing.T) {
	c := start(t, core.Config{})
	delegate := c.other(1)
	c.authorise(fields{"address": delegate.owner, "types": []any{"POST"}, "post_types": []any{"note"}, "channels": []any{"notes"}})
	publish := func(by *tool, p *message.Post, channel string) string {
		t.Helper()
		m, err := by.Publish(t.Context(), p, object.Options{Owner: c.owner, Channel: channel})
		if err != nil {
			t.Fatal(err)
		}
		return m.ItemHash
	}
	first := publish(delegate, note("1", nil), "notes")
	second := publish(delegate, noteAmend(first, "2"), "elsewhere")
	if found, err := c.other(0).Newest(t.Context(), notes, "", second); err != nil || !slices.Equal(found.Versions.Hashes(), []string{first, second}) {
		t.Errorf("newest: %+v, %v", found, err)
	}
	if _, err := c.other(0).FetchOwned(t.Context(), second); err != nil {
		t.Errorf("fetched: %v", err)
	}

	mine := publish(c, note("mine", nil), "elsewhere")
	forged := c.foist(noteAmend(mine, "forged"), acctest.ByKey(delegate.Account))
	var unauthorised *object.AuthorityError
	if found, err := c.other(0).Newest(t.Context(), notes, "", mine); err != nil || found.Versions.Live().ItemHash != mine || !errors.As(found.Doubts[forged], &unauthorised) {
		t.Errorf("found %+v, %v: an amend of a post that the delegate may not publish does not count", found, err)
	}
}
