// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// lists are what this run has listed. Reads share one list of each owner and life, to which is added what the run
// publishes. Before an object is changed the node is asked again, since another tool may have been there first; all who ask
// at the same time share that list as well. It is the whole list: a node could tell what is newer, but by a time that
// anybody may date back, and not what was forgotten meanwhile.
type lists struct {
	shared shared.Memo[listKey, *runList]
	fresh  shared.Fresh[listKey, *list]

	mu sync.Mutex
	// changes are what the run has published, in order.
	changes []change
}

// change is what became of what the run published.
type change struct {
	// published is alive now, and forgotten are item hashes that are not any more.
	published *message.Message
	forgotten []string
	// unknown says that the outcome is not known, so that what was listed before may be wrong.
	unknown bool
}

// changed notes what the run has published.
func (l *lists) changed(done change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes = append(l.changes, done)
}

// since are the changes after the first n.
func (l *lists) since(n int) []change {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes[n:]
}

// runList is a list, and how many changes of the run are in it.
type runList struct {
	mu   sync.Mutex
	list *list
	seen int
}

// with is the list after all changes of the run; nil when it has to be read again.
func (r *runList) with(l *lists) *list {
	r.mu.Lock()
	defer r.mu.Unlock()
	done := l.since(r.seen)
	if len(done) == 0 {
		return r.list
	}
	if slices.ContainsFunc(done, func(d change) bool { return d.unknown }) {
		return nil
	}
	changed := *r.list
	changed.named = maps.Clone(r.list.named)
	for _, d := range done {
		if d.published != nil {
			changed.add(d.published, message.StatusProcessed)
		}
		for _, hash := range d.forgotten {
			changed.remove(hash)
		}
	}
	r.list, r.seen = &changed, r.seen+len(done)
	return r.list
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

// sharedList is the list that all reads of this run share, as of the last change of the run.
func (c *Client) sharedList(ctx context.Context, owner string, life Life) (*list, error) {
	key := c.listKey(owner, life)
	for {
		read, err := c.lists.shared.Get(ctx, key, func(ctx context.Context) (*runList, error) {
			seen := len(c.lists.since(0))
			all, err := c.list(ctx, owner, life, key.limit, byStatus)
			return &runList{list: all, seen: seen}, err
		})
		if err != nil {
			return nil, unlisted(err, owner, life)
		}
		if all := read.with(&c.lists); all != nil {
			return all, nil
		}
		c.lists.shared.Forget(key)
	}
}

// freshList is read after the call, for all who call until it begins. It does not tell the status of a version.
func (c *Client) freshList(ctx context.Context, owner string, life Life) (*list, error) {
	key := c.listKey(owner, life)
	all, err := c.lists.fresh.Get(ctx, key, func(ctx context.Context) (*list, error) { return c.list(ctx, owner, life, key.limit, atOnce) })
	return all, unlisted(err, owner, life)
}

// completeList is a fresh list without a limit, which tells the status of each version.
func (c *Client) completeList(ctx context.Context, owner string, life Life) (*list, error) {
	key := c.listKey(owner, life)
	key.limit = 0
	all, err := c.lists.fresh.Get(ctx, key, func(ctx context.Context) (*list, error) { return c.list(ctx, owner, life, 0, byStatus) })
	return all, unlisted(err, owner, life)
}

func unlisted(err error, owner string, life Life) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("unable to list the %s messages of %s: %w", life.Type, owner, err)
}

// How to list what is alive: by status, since a listed message does not say its own, or without telling that.
var (
	byStatus = [][]message.Status{{message.StatusProcessed}, {message.StatusRemoving}}
	atOnce   = [][]message.Status{{message.StatusProcessed, message.StatusRemoving}}
)

// list lists what is alive, with one of the ways above; no more than the limit, unless it is 0.
func (c *Client) list(ctx context.Context, owner string, life Life, limit int, way [][]message.Status) (*list, error) {
	all := newList(owner, life)
	for _, statuses := range way {
		more, err := c.collectWithAmends(ctx, all, statuses, 0, limit)
		if err != nil {
			return nil, err
		}
		if more {
			return &list{owner: owner, life: life, tooLong: true}, nil
		}
	}
	return all, nil
}

// collectWithAmends adds what is of one of the statuses, since a time, to a list. Amends of posts of one type have a type of their own, and are
// listed by what they amend: an owner's other posts are not read.
func (c *Client) collectWithAmends(ctx context.Context, all *list, statuses []message.Status, since message.Time, limit int) (more bool, err error) {
	filter := all.life.filter(all.owner)
	filter.Statuses, filter.StartDate = statuses, since
	if more, err = c.collect(ctx, all, filter, limit); more || err != nil || all.life.PostType == "" || len(all.named) == 0 {
		return more, err
	}
	filter = all.life.amendsOf(all.owner, slices.Sorted(maps.Keys(all.named)))
	filter.Statuses = statuses
	return c.collect(ctx, all, filter, limit)
}

// collect adds what the filter lists to a list. It stops after as many as limit says, and reports whether there are more;
// with a limit of 0, it does not stop.
func (c *Client) collect(ctx context.Context, all *list, filter node.Filter, limit int) (more bool, err error) {
	count := 0
	var status message.Status
	if len(filter.Statuses) == 1 {
		status = filter.Statuses[0]
	}
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
