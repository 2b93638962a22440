// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"cmp"
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
	// partial says that the owner has more than is worth listing: then names is empty.
	partial bool
}

// worthListing is up to how many messages of an owner are listed for all reads together; a plan of a few resources
// should not read 100,000 messages. Ten pages take a node half a second.
const worthListing = 2000

// catalogOf lists what is alive of an owner and a type, as the node says it: whoever takes a message from it verifies
// that message.
func (c *Client) catalogOf(ctx context.Context, owner string, kind message.Type) (*catalog, error) {
	key := catalogKey{owner, kind}
	for {
		list, first := c.open(key)
		if first {
			c.fill(ctx, key, list, c.limit())
			return list, list.err
		}
		select {
		case <-list.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if !list.abandoned {
			return list, list.err
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

// limit is how many messages are worth listing.
func (c *Client) limit() int { return cmp.Or(c.listLimit, worthListing) }

// fill lists by status, since a listed message does not say its own; no more than the limit, unless it is 0.
func (c *Client) fill(ctx context.Context, key catalogKey, list *catalog, limit int) {
	defer close(list.done)
	list.names = make(names)
	for _, status := range []message.Status{message.StatusProcessed, message.StatusRemoving} {
		filter := node.Filter{Types: []message.Type{key.kind}, Owners: []string{key.owner}, Statuses: []message.Status{status}}
		if list.partial, list.err = c.collect(ctx, list.names, key.owner, status, filter, limit); list.partial || list.err != nil {
			break
		}
	}
	if list.partial {
		list.names = nil
	}
	if list.err != nil {
		// A failure is not an answer: the next reader asks again.
		list.abandoned = ctx.Err() != nil
		c.drop(key, list)
	}
}

// collect adds what the filter lists to all. It stops after as many as limit says, and reports whether there are more;
// with a limit of 0, it does not stop.
func (c *Client) collect(ctx context.Context, all names, owner string, status message.Status, filter node.Filter, limit int) (more bool, err error) {
	count := 0
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return false, err
		}
		if count++; limit > 0 && count > limit {
			return true, nil
		}
		if err := all.add(&m, owner, status); err != nil {
			return false, err
		}
	}
	return false, nil
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
