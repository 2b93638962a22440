// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

type fields = map[string]any

// authorise publishes who may speak for the tool's account, from now on.
func (c *tool) authorise(entries ...any) string {
	c.t.Helper()
	return c.must(&message.Aggregate{Key: message.SecurityKey, Content: fields{"authorizations": append([]any{}, entries...)}})
}

// mustFor publishes in the name of another owner.
func (c *tool) mustFor(owner string, content message.Content) string {
	c.t.Helper()
	m, err := c.Publish(c.t.Context(), content, object.Options{Owner: owner})
	if err != nil {
		c.t.Fatal(err)
	}
	return m.ItemHash
}

// foist makes the node hand out a message in the tool's name that somebody else signed.
func (c *tool) foist(content message.Content, sign acctest.Signer) string {
	c.t.Helper()
	m := acctest.Message(c.t, c.owner, content, sign)
	c.local.Inject(core.Fault{Times: -1, Do: core.Foist(*m, nil)})
	return m.ItemHash
}

// countAuthorities counts the lists of what owners said of who may speak for them.
func (c *tool) countAuthorities() func() int {
	counted := c.local.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.Delay(0), Match: func(r *http.Request, _ *message.Message) bool {
		return r.URL.Query().Get("msgTypes") == string(message.TypeAggregate)
	}})
	return counted.Hits
}

// expectDoubts looks for a program as somebody who just started, who knows its first version.
func (c *tool) expectDoubts(first string, versions, doubts []string) {
	c.t.Helper()
	found, err := c.other(0).Find(c.t.Context(), c.tracked(first))
	if err != nil {
		c.t.Fatal(err)
	}
	if got := found.Versions.Hashes(); !slices.Equal(got, versions) {
		c.t.Errorf("versions: %v, want %v", got, versions)
	}
	var left []string
	for hash, err := range found.Doubts {
		left = append(left, hash)
		if unauthorised := (*object.AuthorityError)(nil); !errors.As(err, &unauthorised) {
			c.t.Errorf("%s is left out because of %v", hash, err)
		}
	}
	if !sameHashes(left, doubts) {
		c.t.Errorf("left out: %v, want %v", left, doubts)
	}
}

// expectImportRefused looks for a program by a hash of which nothing is known.
func (c *tool) expectImportRefused(hash string) {
	c.t.Helper()
	unauthorised := (*object.AuthorityError)(nil)
	if found, err := c.other(0).Find(c.t.Context(), object.Tracked{Life: object.Programs, ItemHash: hash}); !errors.As(err, &unauthorised) {
		c.t.Errorf("imported: %+v, %v", found, err)
	}
	if found, err := c.other(0).Newest(c.t.Context(), object.Programs, "", hash); !errors.As(err, &unauthorised) {
		c.t.Errorf("newest: %+v, %v", found, err)
	}
	if record, err := c.other(0).FetchOwned(c.t.Context(), hash); !errors.As(err, &unauthorised) {
		c.t.Errorf("fetched: %+v, %v", record, err)
	}
}

