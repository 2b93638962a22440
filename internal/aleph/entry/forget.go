// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Forget ends every message that a document is made of, whoever sent it, so that its key vanishes from the network.
func (c *Client) Forget(ctx context.Context, at Place, channel string) error {
	elements, err := c.elements(ctx, at)
	if err != nil || len(elements) == 0 {
		return err
	}
	defer c.documents.Forget(at)
	o := object.Options{Owner: at.Owner, Channel: channel}
	// Oldest first, so that what is left can be computed: not so when two of the latest time are left (NETWORK.md 8.5).
	if n := len(elements); n > 1 && elements[n-1].Time == elements[n-2].Time {
		o.After = elements[n-1].Time
		last, err := c.Publish(ctx, &message.Aggregate{Key: at.Key, Content: map[string]any{}}, o)
		if err != nil {
			return err
		}
		elements = append(elements, last)
	}
	for some := range slices.Chunk(elements, model.MaxForgetHashes) {
		hashes := make([]string, len(some))
		for i, m := range some {
			hashes[i] = m.ItemHash
		}
		if _, err := c.Publish(ctx, message.NewForget("destroyed by Terraform", hashes...), o); err != nil {
			return err
		}
	}
	left, err := c.ReadAnew(ctx, at)
	if err == nil && left.Exists() {
		err = fmt.Errorf("%s was forgotten, and is there again: another writer came in between", at)
	}
	return err
}

// elements are all messages that a document is made of, oldest first.
func (c *Client) elements(ctx context.Context, at Place) ([]*message.Message, error) {
	var elements []*message.Message
	filter := node.Filter{Types: []message.Type{message.TypeAggregate}, Owners: []string{at.Owner}}
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return nil, fmt.Errorf("unable to list the messages that %s is made of: %w", at, err)
		}
		if s, ok := contentOf(&m); ok && s.Key == at.Key {
			m.Time = s.Time
			elements = append(elements, &m)
		}
	}
	slices.SortStableFunc(elements, func(a, b *message.Message) int { return cmp.Compare(a.Time, b.Time) })
	return elements, nil
}
