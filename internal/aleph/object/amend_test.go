// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// mustAmend amends a program, and forgets what came before.
func (c *tool) mustAmend(t object.Tracked, name string) *object.Amendment {
	c.t.Helper()
	done, err := c.Amend(c.t.Context(), program(name), t, false, object.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

// A program is amended over and over, on the network of today and on one that stores `replaces`: one version is alive
// after each amend.
func TestAmend_program(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]core.Config{
		"today": {}, "a node that stores replaces": {StoresReplaces: true}, "heph": {Heph: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, config)
			live := c.must(program("0"))
			for _, name := range []string{"1", "2", "3"} {
				done := c.mustAmend(c.tracked(live), name)
				if done.Live.ItemHash == live || len(done.Left) > 0 || done.ForgetErr != nil || done.Republished != config.StoresReplaces {
					t.Errorf("amend %s of %s: %+v", name, live, done)
				}
				live = done.Live.ItemHash
				c.expectAlive(message.TypeProgram, live)
			}
		})
	}
}

func TestAmend_keepOlder(t *testing.T) {
	t.Parallel()
	for name, future := range map[string]bool{"today": false, "a node that stores replaces": true} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{StoresReplaces: future})
			versions := []string{c.must(program("0"))}
			for _, name := range []string{"1", "2"} {
				done, err := c.Amend(t.Context(), program(name), c.tracked(versions[len(versions)-1]), true, object.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(done.Left, versions) || done.Republished {
					t.Errorf("left %v, want %v", done.Left, versions)
				}
				versions = append(versions, done.Live.ItemHash)
			}
			c.expectAlive(message.TypeProgram, versions...)
			c.expectVersions(object.Programs, versions[2:], versions)
		})
	}
}

// What another client has published since the plan was made is not taken over from: nothing is sent.
func TestAmend_stalePlan(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	c.mustFind(c.tracked(first))
	theirs := c.other(0).must(amendOf(first, "another tool"))
	_, err := c.Amend(t.Context(), program("1"), c.tracked(first), false, object.Options{})
	c.expectStale(err, first, theirs)
	c.expectStale(c.Forget(t.Context(), c.tracked(first), []string{first}), first, theirs)
	c.expectAlive(message.TypeProgram, first, theirs)

	c.mustAmend(c.tracked(theirs, first), "1")
}

// The same of a file, which is not uploaded either.
func TestAmend_stalePlanOfFile(t *testing.T) {
	c := start(t, core.Config{})
	first := c.mustStore("0", "")
	live := c.mustAmendStore("1", "", first, first, false).Live.ItemHash
	theirs := c.other(0).mustAmendStore("theirs", "", first, live, true).Live.ItemHash
	s, file := store("2", "")
	_, err := c.Amend(t.Context(), s, object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: live, First: first}, false, object.Options{File: file})
	c.expectStale(err, live, theirs)
	c.expectAlive(message.TypeStore, first, live, theirs)
	if _, uploaded, err := c.Node.HasFile(t.Context(), s.ItemHash); err != nil || uploaded {
		t.Errorf("the file was uploaded: %t, %v", uploaded, err)
	}
}

// An amend that never arrived is not sent again when another one has taken over meanwhile.
func TestAmend_stalePlanNeverArrived(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	tracked := c.tracked(first)
	tracked.Unconfirmed = c.signed(amendOf(first, "1"), time.Now())
	theirs := c.other(0).must(amendOf(first, "another tool"))
	_, err := c.Amend(t.Context(), program("2"), tracked, false, object.Options{})
	c.expectStale(err, first, theirs)
	c.expectAlive(message.TypeProgram, first, theirs)
}

// A version that the plan knew, and that is the newest because somebody forgot the live one, is another one as well.
func TestAmend_stalePlanOfForgotten(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	live := c.must(amendOf(first, "1"))
	c.other(0).mustForget(live)
	_, err := c.Amend(t.Context(), program("2"), c.tracked(live, first), false, object.Options{})
	c.expectStale(err, live, first)
}

func (c *tool) expectStale(err error, planned, live string) {
	c.t.Helper()
	var stale *object.StaleError
	if !errors.As(err, &stale) || stale.Planned != planned || stale.Live.ItemHash != live {
		c.t.Errorf("%v: want that the plan was made of %s, and %s is live", err, planned, live)
	}
}

