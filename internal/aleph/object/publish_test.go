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

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// Whatever happens to requests and answers on the way, a message is signed once, and processed once.
func TestPublishedOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]core.Fault{
		"nothing goes wrong":             {Method: http.MethodDelete},
		"the answer is lost":             {Method: http.MethodPost, Do: core.LoseReply()},
		"the answer is lost twice":       {Method: http.MethodPost, Do: core.LoseReply(), Times: 2},
		"the answer is cut off":          {Method: http.MethodPost, Do: core.CutReply()},
		"reset before it is read":        {Method: http.MethodPost, Do: core.Refuse()},
		"500":                            {Method: http.MethodPost, Do: core.Status(http.StatusInternalServerError)},
		"502 twice":                      {Method: http.MethodPost, Do: core.Status(http.StatusBadGateway), Times: 2},
		"503":                            {Method: http.MethodPost, Do: core.Status(http.StatusServiceUnavailable)},
		"429 that says when":             {Method: http.MethodPost, Do: core.RateLimit(time.Second)},
		"429":                            {Method: http.MethodPost, Do: core.RateLimit(-1)},
		"unknown for a while":            {Do: core.NotFoundFor(60 * time.Millisecond)},
		"a lost look at it":              {Method: http.MethodGet, Path: "/api/v0/messages/", Do: core.LoseReply()},
		"503 to a look at it":            {Method: http.MethodGet, Path: "/api/v0/messages/", Do: core.Status(http.StatusServiceUnavailable)},
		"the node says pending at first": {Method: http.MethodPost, Do: core.Answer(http.StatusAccepted, map[string]any{"message_status": "pending"}), Times: -1, Skip: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			sent := c.watch(message.TypeProgram)
			c.local.Inject(fault)
			var sending []string
			m, err := c.Publish(t.Context(), program(name), object.Options{Sending: func(m *message.Message) { sending = append(sending, m.ItemHash) }})
			if err != nil {
				t.Fatal(err)
			}
			c.expectAlive(message.TypeProgram, m.ItemHash)
			hashes, requests := sent.each()
			if !slices.Equal(hashes, []string{m.ItemHash}) || !slices.Equal(sending, hashes) {
				t.Errorf("sent %v in %d requests, announced %v, want only %s", hashes, requests, sending, m.ItemHash)
			}
		})
	}
}

// An outcome that is unknown keeps the hash, and is never taken for a refusal.
func TestOutcomeUnknown(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]core.Fault{
		"pending for ever":                 {Do: core.StayPending()},
		"accepted, and never heard of":     {Do: core.DropMessage()},
		"resets without end":               {Method: http.MethodPost, Do: core.Refuse(), Times: -1},
		"500 without end":                  {Method: http.MethodPost, Do: core.Status(http.StatusInternalServerError), Times: -1},
		"processed, and it is not shown":   {Method: http.MethodGet, Path: "/api/v0/messages", Do: core.Status(http.StatusBadGateway), Times: -1},
		"an answer that says nothing":      {Method: http.MethodPost, Do: core.Answer(http.StatusOK, map[string]any{}), Times: -1},
		"accepted, and the reply too late": {Method: http.MethodPost, Do: core.Delay(time.Minute), Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			c.local.Inject(fault)
			m, err := c.Publish(within(t, 700*time.Millisecond), program(name), object.Options{})
			var pending *object.PendingError
			if !errors.As(err, &pending) || m == nil || pending.Message.ItemHash != m.ItemHash {
				t.Errorf("%v: want a PendingError with the message", err)
			}
			if _, refused := object.AsRejected(err); refused {
				t.Errorf("%v: nobody refused it", err)
			}
		})
	}
}

// A reply that was altered on the way is not believed; the message itself was published.
func TestUntrueReply(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]core.Action{
		"content":    core.AlterContent(),
		"signature":  core.AlterSignature(),
		"no message": core.Alter("item_content", func(string) string { return "" }),
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{})
			c.local.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages", Times: -1, Do: fault})
			m, err := c.Publish(t.Context(), program(name), object.Options{})
			var pending *object.PendingError
			var untrue *object.UntrueError
			if !errors.As(err, &pending) || !errors.As(err, &untrue) {
				t.Errorf("publish: %v, want a PendingError that holds an UntrueError", err)
			}
			c.expectAlive(message.TypeProgram, m.ItemHash)
			if _, err := c.Find(t.Context(), c.tracked(m.ItemHash)); !errors.As(err, &untrue) {
				t.Errorf("find: %v, want an UntrueError", err)
			}
		})
	}
}

