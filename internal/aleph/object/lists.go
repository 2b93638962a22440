// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// lists are what this run has listed. All share one list of each owner and life, to which is added what the run publishes.
// Before an object is changed, the node is asked what it received since, for another tool may have been there first.
type lists struct {
	// turns read what is missing of the lists, one at a time for all who ask for the same meanwhile.
	turns shared.Fresh[turn, struct{}]
	// fresh are lists of their own, for who uses nothing that was read before.
	fresh shared.Fresh[listKey, *list]

	mu   sync.Mutex
	runs map[listKey]*runList
	// changes are what the run has published, in order.
	changes []change
	// ours are the item hashes of what the run has sent, and of what that names.
	ours map[string]bool
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

// sending notes what the run is about to send, so that it is not taken for another tool's.
func (l *lists) sending(hashes ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ours == nil {
		l.ours = make(map[string]bool)
	}
	for _, hash := range hashes {
		l.ours[hash] = true
	}
}

func (l *lists) isOurs(hash string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ours[hash]
}

// run is the list of a key, which may not be read yet.
func (l *lists) run(key listKey) *runList {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = make(map[listKey]*runList)
	}
	if l.runs[key] == nil {
		l.runs[key] = &runList{}
	}
	return l.runs[key]
}

// listKey names a list of at most so many messages; of all when the limit is 0.
type listKey struct {
	owner    string
	kind     message.Type
	postType string
	limit    int
}

// turn brings a list up to an age.
type turn struct {
	listKey
	age time.Duration
}

func (c *Client) listKey(owner string, life Life) listKey {
	return listKey{owner, life.Type, life.PostType, cmp.Or(c.listLimit, worthListing)}
}

// worthListing is up to how many messages of an owner are listed for all reads together; a plan of a few resources
// should not read 100,000 messages. Ten pages take a node half a second.
const worthListing = 2000

// How old a list may be: for reads as old as the run, and for changes a look that a node needs as long to process what it
// is sent (NETWORK.md 4.5), so that no answer tells of the last second anyway.
const (
	ofThisRun = time.Duration(math.MaxInt64)
	lookLasts = 2 * time.Second
)

// sharedList is the list that all share, as of the last change of the run. The node was asked what is new no longer ago
// than age, or after the call.
func (c *Client) sharedList(ctx context.Context, owner string, life Life, age time.Duration) (*list, error) {
	key := c.listKey(owner, life)
	run := c.lists.run(key)
	all := run.now(&c.lists, age)
	for all == nil {
		_, err := c.lists.turns.Get(ctx, turn{key, age}, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, c.update(ctx, run, owner, life, age)
		})
		if err != nil {
			return nil, unlisted(err, owner, life)
		}
		all = run.now(&c.lists, ofThisRun)
	}
	return all, nil
}

// update asks for what is new, or for the whole list, unless somebody else has meanwhile.
func (c *Client) update(ctx context.Context, run *runList, owner string, life Life, age time.Duration) error {
	if run.now(&c.lists, age) != nil {
		return nil
	}
	if all := run.now(&c.lists, ofThisRun); all != nil {
		if known, err := c.look(ctx, run, all); known || err != nil {
			return err
		}
	}
	began, seen := time.Now(), len(c.lists.since(0))
	all, err := c.list(ctx, owner, life, c.listKey(owner, life).limit, byStatus)
	if err != nil {
		return err
	}
	asOf := c.Node.ItsTime(began)
	if age == ofThisRun {
		began = time.Time{} // a read is no look
	}
	run.read(all, seen, began, asOf)
	return nil
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