// What another tool publishes during an apply is found, although it is dated back; the list is not read again for it.
func TestAmend_foreignDuringRun(t *testing.T) {
	c := start(t, core.Config{})
	old := c.signed(program("0"), time.Now().Add(-time.Hour))
	if _, err := c.Node.Publish(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	c.mustAmend(c.tracked(c.must(program("other"))), "other, amended")
	<-time.After(2 * time.Second) // for as long as a look holds
	theirs := c.signed(amendOf(old.ItemHash, "another tool"), time.Now().Add(-time.Minute))
	if _, err := c.Node.Publish(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	before := c.local.Asked(http.MethodGet, list)
	_, err := c.Amend(t.Context(), program("1"), c.tracked(old.ItemHash), false, object.Options{})
	var stale *object.StaleError
	if !errors.As(err, &stale) || stale.Live.ItemHash != theirs.ItemHash {
		t.Errorf("%v: want that %s is the live version", err, theirs.ItemHash)
	}
	if got := c.local.Asked(http.MethodGet, list) - before; got != 1 {
		t.Errorf("%d requests for lists, want one for what is new", got)
	}
}

// While an amend forgets what it took over from, somebody else amends the amend, and forgets it: that is no reason to
// publish it once more, beside theirs.
func TestAmend_overtaken(t *testing.T) {
	for name, future := range map[string]bool{"today": false, "a node that stores replaces": true} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{StoresReplaces: future})
			first := c.must(program("0"))
			forgetting := make(chan string, 1)
			c.local.Inject(core.Fault{
				Method: http.MethodPost, Path: "/api/v0/messages", Type: message.TypeForget, Do: core.Delay(time.Second),
				Match: func(*http.Request, *message.Message) bool {
					forgetting <- first
					return true
				},
			})
			var overtaking errgroup.Group
			overtaking.Go(func() error {
				<-forgetting
				found, err := c.other(0).Newest(t.Context(), object.Programs, c.owner, first)
				if err != nil {
					return err
				}
				_, err = c.other(0).Amend(t.Context(), program("theirs"), c.tracked(found.Versions.Live().ItemHash, first), false, object.Options{})
				return err
			})
			done, err := c.Amend(t.Context(), program("ours"), c.tracked(first), false, object.Options{})
			if gone := (*object.GoneError)(nil); !errors.As(err, &gone) {
				t.Errorf("%+v, %v: want a GoneError", done, err)
			}
			if err := overtaking.Wait(); err != nil {
				t.Fatal(err)
			}
			var names []any
			for _, m := range c.local.Messages(message.TypeProgram) {
				var content message.Program
				if err := message.Decode(&m, &content); err != nil {
					t.Fatal(err)
				}
				names = append(names, content.Metadata["name"])
			}
			if !slices.Equal(names, []any{"theirs"}) {
				t.Errorf("alive are %v, want theirs", names)
			}
		})
	}
}

// A version that still runs is never given up for one that is refused.
func TestAmend_refused(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	c.local.Inject(core.Fault{Type: message.TypeProgram, Do: core.Reject(message.CodeCreditInsufficient, "17 missing")})
	done, err := c.Amend(t.Context(), program("1"), c.tracked(first), false, object.Options{})
	if _, refused := object.AsRejected(err, message.CodeCreditInsufficient); !refused || done != nil {
		t.Errorf("%+v, %v: want the refusal", done, err)
	}
	c.expectAlive(message.TypeProgram, first)
}

// An amend whose outcome is not known forgets nothing; once it is known, the next one goes on from it.
func TestAmend_outcomeUnknown(t *testing.T) {
	c := start(t, core.Config{ProcessDelay: 700 * time.Millisecond, SyncWait: -1})
	first := c.must(program("0"))
	tracked := c.tracked(first)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.local.Inject(core.Fault{
		Method: http.MethodGet, Path: "/api/v0/messages/", Do: core.Delay(0),
		Match: func(_ *http.Request, m *message.Message) bool {
			sent := m != nil && m.ItemHash != first && m.Type == message.TypeProgram
			if sent {
				cancel()
			}
			return sent
		},
	})
	_, err := c.Amend(ctx, program("1"), tracked, false, object.Options{Sending: func(m *message.Message) {
		tracked.Unconfirmed = m
	}})
	var pending *object.PendingError
	if !errors.As(err, &pending) || pending.Message.ItemHash != tracked.Unconfirmed.ItemHash {
		t.Fatalf("%v: want a PendingError with the message", err)
	}
	c.expectAlive(message.TypeProgram, first)

	var content message.Program
	done := c.mustAmend(tracked, "2")
	if err := message.Decode(done.Live, &content); err != nil {
		t.Fatal(err)
	}
	c.expectAlive(message.TypeProgram, done.Live.ItemHash)
	if name := content.Metadata["name"]; name != "2" {
		t.Errorf("%v is live", name)
	}
}

