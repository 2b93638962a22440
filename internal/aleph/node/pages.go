// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// page is a part of a list of messages.
type page struct {
	messages []message.Message
	// next is null on the last page. It is absent if the node does not know cursors.
	next json.RawMessage
	// total is how many messages the whole list has; nil when the node does not tell.
	total *int
	// size is the length of the answer in bytes.
	size int64
}

// read reads a page message by message.
func (p *page) read(s stream) error {
	*p = page{}
	if err := s.delimiter('{'); err != nil {
		return err
	}
	for s.more() {
		key, err := s.token()
		if err != nil {
			return err
		}
		switch key {
		case "messages":
			p.messages, err = readList[message.Message](s, pageSize, maxMessage)
		case "next_cursor":
			err = s.value(&p.next, maxFacts)
		case "pagination_total":
			err = s.value(&p.total, maxFacts)
		default:
			err = s.value(&ignored{}, maxFacts)
		}
		if err != nil {
			return err
		}
	}
	p.size = s.source.read
	return s.delimiter('}')
}

// listMessages reads page after page, and reports whether to go on with the next list. Each message is given once.
func (c *Client) listMessages(ctx context.Context, query url.Values, yield func(message.Message, error) bool) bool {
	list := newPages(query)
	for more := true; more; {
		var messages []message.Message
		var err error
		messages, more, err = list.next(ctx, c)
		for _, m := range messages {
			if !yield(m, nil) {
				return false
			}
		}
		if err != nil {
			yield(message.Message{}, err)
			return false
		}
	}
	return true
}

// pages is a list on its way from a node. It has an end, whatever the node gives.
type pages struct {
	request request
	// known are the item hashes, and cursors the cursors, that were there before.
	known, cursors map[string]bool
	count          int
}

// The most that a list may have, which is more than any owner has: 200,000 messages, and 128 MiB.
const (
	maxPages = 1000
	maxList  = maxPage
)

func newPages(query url.Values) *pages {
	query.Set("cursor", "")
	return &pages{
		request: get("/api/v0/messages.json", query).upTo(maxList),
		known:   make(map[string]bool), cursors: make(map[string]bool),
	}
}

// next reads the next page, and reports whether there are more. It gives what was on no page before.
func (l *pages) next(ctx context.Context, c *Client) (news []message.Message, more bool, err error) {
	var p page
	if err := c.callJSON(ctx, l.request, &p); err != nil {
		return nil, false, err
	}
	for _, m := range p.messages {
		if !l.known[m.ItemHash] {
			l.known[m.ItemHash] = true
			news = append(news, m)
		}
	}
	var cursor *string
	if err := json.Unmarshal(p.next, &cursor); err != nil {
		return news, false, strange(l.request, "the node gave %d messages and no way to ask for the next ones: it is too old, or no node", len(p.messages))
	}
	if cursor == nil {
		return news, false, nil
	}
	l.count++
	if problem := l.endless(&p, len(news), *cursor); problem != "" {
		return news, false, strange(l.request, "the list has no end: %s", problem)
	}
	l.cursors[*cursor] = true
	l.request.query.Set("cursor", *cursor)
	l.request.limit -= p.size
	return news, true, nil
}

// endless says why a list that goes on will not come to an end; empty when it may.
func (l *pages) endless(p *page, news int, cursor string) string {
	const stale = 10 * pageSize // a node counts anew every five minutes
	switch {
	case cursor == "", l.cursors[cursor]:
		return "the node gives the same cursor twice"
	case news == 0:
		return "the node gives a page without anything new, and a cursor to the next one"
	case p.total != nil && len(l.known) > *p.total+stale:
		return fmt.Sprintf("it has %d messages, as the node says, and goes on after %d", *p.total, len(l.known))
	case l.count == maxPages:
		return fmt.Sprintf("it goes on after %d pages", l.count)
	}
	return ""
}
