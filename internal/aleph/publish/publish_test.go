// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/publish"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
)

// Whatever happens to requests and answers on the way, a message is signed once, and processed once.
func TestPublishedOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]localnode.Fault{
		"nothing goes wrong":             {Method: http.MethodDelete},
		"the answer is lost":             {Method: http.MethodPost, Do: localnode.LoseReply()},
		"the answer is lost twice":       {Method: http.MethodPost, Do: localnode.LoseReply(), Times: 2},
		"the answer is cut off":          {Method: http.MethodPost, Do: localnode.CutReply()},
		"reset before it is read":        {Method: http.MethodPost, Do: localnode.Refuse()},
		"500":                            {Method: http.MethodPost, Do: localnode.Status(http.StatusInternalServerError)},
		"502 twice":                      {Method: http.MethodPost, Do: localnode.Status(http.StatusBadGateway), Times: 2},
		"503":                            {Method: http.MethodPost, Do: localnode.Status(http.StatusServiceUnavailable)},
		"429 that says when":             {Method: http.MethodPost, Do: localnode.RateLimit(time.Second)},
		"429":                            {Method: http.MethodPost, Do: localnode.RateLimit(-1)},
		"unknown for a while":            {Do: localnode.NotFoundFor(60 * time.Millisecond)},
		"a lost look at it":              {Method: http.MethodGet, Path: "/api/v0/messages/", Do: localnode.LoseReply()},
		"503 to a look at it":            {Method: http.MethodGet, Path: "/api/v0/messages/", Do: localnode.Status(http.StatusServiceUnavailable)},
		"the node says pending at first": {Method: http.MethodPost, Do: localnode.Answer(http.StatusAccepted, map[string]any{"message_status": "pending"}), Times: -1, Skip: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, localnode.Config{})
			sent := c.watch(message.TypeProgram)
			c.local.Inject(fault)
			var sending []string
			m, err := c.Publish(t.Context(), program(name), publish.Options{Sending: func(m *message.Message) { sending = append(sending, m.ItemHash) }})
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
	for name, fault := range map[string]localnode.Fault{
		"pending for ever":                 {Do: localnode.StayPending()},
		"accepted, and never heard of":     {Do: localnode.DropMessage()},
		"resets without end":               {Method: http.MethodPost, Do: localnode.Refuse(), Times: -1},
		"500 without end":                  {Method: http.MethodPost, Do: localnode.Status(http.StatusInternalServerError), Times: -1},
		"processed, and it is not shown":   {Method: http.MethodGet, Path: "/api/v0/messages/", Do: localnode.Status(http.StatusBadGateway), Times: -1},
		"an answer that says nothing":      {Method: http.MethodPost, Do: localnode.Answer(http.StatusOK, map[string]any{}), Times: -1},
		"accepted, and the reply too late": {Method: http.MethodPost, Do: localnode.Delay(time.Minute), Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, localnode.Config{})
			c.local.Inject(fault)
			m, err := c.Publish(within(t, 700*time.Millisecond), program(name), publish.Options{})
			var pending *publish.PendingError
			if !errors.As(err, &pending) || m == nil || pending.Message.ItemHash != m.ItemHash {
				t.Errorf("%v: want a PendingError with the message", err)
			}
			if _, refused := publish.AsRejected(err); refused {
				t.Errorf("%v: nobody refused it", err)
			}
		})
	}
}

