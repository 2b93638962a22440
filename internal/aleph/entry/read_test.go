// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func TestRead_none(t *testing.T) {
	w := start(t)
	d, err := w.Read(t.Context(), w.at)
	if err != nil || d.Exists() || len(d.Entries) != 0 {
		t.Errorf("read %+v, %v: want nothing", d, err)
	}
	if _, err := w.Prove(t.Context(), w.at, d, "a"); err != nil {
		t.Error(err)
	}
}

// A key with a comma cannot be asked for alone.
func TestRead_keyWithComma(t *testing.T) {
	w := start(t)
	w.mustWrite(map[string]any{"other": true})
	w.at.Key = "a, b"
	w.mustWrite(map[string]any{"a": true})
	w.expect(map[string]any{"a": true})
}

func TestRead_manyShareOneRequest(t *testing.T) {
	w := start(t)
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			d, err := w.Read(t.Context(), w.at)
			if err == nil {
				_, err = w.Prove(t.Context(), w.at, d, "a")
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if asked := w.way.requests.Load(); asked != 2 {
		t.Errorf("%d requests, want 2", asked)
	}
	w.mustWrite(map[string]any{"a": true})
	if d, err := w.Read(t.Context(), w.at); err != nil || d.Entries["a"] != true {
		t.Errorf("after a write: %v, %v", d, err)
	}
}

func TestRead_failedAnswers(t *testing.T) {
	for name, do := range map[string]core.Action{
		"404":        core.Status(http.StatusNotFound),
		"500":        core.Status(http.StatusForbidden),
		"other form": core.Answer(http.StatusOK, []any{}),
		"no list":    core.Answer(http.StatusOK, map[string]any{"aggregates": nil}),
		"no JSON":    core.AnswerText(http.StatusOK, "<html>"),
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.local.Inject(core.Fault{Path: "/api/v0/aggregates.json", Times: -1, Do: do})
			if d, err := w.Read(t.Context(), w.at); err == nil {
				t.Errorf("read %+v: want an error, since that does not mean that nothing is there", d)
			}
		})
	}
}

// lies has the node say of a document what it does not have.
func (w *writer) lies(entries map[string]any) {
	w.local.Inject(core.Fault{Path: "/api/v0/aggregates.json", Times: -1, Do: core.Answer(http.StatusOK, map[string]any{
		"aggregates":       []any{map[string]any{"address": w.at.Owner, "key": w.at.Key, "content": entries, "created": 1, "last_updated": 2}},
		"pagination_total": 1,
	})})
}

func (w *writer) prove(keys ...string) error {
	w.t.Helper()
	d, err := w.Read(w.t.Context(), w.at)
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = w.Prove(w.t.Context(), w.at, d, keys...)
	return err
}

func TestProve_liesOfTheNode(t *testing.T) {
	for name, lie := range map[string]map[string]any{
		"another value":     {"a": 2, "null": nil},
		"made up":           {"a": 1, "null": nil, "b": true},
		"hidden":            {"null": nil},
		"deleted":           {"a": nil, "null": nil},
		"hidden as deleted": {"a": 1, "b": nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.publish(map[string]any{"a": 1, "null": nil}, 0)
			w.lies(lie)
			var unproven *entry.UnprovenError
			if err := w.prove("a", "b", "null"); !errors.As(err, &unproven) || unproven.Error() == "" || unproven.Remedy() == "" {
				t.Errorf("%v: want an UnprovenError", err)
			}
		})
	}
}

