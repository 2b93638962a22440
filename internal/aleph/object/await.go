// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// DependencyError is a message that another one names, and that is not there to be used.
type DependencyError struct {
	ItemHash string
	// Status is empty when the node does not know the message.
	Status message.Status
}

func (e *DependencyError) Error() string {
	if e.Status == "" {
		return fmt.Sprintf("the node does not know %s", e.ItemHash)
	}
	return fmt.Sprintf("the file %s is %s", e.ItemHash, e.Status)
}

// Remedy says what to do.
func (e *DependencyError) Remedy() string {
	if e.Status == "" {
		return "Check the hash. If it was published a moment ago through another node, wait until the network has carried it here, and apply again."
	}
	return "Name a file that is alive: `ref` of an aleph_volume follows what Terraform manages. Then apply again."
}

// Await waits until every message of hashes is processed, so that what names them is not held back by the node for
// minutes, and then refused (NETWORK.md 4.6). The error is a *DependencyError when one will never be.
func (c *Client) Await(ctx context.Context, hashes ...string) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, hash := range hashes {
		group.Go(func() error { return c.await(ctx, hash) })
	}
	return group.Wait()
}

func (c *Client) await(ctx context.Context, hash string) error {
	if c.wasProcessed(hash) {
		return nil
	}
	status, err := c.statuses.Do(ctx, hash, func(ctx context.Context) (message.Status, error) {
		status, err := c.Node.Status(ctx, hash)
		if err != nil || status != message.StatusPending {
			return status, err
		}
		record, err := c.Node.Wait(ctx, hash)
		return record.Status, err
	})
	switch {
	case errors.Is(err, node.ErrNotFound):
		return &DependencyError{ItemHash: hash}
	case err != nil:
		return fmt.Errorf("unable to tell whether %s is processed: %w", hash, err)
	case !status.Alive():
		return &DependencyError{ItemHash: hash, Status: status}
	}
	c.setProcessed(true, hash)
	return nil
}

// wasProcessed reports whether this process has seen a message processed, and has not forgotten it since: a hundred
// programs need not ask a hundred times for the runtime that they share.
func (c *Client) wasProcessed(hash string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.processed[hash]
}

func (c *Client) setProcessed(processed bool, hashes ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.processed == nil {
		c.processed = make(map[string]bool)
	}
	for _, hash := range hashes {
		c.processed[hash] = processed
	}
}