// Who is authorised is looked at as of each message, in what the owner in person signed.
func TestAuthority(t *testing.T) {
	t.Parallel()
	t.Run("granted, and revoked afterwards", func(t *testing.T) {
		c := start(t, core.Config{})
		delegate := c.other(1)
		first := c.must(program("1"))
		c.authorise(fields{"address": delegate.owner, "types": []any{"PROGRAM"}})
		second := delegate.mustFor(c.owner, amendOf(first, "2"))
		c.expectDoubts(first, []string{first, second}, nil)
		c.authorise()
		c.expectDoubts(first, []string{first, second}, nil)
		late := c.foist(amendOf(second, "3"), acctest.ByKey(delegate.Account))
		c.expectDoubts(first, []string{first, second}, []string{late})
		c.expectImportRefused(late)
	})
	t.Run("granted after the message", func(t *testing.T) {
		c := start(t, core.Config{})
		delegate := c.other(1)
		first := c.must(program("1"))
		early := c.foist(amendOf(first, "2"), acctest.ByKey(delegate.Account))
		c.authorise(fields{"address": delegate.owner})
		c.expectDoubts(first, []string{first}, []string{early})
		c.expectImportRefused(early)
	})
	t.Run("granted, and the element is forgotten", func(t *testing.T) {
		c := start(t, core.Config{})
		delegate := c.other(1)
		first := c.must(program("1"))
		element := c.authorise(fields{"address": delegate.owner})
		second := delegate.mustFor(c.owner, amendOf(first, "2"))
		c.mustForget(element)
		c.expectDoubts(first, []string{first}, []string{second})
		c.expectImportRefused(second)
		// Whoever found it while it could be proven goes on with it.
		found, err := c.other(0).Find(t.Context(), c.tracked(second, first))
		if err != nil || found.Versions.Live().ItemHash != second || len(found.Doubts) > 0 {
			t.Errorf("known: %+v, %v", found, err)
		}
		if _, err := c.other(0).Amend(t.Context(), program("3"), c.tracked(second, first), false, object.Options{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("by a delegate in person", func(t *testing.T) {
		c := start(t, core.Config{})
		delegate, appointed := c.other(1), c.other(2)
		first := c.must(program("1"))
		c.authorise(fields{"address": delegate.owner})
		delegate.mustFor(c.owner, &message.Aggregate{Key: message.SecurityKey, Content: fields{"authorizations": []any{
			fields{"address": delegate.owner}, fields{"address": appointed.owner},
		}}})
		theirs := appointed.mustFor(c.owner, amendOf(first, "2"))
		second := delegate.mustFor(c.owner, amendOf(first, "3"))
		c.expectDoubts(first, []string{first, second}, []string{theirs})
		c.expectImportRefused(theirs)
	})
	t.Run("for something else", func(t *testing.T) {
		c := start(t, core.Config{})
		delegate := c.other(1)
		first := c.must(program("1"))
		c.authorise(fields{"address": delegate.owner, "types": []any{"STORE"}}, fields{"address": delegate.owner, "channels": []any{"OTHER"}},
			fields{"address": delegate.owner, "types": nil}, nil, delegate.owner)
		claim := c.foist(amendOf(first, "2"), acctest.ByKey(delegate.Account))
		c.expectDoubts(first, []string{first}, []string{claim})
	})
	t.Run("never", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		claim := c.foist(amendOf(first, "2"), acctest.ByKey(c.other(1).Account))
		beyond := c.foist(amendOf(claim, "3"), acctest.ByKey(c.other(1).Account))
		c.expectDoubts(first, []string{first}, []string{claim, beyond})
		c.expectImportRefused(claim)
	})
	t.Run("to a key of Solana's", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("1"))
		sign, address := acctest.OnSolana()
		c.authorise(fields{"address": address, "chain": message.ChainSOL})
		second := acctest.Message(t, c.owner, amendOf(first, "2"), sign)
		if _, err := c.Node.Publish(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Node.Wait(t.Context(), second.ItemHash); err != nil {
			t.Fatal(err)
		}
		c.expectDoubts(first, []string{first, second.ItemHash}, nil)
	})
}

// Nothing more is asked where the owner signs, and once for each owner where somebody else does.
func TestAuthority_requests(t *testing.T) {
	c := start(t, core.Config{})
	delegate := c.other(1)
	asked := c.countAuthorities()
	first, other := c.must(program("1")), c.must(program("other"))
	read := func() {
		t.Helper()
		reader := c.other(0)
		for _, hash := range []string{first, other, first} {
			if _, err := reader.Find(t.Context(), c.tracked(hash)); err != nil {
				t.Fatal(err)
			}
			if _, err := reader.Newest(t.Context(), object.Programs, "", hash); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := reader.Objects(t.Context(), c.owner, object.Programs); err != nil {
			t.Fatal(err)
		}
	}
	if read(); asked() != 0 {
		t.Errorf("asked %d times who may speak for an owner who alone did", asked())
	}
	c.authorise(fields{"address": delegate.owner})
	delegate.mustFor(c.owner, amendOf(first, "2"))
	delegate.mustFor(c.owner, amendOf(other, "3"))
	if read(); asked() != 1 {
		t.Errorf("asked %d times who may speak for an owner, want once", asked())
	}
}

// When it cannot be asked who may speak for an owner, reading fails, and nothing is taken for gone.
func TestAuthority_unreadable(t *testing.T) {
	c := start(t, core.Config{})
	delegate := c.other(1)
	first := c.must(program("1"))
	c.authorise(fields{"address": delegate.owner})
	delegate.mustFor(c.owner, amendOf(first, "2"))
	c.local.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.Status(http.StatusNotImplemented), Match: func(r *http.Request, _ *message.Message) bool {
		return r.URL.Query().Get("msgTypes") == string(message.TypeAggregate)
	}})
	if found, err := c.other(0).Find(t.Context(), c.tracked(first)); err == nil {
		t.Errorf("found %+v", found)
	}
}

// What somebody else signed is neither amended nor forgotten, and an object of which nothing else is left is not gone.
func TestAuthority_changes(t *testing.T) {
	c := start(t, core.Config{})
	stranger := acctest.ByKey(c.other(1).Account)
	first := c.must(program("1"))
	claim := c.foist(amendOf(first, "2"), stranger)
	done, err := c.other(0).Amend(t.Context(), program("3"), c.tracked(first), false, object.Options{})
	if err != nil || done.ForgetErr != nil || len(done.Left) > 0 {
		t.Fatalf("amended: %+v, %v", done, err)
	}
	var amend message.Program
	if err := message.Decode(done.Live, &amend); err != nil || amend.Replaces != first {
		t.Errorf("it replaces %s, %v", amend.Replaces, err)
	}
	c.expectAlive(message.TypeProgram, done.Live.ItemHash)
	c.mustDestroy(c.tracked(done.Live.ItemHash, first))
	c.expectAlive(message.TypeProgram)

	unauthorised := (*object.AuthorityError)(nil)
	if found, err := c.other(0).Find(t.Context(), c.tracked(first)); !errors.As(err, &unauthorised) {
		t.Errorf("found %+v, %v: want an error, with %s in doubt", found, err, claim)
	}
}

// A FORGET leads to what took over only when its signer may end the owner's messages, and it ends the very object.
func TestAuthority_successor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sign    func(c *tool) acctest.Signer
		hashes  func(first string) []string
		refused bool
	}{
		"by a stranger": {
			sign:   func(c *tool) acctest.Signer { return acctest.ByKey(c.other(1).Account) },
			hashes: func(first string) []string { return []string{first} }, refused: true,
		},
		"of another object": {
			sign:   func(c *tool) acctest.Signer { return acctest.ByKey(c.Account) },
			hashes: func(string) []string { return []string{message.Hash([]byte("another"))} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			tool := start(t, core.Config{})
			first, other := tool.must(program("1")), tool.must(program("other"))
			forget := tool.foist(message.NewForget("superseded by "+other, c.hashes(first)...), c.sign(tool))
			tool.mustForget(first)
			tool.local.Inject(core.Fault{Path: "/api/v0/messages/" + first, Times: -1, Do: core.Answer(http.StatusOK, fields{
				"status": message.StatusForgotten, "item_hash": first, "forgotten_by": []any{forget},
			})})
			found, err := tool.other(0).Find(t.Context(), tool.tracked(first))
			unauthorised := (*object.AuthorityError)(nil)
			switch {
			case c.refused && !errors.As(err, &unauthorised):
				t.Errorf("found %+v, %v: want an error", found, err)
			case !c.refused && (err != nil || !found.Gone()):
				t.Errorf("found %+v, %v: want it gone", found, err)
			}
		})
	}
}

// Who uses a file that cannot be forgotten is named only when that is certain.
func TestAuthority_blockedBy(t *testing.T) {
	c := start(t, core.Config{})
	file := c.mustStore("a file", "")
	user := program("claims to be somebody's")
	user.Stamp(core.Accounts()[3].Address, message.TimeOf(time.Now()))
	claim := acctest.Message(t, core.Accounts()[3].Address, user, acctest.ByKey(c.other(1).Account))
	c.local.Inject(core.Fault{Times: -1, Do: core.Foist(*claim, nil)})
	c.local.Inject(core.Fault{Type: message.TypeForget, Do: core.Reject(message.CodeForgetNotAllowed, "File "+file+" used on vm "+claim.ItemHash)})
	blocked := (*object.BlockedError)(nil)
	err := c.Destroy(t.Context(), object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: file})
	if !errors.As(err, &blocked) || blocked.User != claim.ItemHash || blocked.Owner != "" {
		t.Errorf("%+v, %v", blocked, err)
	}
}
