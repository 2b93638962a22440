// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"context"

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
	filter.Hashes = itemHashes(known)
	if _, err := c.collect(ctx, all, owner, message.StatusProcessed, filter, 0); err != nil {
		return nil, err
	}
	// What amends a program is not to be found by it, but the version that takes over is never older.
	filter.Hashes = nil
	for _, versions := range all {
		for _, v := range versions {
			if filter.StartDate == 0 || v.message.Time < filter.StartDate {
				filter.StartDate = v.message.Time
			}
		}
	}
	_, err := c.collect(ctx, all, owner, message.StatusProcessed, filter, 0)
	return all, err
}

// aroundFile follows the references of files, which nodes list, until there are no new ones.
func (c *Client) aroundFile(ctx context.Context, all names, owner string, filter node.Filter, known []string) error {
	asked := make(map[string]bool)
	for {
		var ask []string
		for _, name := range append(known, all.referred()...) {
			if name != "" && !asked[name] {
				asked[name] = true
				ask = append(ask, name)
			}
		}
		if len(ask) == 0 {
			return nil
		}
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
}

// referred are the names that the versions amend.
func (n names) referred() []string {
	var referred []string
	for _, versions := range n {
		for _, v := range versions {
			referred = append(referred, v.amends())
		}
	}
	return referred
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