// While an earlier amend may still be processed, nothing is amended: there would be two.
func TestAmend_anotherPending(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	tracked := c.tracked(first)
	tracked.Unconfirmed = c.pending(amendOf(first, "1"))
	done, err := c.Amend(within(t, 300*time.Millisecond), program("2"), tracked, false, object.Options{})
	if err == nil || !strings.Contains(err.Error(), tracked.Unconfirmed.ItemHash) {
		t.Errorf("%+v, %v: want an error that names %s", done, err, tracked.Unconfirmed.ItemHash)
	}
	c.expectAlive(message.TypeProgram, first)
}

// An amend that never arrived is sent again, as it was signed, before anything else is: else it could arrive later.
// One that counts as lost is not.
func TestAmend_anotherNeverArrived(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		age   time.Duration
		next  string
		wants int
	}{
		"the same change": {0, "1", 1},
		"another change":  {0, "2", 2},
		"lost":            {time.Hour, "1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			first := c.must(program("0"))
			tracked := c.tracked(first)
			tracked.Unconfirmed = c.signed(amendOf(first, "1"), time.Now().Add(-tc.age))
			sent := c.watch(message.TypeProgram)
			done := c.mustAmend(tracked, tc.next)
			hashes, requests := sent.each()
			if len(hashes) != tc.wants || requests != tc.wants {
				t.Errorf("%v were sent in %d requests, want %d", hashes, requests, tc.wants)
			}
			if resent := slices.Contains(hashes, tracked.Unconfirmed.ItemHash); resent == (name == "lost") {
				t.Errorf("sent again: %t", resent)
			}
			c.expectAlive(message.TypeProgram, done.Live.ItemHash)
		})
	}
}

// What is live already is not published again.
func TestAmend_sameContent(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	live := c.mustAmend(c.tracked(first), "1").Live.ItemHash
	if done := c.other(0).mustAmend(c.tracked(first), "1"); done.Live.ItemHash != live {
		t.Errorf("%s was published, and %s said the same", done.Live.ItemHash, live)
	}
	c.expectAlive(message.TypeProgram, live)
}

func TestAmend_noneAlive(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	c.mustForget(first)
	_, err := c.Amend(t.Context(), program("1"), c.tracked(first), false, object.Options{})
	var gone *object.GoneError
	if !errors.As(err, &gone) || gone.ItemHash != first {
		t.Errorf("%v: want a GoneError", err)
	}
	c.expectAlive(message.TypeProgram)
}

// An older version that could not be forgotten stays known, and is forgotten another time.
func TestAmend_forgetFails(t *testing.T) {
	c := start(t, core.Config{})
	first := c.must(program("0"))
	c.local.Inject(core.Fault{Type: message.TypeForget, Do: core.Reject(message.CodeInternal)})
	done := c.mustAmend(c.tracked(first), "1")
	if _, refused := object.AsRejected(done.ForgetErr); !refused || !slices.Equal(done.Left, []string{first}) {
		t.Errorf("left %v (%v), want %s, and the refusal", done.Left, done.ForgetErr, first)
	}
	c.expectAlive(message.TypeProgram, first, done.Live.ItemHash)
	if err := c.Forget(t.Context(), c.tracked(done.Live.ItemHash), done.Left); err != nil {
		t.Fatal(err)
	}
	c.expectAlive(message.TypeProgram, done.Live.ItemHash)
}

// A network that forgets an amend with its original, and then does not take the program again, leaves none: that is
// what the error says.
func TestAmend_lost(t *testing.T) {
	c := start(t, core.Config{StoresReplaces: true})
	first := c.must(program("0"))
	c.local.Inject(core.Fault{Type: message.TypeProgram, Skip: 1, Do: core.Reject(message.CodeCreditInsufficient)})
	done, err := c.Amend(t.Context(), program("1"), c.tracked(first), false, object.Options{})
	var gap *object.GapError
	if _, refused := object.AsRejected(err, message.CodeCreditInsufficient); !errors.As(err, &gap) || !refused || done != nil {
		t.Errorf("%+v, %v: want a GapError with the refusal", done, err)
	}
	c.expectAlive(message.TypeProgram)
}