// A reply that was altered on the way is not believed; the message itself was published.
func TestUntrueReply(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]localnode.Action{
		"content":    localnode.AlterContent(),
		"signature":  localnode.AlterSignature(),
		"no message": localnode.Alter("item_content", func(string) string { return "" }),
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, localnode.Config{})
			c.local.Inject(localnode.Fault{Method: http.MethodGet, Path: "/api/v0/messages", Times: -1, Do: fault})
			m, err := c.Publish(t.Context(), program(name), publish.Options{})
			var pending *publish.PendingError
			var untrue *publish.UntrueError
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
func TestReplyWithoutMessage(t *testing.T) {
	c := start(t, localnode.Config{})
	hash := c.must(program("shown"))
	answer := map[string]any{"status": "processed", "item_hash": hash}
	c.local.Inject(localnode.Fault{Path: "/api/v0/messages/" + hash, Times: -1, Do: localnode.Answer(http.StatusOK, answer)})
	var untrue *publish.UntrueError
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
		fault localnode.Fault
		code  message.ErrorCode
		text  string
	}{
		"at once":      {localnode.Fault{Do: localnode.Reject(message.CodePermissionDenied, "not yours")}, message.CodePermissionDenied, "not yours"},
		"late":         {localnode.Fault{Do: localnode.Reject(message.CodeVMVolumeNotFound, "abc")}, message.CodeVMVolumeNotFound, "abc"},
		"for money":    {localnode.Fault{Do: localnode.Reject(message.CodeCreditInsufficient, map[string]any{"required_credits": "17"})}, message.CodeCreditInsufficient, "17"},
		"for its form": {localnode.Fault{Method: http.MethodPost, Do: localnode.Answer(http.StatusUnprocessableEntity, "InvalidMessageFormat")}, message.CodeInvalidFormat, "InvalidMessageFormat"},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, localnode.Config{RetryWindow: 100 * time.Millisecond})
			c.local.Inject(test.fault)
			_, err := c.Publish(t.Context(), program(name), publish.Options{})
			rejected, ok := publish.AsRejected(err, test.code)
			if !ok || !strings.Contains(rejected.Error(), test.text) {
				t.Errorf("%v: want a refusal with code %d and %q", err, test.code, test.text)
			}
			var pending *publish.PendingError
			if errors.As(err, &pending) {
				t.Errorf("%v: a refusal is an outcome", err)
			}
			c.expectAlive(message.TypeProgram)
		})
	}
	t.Run("by heph, for money", func(t *testing.T) {
		c := start(t, localnode.Config{Heph: true})
		c.local.SetFunds(c.owner, 0, 0)
		_, err := c.Publish(t.Context(), program("x"), publish.Options{})
		if _, refused := publish.AsRejected(err, message.CodeCreditInsufficient); !refused {
			t.Errorf("%v: want a refusal for want of credits", err)
		}
	})
}

