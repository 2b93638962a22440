// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// list is what a node says is alive of an owner and a life: whoever takes a message from it verifies that message.
type list struct {
	owner string
	life  Life
	// tooLong says that the owner has more than is worth listing: then it is empty.
	tooLong bool
	// named are the versions by their item hashes, and by what they amend.
	named map[string][]*version
}

func newList(owner string, life Life) *list {
	return &list{owner: owner, life: life, named: make(map[string][]*version)}
}

// add takes in a message, unless it is another owner's, or is in already. One that cannot be read is taken in by its item
// hash alone: whoever looks for it learns why it is left out.
func (l *list) add(m *message.Message, status message.Status) {
	if l.version(m.ItemHash) != nil {
		return
	}
	v, err := l.life.versionOf(m)
	if err != nil {
		v = &version{message: m, owner: l.owner}
	}
	if v.owner != l.owner {
		return
	}
	v.status = status
	l.named[m.ItemHash] = append(l.named[m.ItemHash], v)
	if v.amends != "" {
		l.named[v.amends] = append(l.named[v.amends], v)
	}
}

// version is the message of an item hash, nil when it is not alive.
func (l *list) version(hash string) *version {
	for _, v := range l.named[hash] {
		if v.message.ItemHash == hash {
			return v
		}
	}
	return nil
}

// related walks from the known names along what the versions amend, in both directions, without those in doubt. The oldest
// comes first. What is not alive is passed only when it is known, or the first version, which is always the owner's own:
// two programs that amend the same stranger's program are not versions of one another (NETWORK.md 7.1, 7.3).
func (l *list) related(known []string, doubts Doubts) []*version {
	found := make(map[string]*version)
	queue := slices.Clone(known)
	passed := make(map[string]bool)
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if name == "" || passed[name] {
			continue
		}
		passed[name] = true
		for _, v := range l.named[name] {
			hash := v.message.ItemHash
			if doubts[hash] != nil {
				continue
			}
			found[hash] = v
			queue = append(queue, hash)
			if l.life.KeepsFirst || l.version(v.amends) != nil && doubts[v.amends] == nil {
				queue = append(queue, v.amends)
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), older)
}

// objects are the versions of each object, the object whose live version is the newest first.
func (l *list) objects(doubts Doubts) [][]*version {
	var objects [][]*version
	seen := make(map[string]bool)
	for name := range l.named {
		if seen[name] || l.version(name) == nil || doubts[name] != nil {
			continue
		}
		versions := l.related([]string{name}, doubts)
		for _, v := range versions {
			seen[v.message.ItemHash] = true
		}
		objects = append(objects, versions)
	}
	slices.SortFunc(objects, func(a, b []*version) int {
		newer, older := a[len(a)-1], b[len(b)-1]
		return cmp.Or(cmp.Compare(older.time, newer.time), cmp.Compare(newer.message.ItemHash, older.message.ItemHash))
	})
	return objects
}

// listKey names a list of at most so many messages; of all when the limit is 0.
type listKey struct {
	owner    string
	kind     message.Type
	postType string
	limit    int
}

func (c *Client) listKey(owner string, life Life) listKey {
	return listKey{owner, life.Type, life.PostType, cmp.Or(c.listLimit, worthListing)}
}

// worthListing is up to how many messages of an owner are listed for all reads together; a plan of a few resources
// should not read 100,000 messages. Ten pages take a node half a second.
const worthListing = 2000

// sharedList is the list that all reads of this process share until the owner publishes.
func (c *Client) sharedList(ctx context.Context, owner string, life Life) (*list, error) {
	key := c.listKey(owner, life)
	l, err := c.catalogs.Get(ctx, key, func(ctx context.Context) (*list, error) { return c.list(ctx, owner, life, key.limit) })
	return l, unlisted(err, owner, life)
}

// freshList is a list that is read from a moment after the call, for all who ask until then, and that leaves the shared
// one as it is.
func (c *Client) freshList(ctx context.Context, owner string, life Life, limit int) (*list, error) {
	key := c.listKey(owner, life)
	key.limit = limit
	l, err := c.lists.Get(ctx, key, func(ctx context.Context) (*list, error) { return c.list(ctx, owner, life, limit) })
	return l, unlisted(err, owner, life)
}

func unlisted(err error, owner string, life Life) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("unable to list the %s messages of %s: %w", life.Type, owner, err)
}

// list lists by status, since a listed message does not say its own; no more than the limit, unless it is 0.
func (c *Client) list(ctx context.Context, owner string, life Life, limit int) (*list, error) {
	all := newList(owner, life)
	for _, status := range []message.Status{message.StatusProcessed, message.StatusRemoving} {
		filter := node.Filter{Types: []message.Type{life.Type}, Owners: []string{owner}, Statuses: []message.Status{status}}
		more, err := c.collect(ctx, all, status, filter, limit)
		if err != nil {
			return nil, err
		}
		if more {
			return &list{owner: owner, life: life, tooLong: true}, nil
		}
	}
	return all, nil
}

// collect adds what the filter lists to a list. It stops after as many as limit says, and reports whether there are more;
// with a limit of 0, it does not stop.
func (c *Client) collect(ctx context.Context, all *list, status message.Status, filter node.Filter, limit int) (more bool, err error) {
	count := 0
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return false, err
		}
		if count++; limit > 0 && count > limit {
			return true, nil
		}
		all.add(&m, status)
	}
	return false, nil
}

// forgetLists makes the next read of an owner's messages ask the node: something was published.
func (c *Client) forgetLists(owner string) {
	for _, life := range []Life{Programs, Files} {
		c.catalogs.Forget(c.listKey(owner, life))
	}
}
