// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry_test

import (
	"context"
	"maps"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// writer is somebody who writes entries, in front of a node.
type writer struct {
	*entry.Client
	t     *testing.T
	local *core.Node
	at    entry.Place
	way   *way
}

// way is that of a writer's requests to the node. It counts them, and the messages among them.
type way struct {
	requests, messages atomic.Int64
	// before is called before each request; nil when nothing happens there.
	before func(*http.Request)
	// answer is the answer to a request in the place of the node's; nil for that of the node.
	answer func(*http.Request) *http.Response
}

func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	w.requests.Add(1)
	if r.Method == http.MethodPost {
		w.messages.Add(1)
	}
	if w.before != nil {
		w.before(r)
	}
	if w.answer != nil {
		if answer := w.answer(r); answer != nil {
			return answer, nil
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// start runs a node for a test, and its first account. The test runs in parallel with others.
func start(t *testing.T) *writer {
	t.Helper()
	t.Parallel()
	local, err := core.Listen("127.0.0.1:0", core.Config{IngestDelay: -1, ProcessDelay: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := local.Close(); err != nil {
			t.Error(err)
		}
	})
	return writerOf(t, local, 0)
}

// other is another account in front of the same node; with 0, another process of the same one.
func (w *writer) other(i int) *writer {
	w.t.Helper()
	return writerOf(w.t, w.local, i)
}

func writerOf(t *testing.T, local *core.Node, i int) *writer {
	t.Helper()
	key, err := account.FromHex(core.Accounts()[i].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	way := &way{}
	api, err := node.New(node.Config{URL: local.URL(), MaxRetries: 3, Transport: way})
	if err != nil {
		t.Fatal(err)
	}
	objects := &object.Client{Node: api, Account: key, KeyHelp: "Give a key.", Defaults: object.Defaults{Owner: key.Address()}}
	return &writer{
		Client: entry.New(objects), t: t, local: local, way: way,
		at: entry.Place{Owner: key.Address(), Key: "domains"},
	}
}

// set is a change that writes entries as they are.
func set(entries map[string]any) entry.Change {
	return entry.Change{Merge: func(map[string]any) (map[string]any, error) { return entries, nil }}
}

func (w *writer) mustWrite(entries map[string]any) {
	w.t.Helper()
	if _, err := w.Write(w.t.Context(), w.at, set(entries)); err != nil {
		w.t.Fatal(err)
	}
}

// publish sends an element without looking, dated after a time.
func (w *writer) publish(entries map[string]any, after message.Time) *message.Message {
	w.t.Helper()
	m, err := w.Publish(w.t.Context(), &message.Aggregate{Key: w.at.Key, Content: entries}, object.Options{Owner: w.at.Owner, After: after})
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// expect checks what the network has, as another process reads it, and that it is proven.
func (w *writer) expect(want map[string]any) {
	w.t.Helper()
	other := w.other(0)
	other.at = w.at
	got, err := other.ReadAnew(w.t.Context(), w.at)
	if err != nil {
		w.t.Fatal(err)
	}
	if !maps.EqualFunc(got.Entries, want, message.SameJSON) {
		w.t.Errorf("%s is %v, want %v", w.at, got.Entries, want)
	}
	for key := range want {
		if _, err := other.Prove(w.t.Context(), w.at, got, key); err != nil {
			w.t.Errorf("%s: %v", key, err)
		}
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