// A node that says that a message is processed, and does not show it, is not believed either.
func TestReply_withoutMessage(t *testing.T) {
	c := start(t, core.Config{})
	hash := c.must(program("shown"))
	answer := map[string]any{"status": "processed", "item_hash": hash}
	c.local.Inject(core.Fault{Path: "/api/v0/messages/" + hash, Times: -1, Do: core.Answer(http.StatusOK, answer)})
	var untrue *object.UntrueError
	tracked := c.tracked(hash)
	tracked.Owner = ""
	if found, err := c.Find(t.Context(), tracked); !errors.As(err, &untrue) {
		t.Errorf("%+v, %v: want an UntrueError", found, err)
	}
}

// A definite refusal says so, with the network's reason, whenever and however the node tells it.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault core.Fault
		code  message.ErrorCode
		text  string
	}{
		"at once":      {core.Fault{Do: core.Reject(message.CodePermissionDenied, "not yours")}, message.CodePermissionDenied, "not yours"},
		"late":         {core.Fault{Do: core.Reject(message.CodeVMVolumeNotFound, "abc")}, message.CodeVMVolumeNotFound, "abc"},
		"for money":    {core.Fault{Do: core.Reject(message.CodeCreditInsufficient, map[string]any{"required_credits": "17"})}, message.CodeCreditInsufficient, "17"},
		"for its form": {core.Fault{Method: http.MethodPost, Do: core.Answer(http.StatusUnprocessableEntity, "InvalidMessageFormat")}, message.CodeInvalidFormat, "InvalidMessageFormat"},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{RetryWindow: 100 * time.Millisecond})
			c.local.Inject(test.fault)
			_, err := c.Publish(t.Context(), program(name), object.Options{})
			rejected, ok := object.AsRejected(err, test.code)
			if !ok || !strings.Contains(rejected.Error(), test.text) {
				t.Errorf("%v: want a refusal with code %d and %q", err, test.code, test.text)
			}
			var pending *object.PendingError
			if errors.As(err, &pending) {
				t.Errorf("%v: a refusal is an outcome", err)
			}
			c.expectAlive(message.TypeProgram)
		})
	}
	t.Run("by heph, for money", func(t *testing.T) {
		c := start(t, core.Config{Heph: true})
		c.local.SetFunds(c.owner, 0, 0)
		_, err := c.Publish(t.Context(), program("x"), object.Options{})
		if _, refused := object.AsRejected(err, message.CodeCreditInsufficient); !refused {
			t.Errorf("%v: want a refusal for want of credits", err)
		}
	})
}

