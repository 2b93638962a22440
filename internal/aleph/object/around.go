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

// around lists what may belong to the object that known names, of an owner who has too much to be listed as a whole.
func (c *Client) around(ctx context.Context, owner string, life Life, known []string) (*list, error) {
	all := newList(owner, life)
	follow := c.byHash
	if life.KeepsFirst {
		follow = c.byReference
	}
	filter := node.Filter{Types: []message.Type{life.Type}, Owners: []string{owner}}
	if err := follow(ctx, all, filter, known); err != nil {
		return nil, fmt.Errorf("unable to list the versions of a %s of %s: %w", life.Type, owner, err)
	}
	return all, nil
}

// byHash looks for what the versions amend, and for all that is not older than they are: a node lists no messages by what
// they replace, but one that takes over is never older.
func (c *Client) byHash(ctx context.Context, all *list, filter node.Filter, known []string) error {
	asked := make(map[string]bool)
	for ask := all.unasked(known, asked); len(ask) > 0; ask = all.unasked(nil, asked) {
		if filter.Hashes = itemHashes(ask); len(filter.Hashes) == 0 {
			break
		}
		if _, err := c.collect(ctx, all, message.StatusProcessed, filter, 0); err != nil {
			return err
		}
	}
	filter.Hashes = nil
	for _, versions := range all.named {
		for _, v := range versions {
			if filter.StartDate == 0 || v.time < filter.StartDate {
				filter.StartDate = v.time
			}
		}
	}
	_, err := c.collect(ctx, all, message.StatusProcessed, filter, 0)
	return err
}

// byReference looks for what the versions refer to, and for what refers to that, until there is nothing new.
func (c *Client) byReference(ctx context.Context, all *list, filter node.Filter, known []string) error {
	asked := make(map[string]bool)
	for ask := all.unasked(known, asked); len(ask) > 0; ask = all.unasked(nil, asked) {
		byRef, byHash := filter, filter
		byRef.Refs, byHash.Hashes = ask, itemHashes(ask)
		for _, f := range []node.Filter{byRef, byHash} {
			if len(f.Refs)+len(f.Hashes) == 0 {
				continue
			}
			if _, err := c.collect(ctx, all, message.StatusProcessed, f, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// unasked are the names, of these and of what the versions amend, that were not asked for before. From then on they
// count as asked for.
func (l *list) unasked(known []string, asked map[string]bool) []string {
	candidates := slices.Clone(known)
	for _, versions := range l.named {
		for _, v := range versions {
			candidates = append(candidates, v.amends)
		}
	}
	var unasked []string
	for _, name := range candidates {
		if name != "" && !asked[name] {
			asked[name] = true
			unasked = append(unasked, name)
		}
	}
	return unasked
}

// itemHashes are those of names that are no tags.
func itemHashes(names []string) []string {
	var hashes []string
	for _, name := range names {
		if message.ItemTypeOf(name) != "" {
			hashes = append(hashes, name)
		}
	}
	return hashes
}