// What the owner never authorised counts for nothing, whatever the node does with it.
func TestProve_signer(t *testing.T) {
	w := start(t)
	delegate := w.other(1)
	delegate.at = w.at
	w.at.Key = message.SecurityKey
	w.publish(map[string]any{"authorizations": []any{map[string]any{"address": delegate.Account.Address()}}}, 0)
	w.at.Key = delegate.at.Key
	delegate.publish(map[string]any{"a": "by the delegate"}, 0)
	if err := w.prove("a"); err != nil {
		t.Errorf("by a delegate: %v", err)
	}
	forged := delegate.publish(map[string]any{"b": "by a delegate"}, 0)
	w.local.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.AlterSignature()})
	var unproven *entry.UnprovenError
	if err := w.other(0).prove("b"); !errors.As(err, &unproven) {
		t.Errorf("%s: %v: want an UnprovenError", forged.ItemHash, err)
	}
}

// A list that is older than the document is read once more.
func TestProve_listIsOlder(t *testing.T) {
	w := start(t)
	if err := w.prove("a"); err != nil {
		t.Fatal(err)
	}
	w.other(0).mustWrite(map[string]any{"a": 1})
	d, err := w.ReadAnew(t.Context(), w.at)
	if err == nil {
		_, err = w.Prove(t.Context(), w.at, d, "a")
	}
	if err != nil {
		t.Error(err)
	}
}

// Of what is older than the newest thousand messages the node's word is taken.
func TestProve_olderThanTheList(t *testing.T) {
	w := start(t)
	w.lies(map[string]any{"a": 1})
	page := 0
	w.way.answer = func(r *http.Request) *http.Response {
		if r.URL.Path != "/api/v0/messages.json" {
			return nil
		}
		page++
		var messages []string
		for i := range 200 {
			messages = append(messages, fmt.Sprintf(`{"type":"AGGREGATE","item_hash":"%064x","item_type":"inline","item_content":"{}"}`, page*1000+i))
		}
		body := fmt.Sprintf(`{"messages":[%s],"next_cursor":"%d"}`, strings.Join(messages, ","), page)
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
	}
	if err := w.prove("a"); err != nil || page != 5 {
		t.Errorf("%v, after %d pages", err, page)
	}
}

func TestAll(t *testing.T) {
	w := start(t)
	w.mustWrite(map[string]any{"a": 1})
	w.at.Key = "other"
	w.mustWrite(map[string]any{"b": nil, "c": true})
	w.other(1).mustWrite(map[string]any{"theirs": true})
	all, err := w.All(t.Context(), w.at.Owner)
	if err != nil || !slices.Equal(slices.Sorted(maps.Keys(all)), []string{"domains", "other"}) || all["other"].Entries["c"] != true {
		t.Errorf("all %v, %v", all, err)
	}
}

func TestForget(t *testing.T) {
	w := start(t)
	for i := range 3 {
		w.mustWrite(map[string]any{"a": i})
	}
	w.at.Key = "other"
	w.mustWrite(map[string]any{"stays": true})
	w.at.Key = "domains"
	w.mustForget()
	w.mustForget() // nothing is left
	w.mustWrite(map[string]any{"a": "anew"})
	w.expect(map[string]any{"a": "anew"})
	w.at.Key = "other"
	w.expect(map[string]any{"stays": true})
}

func (w *writer) mustForget() {
	w.t.Helper()
	if err := w.Forget(w.t.Context(), w.at, ""); err != nil {
		w.t.Fatal(err)
	}
	if d, err := w.Read(w.t.Context(), w.at); err != nil || d.Exists() {
		w.t.Errorf("read %+v, %v: want that it is gone", d, err)
	}
}

// Elements of one time are those that cannot be forgotten in any order.
func TestForget_elementsOfOneTime(t *testing.T) {
	w := start(t)
	for _, at := range []int64{10, 20, 20, 30, 40, 40, 40} {
		element := &message.Aggregate{Key: w.at.Key, Content: map[string]any{rand.Text(): true}}
		element.Stamp(w.at.Owner, message.Time(at))
		m, err := message.New(w.at.Owner, "", element)
		if err == nil {
			err = w.Account.Sign(m)
		}
		if err == nil {
			_, err = w.Node.Publish(t.Context(), m)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.mustForget()
}
