// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

const list = "GET /api/v0/messages.json"

// page is an answer with messages of these hashes; next is the JSON of next_cursor.
func page(next string, hashes ...string) http.HandlerFunc {
	items := make([]map[string]any, len(hashes))
	for i, hash := range hashes {
		items[i] = map[string]any{"item_hash": hash, "type": "POST", "item_content": "{}", "time": 1.5, "channel": nil}
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	return answer(200, fmt.Sprintf(`{"messages":%s,"next_cursor":%s,"pagination_per_page":200}`, text, next))
}

// listed reads a list to its end, or to its first error.
func listed(t *testing.T, c *node.Client, filter node.Filter) (hashes []string, err error) {
	t.Helper()
	for m, err := range c.Messages(t.Context(), filter) {
		if err != nil {
			return hashes, err
		}
		hashes = append(hashes, m.ItemHash)
	}
	return hashes, nil
}

func query(t *testing.T, c call) url.Values {
	t.Helper()
	values, err := url.ParseQuery(c.query)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func TestMessages_ofRealNode(t *testing.T) {
	t.Parallel()
	c := newScripted(t).on(list, recorded(t, "234").step(), page("null")).client()
	count := 0
	for m, err := range c.Messages(t.Context(), node.Filter{Owners: []string{"0xf288ECAF15790EfcAc528946963A6Db8c3f8211d"}}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Verify(); err != nil {
			t.Error(err)
		}
		count++
	}
	if count != 2 {
		t.Errorf("got %d messages", count)
	}
}

func TestMessages_pageByPage(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(list, page(`"one"`, "a", "b"), answer(503, ""), page(`"two"`, "c"), page("null", "d"))
	got, err := listed(t, s.client(), node.Filter{
		Types: []message.Type{message.TypeStore, message.TypeProgram}, Owners: []string{"0xA"}, Refs: []string{"r"}, Channels: []string{"x y", "z"},
		Statuses: []message.Status{message.StatusProcessed}, StartDate: 1795442328.66, EndDate: 1795442329,
	})
	if err != nil || !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Fatalf("got %q, %v", got, err)
	}
	var cursors []string
	for _, c := range s.made(list) {
		cursors = append(cursors, query(t, c).Get("cursor"))
	}
	if !slices.Equal(cursors, []string{"", "one", "one", "two"}) {
		t.Errorf("asked for %q", cursors)
	}
	want := url.Values{
		"cursor": {""}, "pagination": {"200"}, "msgTypes": {"STORE,PROGRAM"}, "owners": {"0xA"}, "refs": {"r"}, "channels": {"x y,z"},
		"msgStatuses": {"processed"}, "startDate": {"1795442328.66"}, "endDate": {"1795442329"},
	}
	if got := query(t, s.made(list)[0]); got.Encode() != want.Encode() {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

func TestMessages_byManyHashes(t *testing.T) {
	t.Parallel()
	var hashes []string
	for i := range 250 {
		hashes = append(hashes, fmt.Sprintf("%064d", i))
	}
	s := newScripted(t).on(list, page(`"more"`, "a"), page("null", "b"), page("null"), page("null", "c"))
	got, err := listed(t, s.client(), node.Filter{Hashes: hashes})
	if err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Fatalf("got %q, %v", got, err)
	}
	var asked []string
	for _, c := range s.made(list) {
		if len(c.query) > 8000 {
			t.Errorf("a query of %d bytes", len(c.query))
		}
		if batch := query(t, c).Get("hashes"); query(t, c).Get("cursor") == "" {
			asked = append(asked, strings.Split(batch, ",")...)
		}
	}
	if !slices.Equal(asked, hashes) {
		t.Errorf("asked for %d hashes", len(asked))
	}
}

func TestMessages_stopWhenTold(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(list, page(`"one"`, "a", "b"))
	for _, err := range s.client().Messages(t.Context(), node.Filter{Hashes: []string{"a", "b"}}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if s.count(list) != 1 {
		t.Errorf("asked %d times", s.count(list))
	}
}

// A list that cannot be read to its end is an error, never a shorter list.
func TestMessages_thatCannotBeListed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		steps  []http.HandlerFunc
		filter node.Filter
		before int
	}{
		"an error later":         {steps: []http.HandlerFunc{page(`"one"`, "a"), answer(500, "")}, before: 1},
		"cursors are not known":  {steps: []http.HandlerFunc{answer(200, `{"messages":[{"item_hash":"a","time":1}],"pagination_page":1}`)}, before: 1},
		"the cursor stays":       {steps: []http.HandlerFunc{page(`"one"`, "a"), page(`"one"`, "b")}, before: 2},
		"a message of no form":   {steps: []http.HandlerFunc{answer(200, `{"messages":[{"time":"yesterday"}],"next_cursor":null}`)}},
		"a value with a comma":   {filter: node.Filter{Channels: []string{"a,b"}}},
		"an error in a batch":    {steps: []http.HandlerFunc{answer(422, "no")}, filter: node.Filter{Hashes: make([]string, 300)}},
		"an answer without list": {steps: []http.HandlerFunc{answer(200, `{}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(list, test.steps...)
			got, err := listed(t, s.client(), test.filter)
			if err == nil || len(got) != test.before {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
