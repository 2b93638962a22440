// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"context"
	"sync"

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
	once     sync.Once
	messages []*message.Message
	err      error
}

// catalogOf lists what is alive of an owner and a type, as the node says it: whoever takes a message from it verifies
// that message.
func (c *Client) catalogOf(ctx context.Context, owner string, kind message.Type) ([]*message.Message, error) {
	key := catalogKey{owner, kind}
	c.mu.Lock()
	if c.catalogs == nil {
		c.catalogs = make(map[catalogKey]*catalog)
	}
	list, ok := c.catalogs[key]
	if !ok {
		list = &catalog{}
		c.catalogs[key] = list
	}
	c.mu.Unlock()

	list.once.Do(func() { list.messages, list.err = c.list(ctx, key) })
	if list.err != nil {
		// A failure is not an answer: the next reader asks again.
		c.drop(key, list)
	}
	return list.messages, list.err
}

func (c *Client) list(ctx context.Context, key catalogKey) ([]*message.Message, error) {
	var messages []*message.Message
	for m, err := range c.Node.Messages(ctx, node.Filter{Types: []message.Type{key.kind}, Owners: []string{key.owner}}) {
		if err != nil {
			return nil, err
		}
		messages = append(messages, &m)
	}
	return messages, nil
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
