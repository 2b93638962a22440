// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

const post = "POST /api/v0/messages"

// What a real node answered to messages that were sent to it.
func TestPublish(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		exchanges []string // the publication, and what is asked after it
		status    message.Status
		code      message.ErrorCode
		detail    string
	}{
		{name: "STORE", exchanges: []string{"002"}, status: message.StatusProcessed},
		{name: "PROGRAM", exchanges: []string{"005"}, status: message.StatusProcessed},
		{name: "in use", exchanges: []string{"056", "057"}, status: message.StatusRejected, code: message.CodeForgetNotAllowed, detail: "used on vm"},
		{name: "balance", exchanges: []string{"083", "084"}, status: message.StatusRejected, code: message.CodeBalanceInsufficient, detail: "the owner must hold"},
		{name: "wrong hash", exchanges: []string{"097"}, status: message.StatusRejected, code: message.CodeInvalidFormat, detail: "stored nothing"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := replay(t, test.exchanges...)
			sent := recorded(t, test.exchanges[0])
			record, err := s.client().Publish(t.Context(), sent.message(t))
			if err != nil {
				t.Fatal(err)
			}
			if record.Status != test.status || record.ItemHash != sent.message(t).ItemHash {
				t.Errorf("got %+v", record)
			}
			checkRejection(t, record, test.status == message.StatusRejected, test.code, nil)
			if record.Rejection != nil && !strings.Contains(record.Rejection.Error(), test.detail) {
				t.Errorf("got %v", record.Rejection)
			}
			calls := s.made(post)
			if len(calls) != 1 {
				t.Fatalf("sent %d times", len(calls))
			}
			if want := `{"sync":true,"message":` + string(sent.Request.Body.Message) + `}`; !sameJSON(t, calls[0].body, want) {
				t.Errorf("sent %s, want %s", calls[0].body, want)
			}
		})
	}
}

func testMessage() *message.Message {
	return &message.Message{Sender: "0xA", Chain: "ETH", Type: message.TypePost, ItemType: message.ItemTypeInline, ItemHash: "ab", ItemContent: "{}", Signature: "0x1"}
}

const (
	known    = "GET /api/v0/messages/ab"
	pending  = `{"status":"pending","item_hash":"ab","messages":[{"item_hash":"ab"}]}`
	settled  = `{"status":"processed","item_hash":"ab","message":{"item_hash":"ab"}}`
	accepted = `{"publication_status":{"status":"success","failed":[]},"message_status":"processed"}`
)

// A message of which it is not known whether it arrived is looked for, and sent again only when the node lacks it.
func TestPublish_looksBeforeItSendsAgain(t *testing.T) {
	t.Parallel()
	unknown := answer(404, "404: Not Found")
	cases := map[string]struct {
		posts, gets []http.HandlerFunc
		sent        int
		status      message.Status
	}{
		"the answer was lost":         {posts: []http.HandlerFunc{reset}, gets: []http.HandlerFunc{answer(200, settled)}, sent: 1, status: message.StatusProcessed},
		"the answer was cut off":      {posts: []http.HandlerFunc{cut(`{"publication`)}, gets: []http.HandlerFunc{answer(200, settled)}, sent: 1, status: message.StatusProcessed},
		"it is known only after that": {posts: []http.HandlerFunc{reset}, gets: []http.HandlerFunc{unknown, unknown, answer(200, pending)}, sent: 1, status: message.StatusPending},
		"an error after accepting":    {posts: []http.HandlerFunc{answer(500, "oops")}, gets: []http.HandlerFunc{answer(200, pending)}, sent: 1, status: message.StatusPending},
		"a gateway's page":            {posts: []http.HandlerFunc{answer(200, "<html>")}, gets: []http.HandlerFunc{answer(200, settled)}, sent: 1, status: message.StatusProcessed},
		"it never arrived":            {posts: []http.HandlerFunc{reset, answer(200, accepted)}, sent: 2, status: message.StatusProcessed},
		"twice":                       {posts: []http.HandlerFunc{answer(502, ""), answer(504, ""), answer(200, accepted)}, sent: 3, status: message.StatusProcessed},
		"the look fails at first":     {posts: []http.HandlerFunc{reset}, gets: []http.HandlerFunc{answer(503, ""), reset, answer(200, settled)}, sent: 1, status: message.StatusProcessed},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(post, test.posts...).on(known, test.gets...)
			record, err := s.client().Publish(t.Context(), testMessage())
			if err != nil || record.Status != test.status {
				t.Errorf("got %+v, %v", record, err)
			}
			calls := s.made(post)
			if len(calls) != test.sent {
				t.Errorf("sent %d times, want %d", len(calls), test.sent)
			}
			for _, c := range calls {
				if c.body != calls[0].body {
					t.Errorf("sent %q first, then %q", calls[0].body, c.body)
				}
			}
		})
	}
}

