// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// maxElements is how many messages of an owner are listed at most to prove what a document says: five requests.
const maxElements = 1000

// history is the messages that an owner's documents are made of, newest first, by the key of the document.
type history struct {
	elements map[string][]element
	// partial says that there may be more.
	partial bool
}

// element is one of them, as the node lists it: it is verified when it is needed.
type element struct {
	listed  message.Message
	entries map[string]json.RawMessage
}

// Prove checks entries of a document that was read: each must be what a message says that the owner published, or somebody
// who may speak for the owner; and none may be missing that such a message has. What is older than the owner's last
// 1,000 AGGREGATEs is believed. The channel is that of a message which has one of the entries; empty when there is none.
// The error is an *UnprovenError when the node contradicts itself.
func (c *Client) Prove(ctx context.Context, at Place, d *Document, keys ...string) (channel string, err error) {
	channel, err = c.proveAll(ctx, at, d, keys)
	if _, unproven := errors.AsType[*UnprovenError](err); unproven {
		// The list may be older than the document.
		c.histories.Forget(at.Owner)
		channel, err = c.proveAll(ctx, at, d, keys)
	}
	return channel, err
}

func (c *Client) proveAll(ctx context.Context, at Place, d *Document, keys []string) (channel string, err error) {
	h, err := c.histories.Get(ctx, at.Owner, func(ctx context.Context) (history, error) { return c.list(ctx, at.Owner) })
	if err != nil {
		return "", fmt.Errorf("unable to list the messages that %s is made of: %w", at, err)
	}
	for _, key := range keys {
		m, err := c.prove(ctx, at, d, key, h)
		if err != nil {
			return "", err
		}
		if m != nil {
			channel = m.Channel
		}
	}
	return channel, nil
}

// list lists the newest AGGREGATEs of an owner. A node cannot list them by the key of the document.
func (c *Client) list(ctx context.Context, owner string) (history, error) {
	h := history{elements: make(map[string][]element)}
	count := 0
	filter := node.Filter{Types: []message.Type{message.TypeAggregate}, Owners: []string{owner}}
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return history{}, err
		}
		if said, ok := contentOf(&m); ok {
			h.elements[said.Key] = append(h.elements[said.Key], element{m, said.Content})
		}
		if count++; count == maxElements {
			h.partial = true
			break
		}
	}
	return h, nil
}

// said is what an AGGREGATE says.
type said struct {
	Address string                     `json:"address"`
	Time    message.Time               `json:"time"`
	Key     string                     `json:"key"`
	Content map[string]json.RawMessage `json:"content"`
}

// contentOf reads the content of a message; where that is not inline, what the node claims that it is. It is false for a
// key that is no text: that is none of the network's documents.
func contentOf(m *message.Message) (said, bool) {
	var s said
	return s, json.Unmarshal([]byte(cmp.Or(m.ItemContent, m.Claim)), &s) == nil
}

// prove finds the message that an entry of a document comes from; nil when it is not there, or older than the list.
func (c *Client) prove(ctx context.Context, at Place, d *Document, key string, h history) (*message.Message, error) {
	value, present := d.Entries[key]
	var doubts []error
	for _, e := range h.elements[at.Key] {
		text, has := e.entries[key]
		if !has || present && !says(text, value) {
			continue
		}
		genuine, err := c.Verify(ctx, at.Owner, &e.listed)
		if err != nil {
			doubts = append(doubts, err)
			continue
		}
		s, ok := contentOf(genuine)
		switch {
		case !ok || s.Address != at.Owner || s.Key != at.Key || string(s.Content[key]) != string(text):
			doubts = append(doubts, fmt.Errorf("message %s is not the one that the node lists", genuine.ItemHash))
		case present:
			return genuine, nil
		default:
			return nil, &UnprovenError{Place: at, Key: key, Element: genuine.ItemHash}
		}
	}
	if !present || h.partial {
		return nil, nil
	}
	return nil, &UnprovenError{Place: at, Key: key, Err: errors.Join(doubts...)}
}

func says(text json.RawMessage, value any) bool {
	said, err := decode(text)
	return err == nil && message.SameJSON(said, value)
}

// UnprovenError is a document of which the node says something else than the messages that it is made of.
type UnprovenError struct {
	Place Place
	// Key is the entry.
	Key string
	// Element is a message that has the entry, when the document lacks it; empty when no message says what the document
	// does.
	Element string
	// Err is why messages that do say it prove nothing; nil when there are none.
	Err error
}

func (e *UnprovenError) Error() string {
	if e.Element != "" {
		return fmt.Sprintf("the node says that %q is not in %s, and message %s, which is alive, has it", e.Key, e.Place, e.Element)
	}
	text := fmt.Sprintf("no message that is proven to be the owner's says what the node says of %q in %s", e.Key, e.Place)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *UnprovenError) Unwrap() error { return e.Err }

// Remedy says what to do.
func (e *UnprovenError) Remedy() string {
	return "Try again: another tool may have changed it in this very moment. If it happens again, name another node with `api_url`."
}
