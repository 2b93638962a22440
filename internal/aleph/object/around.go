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
func (c *Client) around(ctx context.Context, owner string, life Life, known []string) (*list, error) {
	all := newList(owner, life)
	asked := make(map[string]bool)
	for ask := all.unasked(known, asked); len(ask) > 0; ask = all.unasked(nil, asked) {
		for _, filter := range life.filtersAround(owner, ask) {
			if _, err := c.collect(ctx, all, filter, 0); err != nil {
				return nil, unlisted(err, owner, life)
			}
		}
	}
	if life.KeepsFirst {
		return all, nil
	}
	// A node lists no messages by what they replace, but one that takes over is never older.
	filter := life.filter(owner)
	for _, versions := range all.named {
		for _, v := range versions {
			if filter.StartDate == 0 || v.time < filter.StartDate {
				filter.StartDate = v.time
			}
		}
	}
	_, err := c.collect(ctx, all, filter, 0)
	return all, unlisted(err, owner, life)
}

// filtersAround list the messages of an owner that have one of these names, or refer to one.
func (l Life) filtersAround(owner string, names []string) []node.Filter {
	var filters []node.Filter
	if l.KeepsFirst {
		filters = append(filters, l.amendsOf(owner, names))
	}
	if hashes := itemHashes(names); len(hashes) > 0 {
		filters = append(filters, node.Filter{Types: []message.Type{l.Type}, Owners: []string{owner}, Hashes: hashes})
	}
	return filters
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