// A node that is too busy has taken nothing: no look is needed.
func TestPublish_afterTooManyRequests(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(post, answer(429, ""), answer(429, ""), answer(200, accepted))
	record, err := s.client().Publish(t.Context(), testMessage())
	if err != nil || record.Status != message.StatusProcessed || s.count(post) != 3 || s.count(known) != 0 {
		t.Errorf("got %+v, %v, after %d posts and %d looks", record, err, s.count(post), s.count(known))
	}
}

func TestPublish_outcomeUnknown(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		post, get http.HandlerFunc
		sent      int
	}{
		"never an answer":         {post: reset, get: answer(404, ""), sent: 1 + retries},
		"always an error":         {post: answer(500, ""), get: answer(404, ""), sent: 1 + retries},
		"a page, and it lacks it": {post: answer(200, "<html>"), get: answer(404, ""), sent: 1},
		"it cannot be asked":      {post: reset, get: reset, sent: 1},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(post, test.post).on(known, test.get)
			record, err := s.client().Publish(t.Context(), testMessage())
			if err == nil || node.NotSent(err) {
				t.Errorf("got %+v, %v", record, err)
			}
			if s.count(post) != test.sent {
				t.Errorf("sent %d times, want %d", s.count(post), test.sent)
			}
		})
	}
}

func TestPublish_notSent(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	cases := map[string]struct {
		ctx    context.Context
		client *node.Client
		wraps  error
	}{
		"nobody listens":    {client: connect(t, closed.URL)},
		"too large":         {client: newScripted(t).on(post, answer(413, "Maximum request body size 1048576 exceeded.")).client()},
		"too busy":          {client: newScripted(t).on(post, answer(429, "")).client()},
		"moved":             {client: newScripted(t).on(post, answer(308, "", "Location", "https://elsewhere.example/")).client()},
		"no such endpoint":  {client: newScripted(t).client(), wraps: node.ErrNotFound},
		"ended before that": {client: newScripted(t).client(), ctx: ended, wraps: context.Canceled},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.ctx == nil {
				test.ctx = t.Context()
			}
			record, err := test.client.Publish(test.ctx, testMessage())
			if !node.NotSent(err) {
				t.Errorf("got %+v, %v", record, err)
			}
			if test.wraps != nil && !errors.Is(err, test.wraps) {
				t.Errorf("got %v, want it to wrap %v", err, test.wraps)
			}
		})
	}
}

// After an uncertain attempt a definite refusal of the next one does not make the first one undone.
func TestPublish_refusedAfterUncertainAttempt(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(post, reset, answer(413, "too large"))
	if _, err := s.client().Publish(t.Context(), testMessage()); err == nil || node.NotSent(err) {
		t.Errorf("got %v", err)
	}
}

// heph says why with the refusal, and often nowhere else (NETWORK.md 13.1).
func TestPublish_rejectedByHeph(t *testing.T) {
	t.Parallel()
	const body = `{"publication_status":{"status":"success","failed":[]},"message_status":"rejected","error":{"code":6,"message":"insufficient credit"}}`
	s := newScripted(t).on(post, answer(422, body))
	record, err := s.client().Publish(t.Context(), testMessage())
	if err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeCreditInsufficient, []string{"insufficient credit"})
	if s.count(known) != 0 {
		t.Error("the reason was looked for")
	}

	record, err = newScripted(t).on(post, answer(400, "Json deserialize error: missing field `chain`")).client().Publish(t.Context(), testMessage())
	if err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeInvalidFormat, nil)
}

// A rejection whose reason is nowhere to be found stays a rejection.
func TestPublish_rejectedWithoutReason(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(post, answer(422, `{"message_status":"rejected"}`))
	record, err := s.client().Publish(t.Context(), testMessage())
	if err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeInternal, nil)
}
