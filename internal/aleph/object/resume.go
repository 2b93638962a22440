// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// resumed is what the node says of a message that an earlier run has signed; its status is empty when the node does not
// know the message.
type resumed struct{ record node.Record }

// arrived reports whether the node has the message; never of a new one, which is nil.
func (r *resumed) arrived() bool { return r != nil && r.record.Status != "" }

// resume looks in the journal for what a run that was cut off has signed, and that says the same as m. That is published
// in the place of m, unless the network has refused or forgotten it. When the node does not tell, nothing is published:
// it may be alive.
func (c *Client) resume(ctx context.Context, m *message.Message, content message.Content, o Options) (*message.Message, *resumed, error) {
	for isFirst(content) {
		left, err := c.Journal.Take(ctx, m, o.After)
		if err != nil || left == nil {
			return m, nil, err
		}
		record, err := c.Fetch(ctx, left.ItemHash)
		switch {
		case errors.Is(err, node.ErrNotFound):
			record = node.Record{ItemHash: left.ItemHash}
		case err != nil:
			return nil, nil, fmt.Errorf("unable to tell what became of %s, which an earlier run has signed: %w", left.ItemHash, err)
		case record.Status != message.StatusPending && !record.Status.Alive():
			c.Journal.Drop(left.ItemHash)
			continue
		}
		if o.Resumed != nil {
			o.Resumed(left)
		}
		return left, &resumed{record}, nil
	}
	return m, nil, nil
}

// Resumable names a message that Publish would send in the place of a new one, each time another one; it is empty when
// there is none.
func (c *Client) Resumable(content message.Content, o Options) (hash string, err error) {
	m, err := c.draft(content, o)
	if err != nil {
		return "", err
	}
	return c.Journal.Offer(m), nil
}

// isFirst reports whether a content makes an object, so that nothing on the network leads to its message.
func isFirst(content message.Content) bool {
	version, ok := content.(message.Amendable)
	return ok && message.ItemTypeOf(version.Amends()) == ""
}

// isDead reports whether an error says that the network will never have the message.
func isDead(err error) bool {
	var gone *GoneError
	_, refused := AsRejected(err)
	return refused || errors.As(err, &gone)
}
