// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// readBack is what one of those who read back together asks for, and learns.
type readBack struct {
	hashes []string
	alive  map[string]*message.Message
	err    error
}

// readBack makes sure that the node has a message that it says it has processed, as it was sent, and that nothing is alive
// that a FORGET names. A list tells it, for all who ask at the same time; what it does not tell is asked for by itself.
func (c *Client) readBack(ctx context.Context, m *message.Message) error {
	var ended message.Forget
	if m.Type == message.TypeForget {
		if err := message.Decode(m, &ended); err != nil {
			return err
		}
	}
	alive, err := c.listTogether(ctx, append(slices.Clone(ended.Hashes), m.ItemHash))
	shown := err == nil && isSame(alive[m.ItemHash], m)
	if !shown {
		err = c.settle(ctx, m, err)
	}
	for _, hash := range ended.Hashes {
		if err == nil && (!shown || alive[hash] != nil) {
			err = c.confirmForgotten(ctx, hash)
		}
	}
	return err
}

// isSame reports whether a node lists a message as it was sent.
func isSame(listed, sent *message.Message) bool {
	return listed != nil && listed.Sender == sent.Sender && listed.Signature == sent.Signature && listed.ItemContent == sent.ItemContent
}

func (c *Client) confirmForgotten(ctx context.Context, hash string) error {
	status, err := c.Node.Status(ctx, hash)
	if err != nil {
		return fmt.Errorf("the FORGET was processed, but it is not confirmed that %s is forgotten: %w", hash, err)
	}
	if status.Alive() {
		return fmt.Errorf("the FORGET was processed, but the node still says that %s is %s", hash, status)
	}
	return nil
}

// listTogether lists those of some messages that are alive, among others that are asked for at the same time.
func (c *Client) listTogether(ctx context.Context, hashes []string) (map[string]*message.Message, error) {
	job := &readBack{hashes: hashes}
	err := c.readBacks.Do(ctx, struct{}{}, job, func(ctx context.Context, jobs []*readBack) {
		var all []string
		for _, j := range jobs {
			all = append(all, j.hashes...)
		}
		alive, err := c.listAlive(ctx, distinct(all))
		for _, j := range jobs {
			j.alive, j.err = alive, err
		}
	})
	if err != nil {
		return nil, err
	}
	return job.alive, job.err
}

// listAlive lists those of some messages that are alive.
func (c *Client) listAlive(ctx context.Context, hashes []string) (map[string]*message.Message, error) {
	alive := make(map[string]*message.Message, len(hashes))
	filter := node.Filter{Hashes: hashes, Statuses: []message.Status{message.StatusProcessed, message.StatusRemoving}}
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return nil, err
		}
		alive[m.ItemHash] = &m
	}
	return alive, nil
}
