// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// around lists what may belong to the object that known names, of an owner who has too much to be listed as a whole.
func (c *Client) around(ctx context.Context, owner string, kind message.Type, known []string) (names, error) {
	all := make(names)
	filter := node.Filter{Types: []message.Type{kind}, Owners: []string{owner}}
	if kind == message.TypeStore {
		return all, c.aroundFile(ctx, all, owner, filter, known)
	}
	asked := make(map[string]bool)
	for ask := all.unasked(known, asked); len(ask) > 0; ask = all.unasked(nil, asked) {
		if filter.Hashes = itemHashes(ask); len(filter.Hashes) == 0 {
			break
		}
		if _, err := c.collect(ctx, all, owner, message.StatusProcessed, filter, 0); err != nil {
			return nil, err
		}
	}
	// What amends a program is not to be found by it, but the version that takes over is never older.
	filter.Hashes = nil
	for _, versions := range all {
		for _, v := range versions {
			if filter.StartDate == 0 || v.Time < filter.StartDate {
				filter.StartDate = v.Time
			}
		}
	}
	_, err := c.collect(ctx, all, owner, message.StatusProcessed, filter, 0)
	return all, err
}

// aroundFile follows the references of files, which nodes list, until there are no new ones.
func (c *Client) aroundFile(ctx context.Context, all names, owner string, filter node.Filter, known []string) error {
	asked := make(map[string]bool)
	for ask := all.unasked(known, asked); len(ask) > 0; ask = all.unasked(nil, asked) {
		byRef, byHash := filter, filter
		byRef.Refs, byHash.Hashes = ask, itemHashes(ask)
		for _, f := range []node.Filter{byRef, byHash} {
			if len(f.Refs)+len(f.Hashes) == 0 {
				continue
			}
			if _, err := c.collect(ctx, all, owner, message.StatusProcessed, f, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// unasked are the names, of these and of what the versions amend, that were not asked for before. From then on they
// count as asked for.
func (n names) unasked(known []string, asked map[string]bool) []string {
	candidates := slices.Clone(known)
	for _, versions := range n {
		for _, v := range versions {
			candidates = append(candidates, v.amends())
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