// What cannot have reached the node is neither pending nor refused.
func TestNotSent(t *testing.T) {
	t.Parallel()
	t.Run("nobody listens", func(t *testing.T) {
		c := start(t, localnode.Config{})
		api, err := node.New(node.Config{URL: "http://127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		c.Node = api
		c.expectNotSent(c.Publish(t.Context(), program("x"), publish.Options{}))
	})
	t.Run("429 without end", func(t *testing.T) {
		c := start(t, localnode.Config{})
		c.local.Inject(localnode.Fault{Method: http.MethodPost, Do: localnode.RateLimit(-1), Times: -1})
		c.expectNotSent(c.Publish(within(t, time.Second), program("x"), publish.Options{}))
	})
	t.Run("no key", func(t *testing.T) {
		c := start(t, localnode.Config{})
		c.Account = nil
		m, err := c.Publish(t.Context(), program("x"), publish.Options{})
		c.expectNotSent(m, err)
		var none *publish.NoAccountError
		if !errors.As(err, &none) || none.Remedy() != "Give a key." {
			t.Errorf("%v: want a NoAccountError that helps", err)
		}
	})
	t.Run("invalid content", func(t *testing.T) {
		c := start(t, localnode.Config{})
		p := program("x")
		p.Code.Encoding = "tar"
		m, err := c.Publish(t.Context(), p, publish.Options{})
		c.expectNotSent(m, err)
		var invalid *message.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%v: want an InvalidError", err)
		}
	})
	t.Run("interrupted before", func(t *testing.T) {
		c := start(t, localnode.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c.expectNotSent(c.Publish(ctx, program("x"), publish.Options{Needs: []string{runtime}}))
	})
}

func (c *tool) expectNotSent(_ *message.Message, err error) {
	c.t.Helper()
	var pending *publish.PendingError
	if _, refused := publish.AsRejected(err); err == nil || refused || errors.As(err, &pending) {
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
		c := start(t, localnode.Config{Record: func(message.Message) { cancel() }})
		c.local.Inject(localnode.Fault{Method: http.MethodPost, Do: localnode.LoseReply()})
		m, err := c.Publish(ctx, program("x"), publish.Options{})
		if err != nil {
			t.Fatalf("%v: want success, because the node has processed it", err)
		}
		c.expectAlive(message.TypeProgram, m.ItemHash)
	})
	t.Run("rejected meanwhile", func(t *testing.T) {
		c := start(t, localnode.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c.local.Inject(localnode.Fault{Do: localnode.Reject(message.CodePermissionDenied)})
		c.local.Inject(localnode.Fault{
			Method: http.MethodGet, Path: "/api/v0/messages/", Do: localnode.Status(http.StatusServiceUnavailable),
			Match: func(*http.Request, *message.Message) bool { cancel(); return true },
		})
		_, err := c.Publish(ctx, program("x"), publish.Options{})
		if _, refused := publish.AsRejected(err, message.CodePermissionDenied); !refused {
			t.Errorf("%v: want the refusal", err)
		}
	})
	t.Run("still pending", func(t *testing.T) {
		c := start(t, localnode.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c.local.Inject(localnode.Fault{Do: localnode.StayPending()})
		c.local.Inject(localnode.Fault{
			Method: http.MethodGet, Path: "/api/v0/messages/", Do: localnode.Delay(0),
			Match: func(*http.Request, *message.Message) bool { cancel(); return true },
		})
		m, err := c.Publish(ctx, program("x"), publish.Options{})
		var pending *publish.PendingError
		if !errors.As(err, &pending) || pending.Message.ItemHash != m.ItemHash || !errors.Is(err, context.Canceled) {
			t.Errorf("%v: want a PendingError with the message, because it was interrupted", err)
		}
	})
}

// What a content names is processed before the content is sent.
func TestNeeds(t *testing.T) {
	t.Parallel()
	t.Run("processed a moment later", func(t *testing.T) {
		c := start(t, localnode.Config{ProcessDelay: 300 * time.Millisecond, SyncWait: -1})
		s, file := store("late", "")
		ready := make(chan string, 1)
		done := make(chan error, 1)
		go func() {
			_, err := c.Publish(t.Context(), s, publish.Options{File: file, Sending: func(m *message.Message) { ready <- m.ItemHash }})
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
		if _, err := c.Publish(t.Context(), p, publish.Options{Needs: p.Refs()}); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("never", func(t *testing.T) {
		c := start(t, localnode.Config{})
		gone := c.mustStore("gone", "")
		c.mustForget(gone)
		for hash, status := range map[string]message.Status{gone: message.StatusForgotten, strings.Repeat("ab", 32): ""} {
			_, err := c.Publish(t.Context(), program("x"), publish.Options{Needs: []string{hash}})
			var dependency *publish.DependencyError
			if !errors.As(err, &dependency) || dependency.ItemHash != hash || dependency.Status != status {
				t.Errorf("%v: want a DependencyError about %s, which is %q", err, hash, status)
			}
		}
		c.expectAlive(message.TypeProgram)
	})
}

// A message carries a time strictly later than what it amends, whatever this machine's clock says.
func TestTimeIsLater(t *testing.T) {
	c := start(t, localnode.Config{})
	ahead := message.TimeOf(time.Now().Add(time.Hour))
	m, err := c.Publish(t.Context(), program("x"), publish.Options{After: ahead})
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
