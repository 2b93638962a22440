// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// expectDuplicates checks which messages count as duplicates of a content.
func (c *tool) expectDuplicates(life object.Life, content message.Content, want ...string) {
	c.t.Helper()
	duplicates, err := c.Duplicates(c.t.Context(), life, content, object.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	if got := duplicates.Hashes(); !sameHashes(got, want) {
		c.t.Errorf("duplicates: %v, want %v", got, want)
	}
}

// Duplicates are what another process of the same account published, and nothing else.
func TestDuplicates(t *testing.T) {
	lost := start(t, core.Config{})
	duplicate := lost.must(program("a"))
	lost.must(program("b"))
	original := lost.must(program("c"))
	amended := lost.must(amendOf(original, "a")) // says the same, and is live
	file := lost.mustStore("a", "")
	lost.mustStore("b", file) // so the file is not the newest version any more
	other := lost.mustStore("c", "")
	lost.other(1).must(program("a"))
	if m, err := lost.Publish(t.Context(), program("a"), object.Options{Channel: "another"}); err != nil {
		t.Fatal(m, err)
	}

	process := lost.other(0)
	process.expectDuplicates(object.Programs, program("a"), duplicate, amended)
	process.expectDuplicates(object.Programs, program("c"))
	process.expectDuplicates(object.Programs, program("d"))
	first, _ := store("a", "")
	process.expectDuplicates(object.Files, first)
	third, _ := store("c", "")
	process.expectDuplicates(object.Files, third, other)
}

// What a process published, amended, forgot or read is not lost to it.
func TestDuplicates_oneProcess(t *testing.T) {
	c := start(t, core.Config{})
	for range 3 {
		c.expectDuplicates(object.Programs, program("a"))
		c.must(program("a"))
	}
	for name, learn := range map[string]func(c *tool, hash string) error{
		"read":      func(c *tool, hash string) error { _, err := c.Find(t.Context(), c.tracked(hash)); return err },
		"destroyed": func(c *tool, hash string) error { return c.Destroy(t.Context(), c.tracked(hash)) },
		"amended": func(c *tool, hash string) error {
			_, err := c.Amend(t.Context(), program(hash), c.tracked(hash), true, object.Options{})
			return err
		},
	} {
		hash := c.must(program(name))
		process := c.other(0)
		process.expectDuplicates(object.Programs, program(name), hash)
		if err := learn(process, hash); err != nil {
			t.Fatal(err)
		}
		process.expectDuplicates(object.Programs, program(name))
	}
}

// One list does for a whole process, and looks back an hour.
func TestDuplicates_listedOnce(t *testing.T) {
	c := start(t, core.Config{})
	c.must(program("a"))
	old := program("old")
	old.Stamp(c.owner, message.TimeOf(time.Now().Add(-2*time.Hour)))
	m, err := message.New(c.owner, "", old)
	if err == nil {
		err = c.Account.Sign(m)
	}
	if err == nil {
		_, err = c.Node.Publish(t.Context(), m)
	}
	if err != nil {
		t.Fatal(err)
	}
	process, before := c.other(0), c.local.Asked(http.MethodGet, "/api/v0/messages.json")
	for range 5 {
		process.expectDuplicates(object.Programs, program("old"))
	}
	if asked := c.local.Asked(http.MethodGet, "/api/v0/messages.json") - before; asked != 1 {
		t.Errorf("%d lists, want 1", asked)
	}
}
