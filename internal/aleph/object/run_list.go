// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// runList is a list that goes on with the run: to it is added what the run publishes, and what a look finds.
type runList struct {
	mu sync.Mutex
	// list is nil before it is read, and when it has to be read again.
	list *list
	// seen is how many changes of the run are in it.
	seen int
	// looked is when the node was last asked what is new, for a change; and asOf is up to when the list is complete, by the
	// node's clock.
	looked, asOf time.Time
	// strange are messages that the node received lately, and that belong into other lists.
	strange map[string]bool
}

// now is the list after all changes of the run; nil when it has to be read again, or no look is as new as that.
func (r *runList) now(l *lists, age time.Duration) *list {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.list == nil || age != ofThisRun && time.Since(r.looked) >= age {
		return nil
	}
	done := l.since(r.seen)
	if len(done) == 0 || r.list.tooLong { // of that, nothing is used
		return r.list
	}
	if slices.ContainsFunc(done, func(d change) bool { return d.unknown }) {
		r.list = nil
		return nil
	}
	changed := r.list.clone()
	for _, d := range done {
		if d.published != nil {
			changed.add(d.published, message.StatusProcessed)
		}
		for _, hash := range d.forgotten {
			changed.remove(hash)
		}
	}
	r.list, r.seen = changed, r.seen+len(done)
	return r.list
}

// read takes in the whole list, as of a time of this machine and of the node, when the run had made so many changes.
func (r *runList) read(all *list, seen int, looked, asOf time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.seen, r.looked, r.asOf, r.strange = all, seen, looked, asOf, nil
}

// found takes in what a look has found, and what it has seen beside that.
func (r *runList) found(news []message.Message, strange map[string]bool, looked, asOf time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looked, r.asOf, r.strange = looked, asOf, strange
	if r.list == nil || len(news) == 0 {
		return
	}
	changed := r.list.clone()
	for _, m := range news {
		changed.add(&m, message.StatusProcessed)
	}
	r.list = changed
}

func (r *runList) lastLook() (asOf time.Time, strange map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asOf, r.strange
}

// clone is a list of the same versions, which can be changed.
func (l *list) clone() *list {
	other := *l
	other.named = maps.Clone(l.named)
	return &other
}

// overlap is how far a look goes back behind the last one: a node lists a message by when it received it, once it has
// processed it (NETWORK.md 4.5, 5.2).
const overlap = 4 * time.Second

// look adds to a list what other tools published since the last look. It asks for item hashes by when the node received
// them, which nobody can date back, and of which the run's own take little room; and then for those messages that are not
// known. It reports false when the whole list has to be read: after a FORGET of another tool, when there is too
// much, and when the node does not list item hashes.
func (c *Client) look(ctx context.Context, run *runList, all *list) (known bool, err error) {
	if all.tooLong {
		return true, nil // nothing is taken from it
	}
	asOf, before := run.lastLook()
	looked := time.Now()
	hashes, whole, err := c.Node.Received(ctx, message.TimeOf(asOf.Add(-overlap)))
	if err != nil || !whole {
		return false, err
	}
	var unknown []string
	strange := make(map[string]bool)
	for _, hash := range hashes {
		switch {
		case before[hash]:
			strange[hash] = true
		case all.version(hash) == nil && !c.lists.isOurs(hash):
			unknown = append(unknown, hash)
		}
	}
	news, known, err := c.identify(ctx, all, unknown)
	if err != nil || !known {
		return false, err
	}
	for _, hash := range unknown {
		strange[hash] = true
	}
	run.found(news, strange, looked, c.Node.ItsTime(looked))
	return true, nil
}

// identify reads those of some messages that belong into a list. It reports false when one of them is a FORGET of what is
// in the list.
func (c *Client) identify(ctx context.Context, all *list, hashes []string) (news []message.Message, known bool, err error) {
	if len(hashes) == 0 {
		return nil, true, nil
	}
	filter := node.Filter{Types: []message.Type{all.life.Type, message.TypeForget}, Owners: []string{all.owner}, Hashes: hashes}
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return nil, false, err
		}
		if m.Type == message.TypeForget {
			if all.concerns(&m) {
				return nil, false, nil
			}
			continue
		}
		news = append(news, m)
	}
	return news, true, nil
}

// concerns reports whether a FORGET may have ended something that is in the list.
func (l *list) concerns(m *message.Message) bool {
	var content message.Forget
	if err := message.Decode(m, &content); err != nil {
		return true
	}
	return slices.ContainsFunc(content.Hashes, func(hash string) bool { return l.version(hash) != nil })
}