// What cannot have reached the node is neither pending nor refused.
func TestNotSent(t *testing.T) {
	t.Parallel()
	t.Run("nobody listens", func(t *testing.T) {
		c := start(t, core.Config{})
		api, err := node.New(node.Config{URL: "http://127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		c.Node = api
		c.expectNotSent(c.Publish(t.Context(), program("x"), object.Options{}))
	})
	t.Run("429 without end", func(t *testing.T) {
		c := start(t, core.Config{})
		c.local.Inject(core.Fault{Method: http.MethodPost, Do: core.RateLimit(-1), Times: -1})
		c.expectNotSent(c.Publish(within(t, time.Second), program("x"), object.Options{}))
	})
	t.Run("no key", func(t *testing.T) {
		c := start(t, core.Config{})
		c.Account = nil
		m, err := c.Publish(t.Context(), program("x"), object.Options{})
		c.expectNotSent(m, err)
		var none *object.NoAccountError
		if !errors.As(err, &none) || none.Remedy() != "Give a key." {
			t.Errorf("%v: want a NoAccountError that helps", err)
		}
	})
	t.Run("invalid content", func(t *testing.T) {
		c := start(t, core.Config{})
		p := program("x")
		p.Code.Encoding = "tar"
		m, err := c.Publish(t.Context(), p, object.Options{})
		c.expectNotSent(m, err)
		var invalid *model.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%v: want an InvalidError", err)
		}
	})
	t.Run("interrupted before", func(t *testing.T) {
		c := start(t, core.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c.expectNotSent(c.Publish(ctx, program("x"), object.Options{Needs: []string{runtime}}))
	})
}

func (c *tool) expectNotSent(_ *message.Message, err error) {
	c.t.Helper()
	var pending *object.PendingError
	if _, refused := object.AsRejected(err); err == nil || refused || errors.As(err, &pending) {
		c.t.Errorf("%v: want an error that says that nothing was sent", err)
	}
	c.expectAlive(message.TypeProgram)
}

// When Terraform is interrupted after a message was sent, one last look tells what became of it.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	t.Run("processed meanwhile", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c := start(t, core.Config{Record: func(message.Message) { cancel() }})
		c.local.Inject(core.Fault{Method: http.MethodPost, Do: core.LoseReply()})
		m, err := c.Publish(ctx, program("x"), object.Options{})
		if err != nil {
			t.Fatalf("%v: want success, because the node has processed it", err)
		}
		c.expectAlive(message.TypeProgram, m.ItemHash)
	})
	t.Run("rejected meanwhile", func(t *testing.T) {
		c := start(t, core.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c.local.Inject(core.Fault{Do: core.Reject(message.CodePermissionDenied)})
		c.local.Inject(core.Fault{
			Method: http.MethodGet, Path: "/api/v0/messages/", Do: core.Status(http.StatusServiceUnavailable),
			Match: func(*http.Request, *message.Message) bool { cancel(); return true },
		})
		_, err := c.Publish(ctx, program("x"), object.Options{})
		if _, refused := object.AsRejected(err, message.CodePermissionDenied); !refused {
			t.Errorf("%v: want the refusal", err)
		}
	})
	t.Run("still pending", func(t *testing.T) {
		c := start(t, core.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c.local.Inject(core.Fault{Do: core.StayPending()})
		c.local.Inject(core.Fault{
			Method: http.MethodGet, Path: "/api/v0/messages/", Do: core.Delay(0),
			Match: func(*http.Request, *message.Message) bool { cancel(); return true },
		})
		m, err := c.Publish(ctx, program("x"), object.Options{})
		var pending *object.PendingError
		if !errors.As(err, &pending) || pending.Message.ItemHash != m.ItemHash || !errors.Is(err, context.Canceled) {
			t.Errorf("%v: want a PendingError with the message, because it was interrupted", err)
		}
	})
}

// What a content names is processed before the content is sent.
func TestNeeds(t *testing.T) {
	t.Parallel()
	t.Run("processed a moment later", func(t *testing.T) {
		c := start(t, core.Config{ProcessDelay: 300 * time.Millisecond, SyncWait: -1})
		s, file := store("late", "")
		ready := make(chan string, 1)
		done := make(chan error, 1)
		go func() {
			_, err := c.Publish(t.Context(), s, object.Options{File: file, Sending: func(m *message.Message) { ready <- m.ItemHash }})
			done <- err
		}()
		dependency := <-ready
		for c.local.Status(dependency) == "" {
			if err := t.Context().Err(); err != nil {
				t.Fatal(err)
			}
		}
		p := program("needs it")
		p.Code.Ref = dependency
		if _, err := c.Publish(t.Context(), p, object.Options{Needs: p.Refs()}); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("never", func(t *testing.T) {
		c := start(t, core.Config{})
		gone := c.mustStore("gone", "")
		c.mustForget(gone)
		for hash, status := range map[string]message.Status{gone: message.StatusForgotten, strings.Repeat("ab", 32): ""} {
			_, err := c.Publish(t.Context(), program("x"), object.Options{Needs: []string{hash}})
			var dependency *object.DependencyError
			if !errors.As(err, &dependency) || dependency.ItemHash != hash || dependency.Status != status {
				t.Errorf("%v: want a DependencyError about %s, which is %q", err, hash, status)
			}
		}
		c.expectAlive(message.TypeProgram)
	})
}

// A message carries a time strictly later than what it amends, whatever this machine's clock says.
func TestTimeIsLater(t *testing.T) {
	c := start(t, core.Config{})
	ahead := message.TimeOf(time.Now().Add(time.Hour))
	m, err := c.Publish(t.Context(), program("x"), object.Options{After: ahead})
	if err != nil {
		t.Fatal(err)
	}
	var content message.Program
	if err := message.Decode(m, &content); err != nil {
		t.Fatal(err)
	}
	if m.Time <= ahead || content.Time != m.Time {
		t.Errorf("envelope %f, content %f: want both the same, and later than %f", m.Time, content.Time, ahead)
	}
}
