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
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// expectForgotten checks what the FORGETs named that were processed, one list for each.
func (c *tool) expectForgotten(want ...[]string) {
	c.t.Helper()
	var got [][]string
	for _, m := range c.local.Messages(message.TypeForget) {
		var content message.Forget
		if err := message.Decode(&m, &content); err != nil {
			c.t.Fatal(err)
		}
		got = append(got, content.Hashes)
	}
	if !slices.EqualFunc(got, want, sameHashes) {
		c.t.Errorf("FORGETs of %v, want %v", got, want)
	}
}

func TestDestroy(t *testing.T) {
	t.Parallel()
	t.Run("every version, in one FORGET", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		second := c.must(amendOf(first, "1"))
		theirs := c.other(0).must(amendOf(second, "another tool's"))
		c.mustDestroy(c.tracked(second))
		c.expectForgotten([]string{first, second, theirs})
		c.expectAlive(message.TypeProgram)
		c.mustDestroy(c.tracked(second))
		c.expectForgotten([]string{first, second, theirs})
	})
	t.Run("what is dead is not named", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		second := c.must(amendOf(first, "1"))
		c.mustForget(first)
		c.mustDestroy(c.tracked(second, first))
		c.expectForgotten([]string{first}, []string{second})
	})
	t.Run("removed for lack of funds", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		if err := errors.Join(c.local.SetRemoving(first, core.CreditInsufficient), c.local.SetRemoved(first)); err != nil {
			t.Fatal(err)
		}
		c.mustDestroy(c.tracked(first))
		c.expectForgotten()
	})
	t.Run("pending, processed later", func(t *testing.T) {
		c := start(t, core.Config{ProcessDelay: 300 * time.Millisecond, SyncWait: -1})
		m, err := c.Publish(within(t, 100*time.Millisecond), program("0"), object.Options{})
		var pending *object.PendingError
		if !errors.As(err, &pending) {
			t.Fatalf("%v: want a PendingError", err)
		}
		tracked := c.tracked(m.ItemHash)
		tracked.Unconfirmed = m
		c.mustDestroy(tracked)
		c.expectForgotten([]string{m.ItemHash})
		c.expectAlive(message.TypeProgram)
	})
	t.Run("with an amend whose outcome is unknown", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		amend, err := c.Publish(t.Context(), program("an amend that names nothing"), object.Options{})
		if err != nil {
			t.Fatal(err)
		}
		tracked := c.tracked(first)
		tracked.Unconfirmed = amend
		c.mustDestroy(tracked)
		c.expectForgotten([]string{first, amend.ItemHash})
	})
	t.Run("with an amend that has not arrived", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		tracked := c.tracked(first)
		tracked.Unconfirmed = c.signed(amendOf(first, "1"), time.Now())
		c.mustDestroy(tracked)
		c.expectForgotten([]string{first, tracked.Unconfirmed.ItemHash})
		c.expectAlive(message.TypeProgram)
	})
	t.Run("with an amend that counts as lost", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		tracked := c.tracked(first)
		tracked.Unconfirmed = c.signed(amendOf(first, "1"), time.Now().Add(-time.Hour))
		c.mustDestroy(tracked)
		c.expectForgotten([]string{first})
	})
	t.Run("unknown to the node", func(t *testing.T) {
		c := start(t, core.Config{})
		if err := c.Destroy(t.Context(), c.tracked(strings.Repeat("ab", 32))); err == nil {
			t.Error("what a node does not know cannot be taken for destroyed")
		}
	})
	t.Run("the answer to the FORGET is lost", func(t *testing.T) {
		c := start(t, core.Config{})
		first := c.must(program("0"))
		c.local.Inject(core.Fault{Method: http.MethodPost, Type: message.TypeForget, Do: core.LoseReply()})
		c.mustDestroy(c.tracked(first))
		c.expectForgotten([]string{first})
	})
	t.Run("somebody else forgets one of them first", func(t *testing.T) {
		c := start(t, core.Config{RetryWindow: 100 * time.Millisecond})
		first := c.must(program("0"))
		second := c.must(amendOf(first, "1"))
		other := c.other(0)
		held, forgotten := make(chan struct{}), make(chan error, 1)
		c.local.Inject(core.Fault{
			Method: http.MethodPost, Type: message.TypeForget, Do: core.Delay(300 * time.Millisecond),
			Match: func(*http.Request, *message.Message) bool { close(held); return true },
		})
		go func() {
			<-held
			_, err := other.Publish(t.Context(), message.NewForget("test", first), object.Options{})
			forgotten <- err
		}()
		c.mustDestroy(c.tracked(second))
		if err := <-forgotten; err != nil {
			t.Fatal(err)
		}
		c.expectForgotten([]string{first}, []string{second})
	})
}

func (c *tool) mustDestroy(tracked object.Tracked) {
	c.t.Helper()
	if err := c.Destroy(c.t.Context(), tracked); err != nil {
		c.t.Fatal(err)
	}
}

// A file that is in use is not forgotten; the error says who uses it, and whose that is.
func TestForget_blocked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		user    int
		removed bool
		text    string
	}{
		"by a program of the owner's": {0, false, ""},
		"by a stranger's":             {1, false, ""},
		"by one that was removed":     {0, true, "blocks its files for good"},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			file := c.mustStore("used", "")
			user := c.other(test.user)
			p := program("user")
			p.Code.Ref = file
			using := user.must(p)
			if test.removed {
				if err := errors.Join(c.local.SetRemoving(using, core.CreditInsufficient), c.local.SetRemoved(using)); err != nil {
					t.Fatal(err)
				}
			}
			err := c.Destroy(t.Context(), object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: file})
			var blocked *object.BlockedError
			if !errors.As(err, &blocked) || blocked.User != using || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("%v: want a BlockedError that names %s, and says %q", err, using, test.text)
			}
			if !test.removed && (blocked.Owner != user.owner || !strings.Contains(err.Error(), user.owner)) {
				t.Errorf("%v: want it to name the owner %s", err, user.owner)
			}
			if _, refused := object.AsRejected(err, message.CodeForgetNotAllowed); !refused {
				t.Errorf("%v: want the refusal within", err)
			}
			c.expectAlive(message.TypeStore, file)
		})
	}
}
