// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

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

// catalog is such a list. Every read of a provider process shares it until the owner publishes.
type catalog struct {
	names names
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
	return c.catalogs.Get(ctx, key, func(ctx context.Context) (*catalog, error) { return c.list(ctx, key, c.limit()) })
}

// limit is how many messages are worth listing.
func (c *Client) limit() int { return cmp.Or(c.listLimit, worthListing) }

// list lists by status, since a listed message does not say its own; no more than the limit, unless it is 0.
func (c *Client) list(ctx context.Context, key catalogKey, limit int) (*catalog, error) {
	all := make(names)
	for _, status := range []message.Status{message.StatusProcessed, message.StatusRemoving} {
		filter := node.Filter{Types: []message.Type{key.kind}, Owners: []string{key.owner}, Statuses: []message.Status{status}}
		partial, err := c.collect(ctx, all, key.owner, status, filter, limit)
		if err != nil {
			return nil, err
		}
		if partial {
			return &catalog{partial: true}, nil
		}
	}
	return &catalog{names: all}, nil
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
		all.add(&m, owner, status)
	}
	return false, nil
}

// forgetCatalogs makes the next read of an owner's messages ask the node: something was published.
func (c *Client) forgetCatalogs(owner string) {
	for _, kind := range []message.Type{message.TypeProgram, message.TypeStore} {
		c.catalogs.Forget(catalogKey{owner, kind})
	}
}
