// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// Destroy forgets every version of an object that is alive, whoever published it, in as few FORGETs as can name them, and
// waits until each is forgotten. A version that is still pending is waited for, because only then can it be forgotten.
func (c *Client) Destroy(ctx context.Context, t Tracked) error {
	found, err := c.current(ctx, t)
	if err != nil {
		return err
	}
	hashes := []string{t.ItemHash}
	if t.Unconfirmed != nil {
		hashes = append(hashes, t.Unconfirmed.ItemHash)
	}
	if live := found.Versions.Live(); live != nil {
		// Where one FORGET is not enough, the live version and the first one go last: without the first one, no other
		// could be amended any more.
		first := cmp.Or(found.First(), found.Versions[0].ItemHash)
		hashes = append(hashes, live.ItemHash, first)
		if !t.Life.KeepsOlder {
			hashes = slices.Concat(found.Versions.Superseded(first), hashes)
		}
	}
	return c.forget(ctx, t, "destroyed by Terraform", hashes)
}

// supersededBy begins the reason of a FORGET of older versions; the item hash of the newer one follows. Who still knows
// only the older ones finds the newer by it.
const supersededBy = "superseded by "

// Forget ends older versions of an object that are alive, in the given order when they are too many for one FORGET. The
// error is a *StaleError when another version than the tracked one is live: it may amend one of those.
func (c *Client) Forget(ctx context.Context, t Tracked, hashes []string) error {
	found, err := c.current(ctx, t)
	if err == nil && len(found.Versions) > 0 {
		err = t.madeOf(found.Versions.Live())
	}
	if err != nil {
		return err
	}
	return c.forgetSuperseded(ctx, t, hashes)
}

func (c *Client) forgetSuperseded(ctx context.Context, t Tracked, hashes []string) error {
	return c.forget(ctx, t, supersededBy+t.ItemHash, hashes)
}

// forget names only messages that are alive: one dead hash among living ones makes a node forget nothing
// (NETWORK.md 8.1). The error is a *BlockedError when a program or an instance still uses a file.
func (c *Client) forget(ctx context.Context, t Tracked, reason string, hashes []string) error {
	if err := c.RequireAccount(); err != nil {
		return err
	}
	alive, err := c.living(ctx, t, hashes)
	if err != nil {
		return err
	}
	for len(alive) > 0 {
		// The last FORGET is a full one, so that it has both the live version and the first one.
		batch := alive[:cmp.Or(len(alive)%model.MaxForgetHashes, model.MaxForgetHashes)]
		if err := c.forgetAtOnce(ctx, t, reason, batch); err != nil {
			return err
		}
		alive = alive[len(batch):]
	}
	return nil
}

// forgetAtOnce forgets as many living messages as one FORGET can name.
func (c *Client) forgetAtOnce(ctx context.Context, t Tracked, reason string, alive []string) error {
	for len(alive) > 0 {
		_, err := c.Publish(ctx, message.NewForget(reason, alive...), Options{Owner: t.Owner, Channel: t.Channel})
		if err == nil {
			return nil
		}
		if _, dead := AsRejected(err, message.CodeForgetNotFound); !dead {
			return c.explained(ctx, t, alive, err)
		}
		// Somebody else forgot one of them meanwhile: what is left is tried again, unless nothing has changed.
		left, livingErr := c.living(ctx, t, alive)
		if livingErr != nil || len(left) == len(alive) {
			return errors.Join(err, livingErr)
		}
		alive = left
	}
	return nil
}

// living are those of hashes that can be forgotten, each once.
func (c *Client) living(ctx context.Context, t Tracked, hashes []string) ([]string, error) {
	hashes = distinct(hashes)
	shown, err := c.shown(ctx, t, hashes)
	if err != nil {
		return nil, fmt.Errorf("unable to tell which versions are alive: %w", err)
	}
	var alive []string
	for _, hash := range hashes {
		status := message.StatusProcessed
		if !shown[hash] {
			if status, err = c.statusOf(ctx, t, hash); err != nil {
				return nil, fmt.Errorf("unable to tell whether %s is alive: %w", hash, err)
			}
		}
		if status.Alive() {
			alive = append(alive, hash)
		}
	}
	return alive, nil
}

// shown are those of some messages that a list shows as alive. What it does not show is asked for: one alone by itself.
func (c *Client) shown(ctx context.Context, t Tracked, hashes []string) (map[string]bool, error) {
	all, err := c.sharedList(ctx, t.Owner, t.Life, lookLasts)
	if err != nil {
		return nil, err
	}
	var alive map[string]*message.Message
	if all.tooLong && len(hashes) > 1 {
		if alive, err = c.listAlive(ctx, hashes); err != nil {
			return nil, err
		}
	}
	shown := make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		shown[hash] = alive[hash] != nil || all.version(hash) != nil
	}
	return shown, nil
}

// distinct are the hashes in their order, each once.
func distinct(hashes []string) []string {
	var once []string
	seen := make(map[string]bool, len(hashes))
	for _, hash := range hashes {
		if !seen[hash] {
			seen[hash] = true
			once = append(once, hash)
		}
	}
	return once
}

// statusOf is what became of a version, once it is decided. One that has not arrived, and may, is sent again: else it
// could come alive after all. Its status is empty when it counts as lost.
func (c *Client) statusOf(ctx context.Context, t Tracked, hash string) (message.Status, error) {
	status, err := c.Node.Status(ctx, hash)
	switch {
	case t.unarrived(hash, err) && t.overdue(c.Clock.Now()):
		return "", nil
	case t.unarrived(hash, err):
		err = c.resend(ctx, t.Unconfirmed, nil)
		if _, refused := AsRejected(err); refused {
			return message.StatusRejected, nil
		}
		return message.StatusProcessed, err
	case err == nil && status == message.StatusPending:
		record, err := c.Node.Wait(ctx, hash)
		return record.Status, err
	}
	return status, err
}