// Two applies at the same time either agree on the newest version, or leave a second one that each finds afterwards.
// The next apply leaves one.
func TestAmend_concurrent(t *testing.T) {
	c := start(t, core.Config{RetryWindow: 200 * time.Millisecond})
	live := c.must(program("0"))
	for range 5 {
		tools := []*tool{c, c.other(0), c.other(0)}
		amended := make([]*object.Amendment, len(tools))
		errs := make([]error, len(tools))
		var group errgroup.Group
		for i, tool := range tools {
			group.Go(func() error {
				amended[i], errs[i] = tool.Amend(t.Context(), program("concurrent"), tool.tracked(live), false, object.Options{})
				return nil
			})
		}
		_ = group.Wait()

		alive := c.alive(message.TypeProgram)
		var newest string
		for i, done := range amended {
			if errs[i] != nil {
				t.Logf("one apply failed: %v", errs[i])
				continue
			}
			// What the state remembers: its own version, and the one that it replaced.
			tracked := c.tracked(done.Live.ItemHash, append(done.Left, live)...)
			found := c.other(0).mustFind(tracked)
			if !sameHashes(found.Versions.Hashes(), alive) {
				t.Errorf("alive are %v, and one apply finds only %v", alive, found.Versions.Hashes())
			}
			newest = found.Versions.Live().ItemHash
		}
		if newest == "" {
			t.Fatalf("no apply succeeded: %v", errs)
		}
		live = c.mustAmend(c.tracked(newest, live), "healed").Live.ItemHash
		c.expectAlive(message.TypeProgram, live)
	}
}

// A volume keeps its first STORE through all amends, and nothing else of the past.
func TestAmend_file(t *testing.T) {
	c := start(t, core.Config{})
	first := c.mustStore("0", "")
	live := first
	for _, text := range []string{"1", "2"} {
		done := c.mustAmendStore(text, "", first, live, false)
		if done.Live.ItemHash == live || len(done.Left) > 0 || done.ForgetErr != nil {
			t.Errorf("amend %s of %s: %+v", text, live, done)
		}
		live = done.Live.ItemHash
		c.expectAlive(message.TypeStore, first, live)
		c.expectNewest(first, text)
	}
	done := c.mustAmendStore("3", "", first, live, true)
	if !slices.Equal(done.Left, []string{live}) {
		t.Errorf("left %v, want %s", done.Left, live)
	}
	c.expectAlive(message.TypeStore, first, live, done.Live.ItemHash)
}

// A volume with a name of its own is amended by publishing under that name again.
func TestAmend_fileWithName(t *testing.T) {
	c := start(t, core.Config{})
	first := c.mustStore("0", "models")
	done := c.mustAmendStore("1", "models", first, first, false)
	var content message.Store
	if err := message.Decode(done.Live, &content); err != nil {
		t.Fatal(err)
	}
	if content.Ref != "models" {
		t.Errorf("it refers to %q, want the name", content.Ref)
	}
	done = c.mustAmendStore("2", "models", first, done.Live.ItemHash, false)
	c.expectAlive(message.TypeStore, first, done.Live.ItemHash)
}

// A version from a clock that is ahead does not stay the newest.
func TestAmend_fileOfTheFuture(t *testing.T) {
	c := start(t, core.Config{})
	first := c.mustStore("0", "")
	s, file := store("1", first)
	ahead, err := c.Publish(t.Context(), s, object.Options{File: file, After: message.TimeOf(time.Now().Add(time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	done := c.mustAmendStore("2", "", first, ahead.ItemHash, false)
	c.expectAlive(message.TypeStore, first, done.Live.ItemHash)
	c.expectNewest(first, "2")
}

func (c *tool) mustAmendStore(text, name, first, live string, keep bool) *object.Amendment {
	c.t.Helper()
	s, file := store(text, name)
	tracked := object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: live, First: first, Others: []string{name}}
	done, err := c.Amend(c.t.Context(), s, tracked, keep, object.Options{File: file})
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

// expectNewest checks which file a mount of the first STORE gets.
func (c *tool) expectNewest(first, text string) {
	c.t.Helper()
	want, _ := store(text, "")
	got, err := c.Node.FileByRef(c.t.Context(), first)
	if err != nil || got.FileHash != want.ItemHash {
		c.t.Errorf("the newest file is %s (%v), want %s", got.FileHash, err, want.ItemHash)
	}
}
