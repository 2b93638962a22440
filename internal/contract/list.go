// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// page reads one page of a list by cursor; next is empty after the last one.
func (p *peer) page(query, cursor string) (messages []message.Message, next string) {
	p.Helper()
	var page struct {
		Messages []message.Message `json:"messages"`
		Next     json.RawMessage   `json:"next_cursor"`
	}
	p.read(p.get("/messages.json?"+query+"&cursor="+url.QueryEscape(cursor)), &page)
	if err := json.Unmarshal(page.Next, &next); err != nil {
		p.Fatalf("the next cursor is %s: %v", page.Next, err)
	}
	return page.Messages, next
}

// list reads a list to its end.
func (p *peer) list(query string) []message.Message {
	p.Helper()
	messages, next := p.page(query+"&pagination=200", "")
	for next != "" {
		var more []message.Message
		more, next = p.page(query+"&pagination=200", next)
		messages = append(messages, more...)
	}
	return messages
}

// checkListed expects a list of exactly these messages, in this order, as they were published.
func (p *peer) checkListed(query string, want ...*message.Message) {
	p.Helper()
	got := p.list(query)
	if !slices.EqualFunc(got, want, func(a message.Message, b *message.Message) bool { return a == *b }) {
		p.Errorf("%s: got %+v, want %d messages", query, got, len(want))
	}
}

// notes publishes some messages, and gives them newest first, as lists do.
func (p *peer) notes(count int) []*message.Message {
	p.Helper()
	var messages []*message.Message
	for i := range count {
		messages = append(messages, p.publish(p.note(map[string]any{"n": i})))
	}
	slices.Reverse(messages)
	return messages
}

func hashesOf(messages []*message.Message) string {
	hashes := make([]string, len(messages))
	for i, m := range messages {
		hashes[i] = m.ItemHash
	}
	return "hashes=" + strings.Join(hashes, ",")
}

// listByCursor: page after page gives each message once, newest first, and null after the last.
func listByCursor(p *peer) {
	want := p.notes(5)
	var got []message.Message
	cursor := ""
	for range len(want) {
		messages, next := p.page(hashesOf(want)+"&pagination=2", cursor)
		if len(messages) > 2 {
			p.Errorf("a page of %d messages", len(messages))
		}
		got = append(got, messages...)
		if cursor = next; cursor == "" {
			break
		}
	}
	if !slices.EqualFunc(got, want, func(a message.Message, b *message.Message) bool { return a == *b }) || cursor != "" {
		p.Errorf("got %+v, and the cursor %q", got, cursor)
	}
}

// listByHashes: a hundred hashes fit into a request, and unknown ones do no harm.
func listByHashes(p *peer) {
	m := p.publish(p.note(map[string]any{"n": 1}))
	hashes := []string{m.ItemHash}
	for i := range 99 {
		hashes = append(hashes, message.Hash(fmt.Appendf(nil, "%s %d", m.ItemHash, i)))
	}
	p.checkListed("hashes="+strings.Join(hashes, ","), m)
}

// listByFilters: what is listed is of the owner, the type and the channel that were asked for.
func listByFilters(p *peer) {
	m := p.notes(1)
	owner := "&owners=" + p.account.Address()
	p.checkListed(hashesOf(m)+owner+"&msgTypes=AGGREGATE&channels="+channel, m...)
	p.checkListed(hashesOf(m)+owner+"&msgTypes=POST,AGGREGATE,STORE&channels=other,"+channel, m...)
	p.checkListed(hashesOf(m) + "&owners=" + p.stranger().account.Address())
	p.checkListed(hashesOf(m) + owner + "&msgTypes=STORE,PROGRAM")
	p.checkListed(hashesOf(m) + owner + "&channels=other")
	if len(p.list("msgTypes=AGGREGATE"+owner)) == 0 {
		p.Error("the owner's list is empty")
	}
}

// listForgotten: a list by hashes shows those that are forgotten, and no others, or the node has no such list.
func listForgotten(p *peer) {
	m := p.notes(3)
	p.publish(message.NewForget("contract", m[0].ItemHash, m[1].ItemHash))
	a := p.get("/messages.json?" + hashesOf(m) + "&msgStatuses=forgotten&pagination=100")
	if a.status >= http.StatusBadRequest {
		p.Skip("this node does not list what was forgotten")
	}
	var page struct {
		Messages []struct {
			ItemHash string         `json:"item_hash"`
			Status   message.Status `json:"status"`
		} `json:"messages"`
	}
	p.read(a, &page)
	var forgotten []string
	for _, item := range page.Messages {
		if item.Status == message.StatusForgotten {
			forgotten = append(forgotten, item.ItemHash)
		}
	}
	want := []string{m[0].ItemHash, m[1].ItemHash}
	slices.Sort(want)
	if slices.Sort(forgotten); !slices.Equal(forgotten, want) {
		p.Errorf("forgotten are %v, want %v", forgotten, want)
	}
}
