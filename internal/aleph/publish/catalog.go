// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"context"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// catalogKey names one list: everything alive of an owner and a type.
type catalogKey struct {
	owner string
	kind  message.Type
}

// catalog is such a list, fetched once and shared by every read of a provider process until the owner publishes.
type catalog struct {
	// done is closed when the rest is there.
	done  chan struct{}
	names names
	err   error
	// abandoned says that the reader who fetched the list gave up: its error concerns no other.
	abandoned bool
}

// catalogOf lists what is alive of an owner and a type, as the node says it: whoever takes a message from it verifies
// that message.
func (c *Client) catalogOf(ctx context.Context, owner string, kind message.Type) (names, error) {
	key := catalogKey{owner, kind}
	for {
		list, first := c.open(key)
		if first {
			c.fill(ctx, key, list)
			return list.names, list.err
		}
		select {
		case <-list.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !list.abandoned {
			return list.names, list.err
		}
	}
}

// open finds the list, or makes it: then it reports true, and the caller fills it.
func (c *Client) open(key catalogKey) (list *catalog, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if list, ok := c.catalogs[key]; ok {
		return list, false
	}
	if c.catalogs == nil {
		c.catalogs = make(map[catalogKey]*catalog)
	}
	list = &catalog{done: make(chan struct{})}
	c.catalogs[key] = list
	return list, true
}

func (c *Client) fill(ctx context.Context, key catalogKey, list *catalog) {
	defer close(list.done)
	var messages []*message.Message
	for m, err := range c.Node.Messages(ctx, node.Filter{Types: []message.Type{key.kind}, Owners: []string{key.owner}}) {
		if err != nil {
			list.err = err
			break
		}
		messages = append(messages, &m)
	}
	if list.err == nil {
		list.names, list.err = namesIn(messages, key.owner)
	}
	if list.err != nil {
		// A failure is not an answer: the next reader asks again.
		list.abandoned = ctx.Err() != nil
		c.drop(key, list)
	}
}

func (c *Client) drop(key catalogKey, list *catalog) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.catalogs[key] == list {
		delete(c.catalogs, key)
	}
}

// forgetCatalogs makes the next read of an owner's messages ask the node: something was published.
func (c *Client) forgetCatalogs(owner string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.catalogs {
		if key.owner == owner {
			delete(c.catalogs, key)
		}
	}
}
