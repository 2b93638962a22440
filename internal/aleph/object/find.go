// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Tracked is what is remembered of an object, in order to find it again.
type Tracked struct {
	Life Life
	// Owner may be empty when ItemHash is alive: then it is read from the message.
	Owner string
	// Channel is the one that a FORGET is published in.
	Channel string
	// ItemHash is the version that was live when it was last seen.
	ItemHash string
	// First is the first version, where that stays; empty when it is not known.
	First string
	// Others are further names: older versions, a name that the owner chose. Empty ones are passed over.
	Others []string
	// Unconfirmed is a version that was sent, and of which no outcome is known; nil when there is none.
	Unconfirmed *message.Message
	// Said is what the live version said when it was last seen; nil when nobody knows.
	Said func() (message.Content, error)

	// imported is whether the names come from a user, and were never found on the network before.
	imported bool
}

// arrival is how long a message that was sent may be unknown to the node before it counts as lost: twice the minute
// after which a node has dropped it (NETWORK.md 4.5).
const arrival = 2 * time.Minute

func (t *Tracked) names() []string {
	names := append([]string{t.ItemHash, t.First}, t.Others...)
	if t.Unconfirmed != nil {
		names = append(names, t.Unconfirmed.ItemHash)
	}
	return names
}

// query is how a tracked object is looked for. What a state names was proven when it came into that state; a state that
// does not know the owner is an import's, which has proven nothing.
func (t *Tracked) query() query {
	q := query{owner: t.Owner, life: t.Life, known: t.names()}
	if !t.imported {
		q.ours = q.known
	}
	return q
}

// unarrived reports whether err says that the node does not know a message which was sent, and never confirmed.
func (t *Tracked) unarrived(hash string, err error) bool {
	return errors.Is(err, node.ErrNotFound) && t.Unconfirmed != nil && t.Unconfirmed.ItemHash == hash
}

// Unsure reports whether the tracked version is itself the message of which no outcome is known.
func (t *Tracked) Unsure() bool { return t.Unconfirmed != nil && t.Unconfirmed.ItemHash == t.ItemHash }

// overdue reports whether an unconfirmed message that has not arrived by now counts as lost.
func (t *Tracked) overdue(now time.Time) bool { return now.Sub(t.Unconfirmed.Time.UTC()) > arrival }

// Object is what the network says of an object.
type Object struct {
	// Record is what the node says of the tracked version; its status is empty when that is unconfirmed, and has not
	// arrived.
	Record node.Record
	// Versions are all that are alive, whether the tracked one is or not, but for Doubts, which are left out.
	Versions Versions
	Doubts   Doubts
	// Candidates are living messages that may have taken over from one that is forgotten, and may as well be versions of
	// something else: they are not among Versions.
	Candidates []string
	// Unconfirmed is what the node says of the message whose outcome was not known; nil when there was none. Its status
	// is empty when it has not arrived.
	Unconfirmed *node.Record
	// Open reports whether that message may still come alive: it is pending, or has not arrived and is to be sent again.
	Open bool

	life Life
}

// First is the item hash of the first version of an object that keeps it, as the live version names it. It is empty when
// that names something else, which the owner chose; and for an object that does not keep its first version.
func (o *Object) First() string { return o.life.first(o.Versions) }

// Gone reports whether no version is alive, and none may come alive either: nothing is left to keep.
func (o *Object) Gone() bool { return len(o.Versions) == 0 && !o.Open }

// Find reads the tracked version, waits until it is no longer pending as long as ctx lasts, and finds every living
// version of the object. A version that the network does not know is an error, never an absence: a message once
// processed cannot vanish, and to publish it again would be to pay twice.
//
// A tracked version that is in doubt is an error as well, and so is it when all that is left is in doubt.
func (c *Client) Find(ctx context.Context, t Tracked) (*Object, error) {
	t.imported = t.Owner == ""
	object, err := c.find(ctx, t)
	if err == nil {
		err = c.confirmFirst(ctx, object)
	}
	if err == nil {
		c.know(append(object.Versions.Superseded(), t.names()...)...)
		if live := object.Versions.Live(); live != nil {
			c.know(live.ItemHash)
		}
	}
	return object, err
}

// confirmFirst asks for the first version that amends name when it is not among what is alive: what a list lacks may be
// anything.
func (c *Client) confirmFirst(ctx context.Context, o *Object) error {
	first := o.First()
	if first == "" || o.Versions.Has(first) {
		return nil
	}
	if err := o.Doubts.of(first); err != nil {
		return err
	}
	status, err := c.Node.Status(ctx, first)
	if err == nil && status.Alive() {
		err = &InconsistentError{ItemHash: first, Status: status}
	}
	return err
}

func (c *Client) find(ctx context.Context, t Tracked) (*Object, error) {
	if object, err := c.listed(ctx, t); object != nil || err != nil {
		return object, err
	}
	object := Object{life: t.Life}
	var err error
	if object.Record, err = c.outcome(ctx, t, t.ItemHash); err != nil {
		return nil, err
	}
	if sent := t.Unconfirmed; sent != nil {
		record := object.Record
		if sent.ItemHash != t.ItemHash {
			if record, err = c.outcome(ctx, t, sent.ItemHash); err != nil {
				return nil, err
			}
		}
		object.Unconfirmed = &record
		object.Open = record.Status == message.StatusPending || record.Status == "" && (t.Unsure() || !t.overdue(c.Clock.Now()))
	}
	if object.Record.Status == message.StatusPending || object.Record.Status == "" {
		return &object, nil
	}
	if t.Owner == "" {
		t.Owner, err = c.claimedOwner(ctx, object.Record, t.Life)
		// A message that is forgotten names no owner.
		if t.Owner = cmp.Or(t.Owner, c.Defaults.Owner); err != nil || t.Owner == "" {
			return &object, err
		}
	}
	// Waiting for what is pending may have taken all the time.
	ctx, cancel := lasting(ctx)
	defer cancel()
	found, err := c.consistent(ctx, t, object.Record)
	if err == nil {
		err = c.follow(ctx, t, object.Record, found)
	}
	if err != nil {
		return nil, err
	}
	object.Versions, object.Doubts, object.Candidates = found.Versions, found.Doubts, found.Candidates
	return &object, nil
}

// listed finds an object in the list that all reads share, without a request of its own. It returns nil when the list
// does not show the tracked version as processed: what is absent from it may be anything, and is asked for.
func (c *Client) listed(ctx context.Context, t Tracked) (*Object, error) {
	if t.Owner == "" || t.Unconfirmed != nil {
		return nil, nil
	}
	all, err := c.sharedList(ctx, t.Owner, t.Life, ofThisRun)
	if err != nil {
		return nil, err
	}
	tracked := all.version(t.ItemHash)
	if tracked == nil || tracked.status != message.StatusProcessed {
		return nil, nil
	}
	found, err := c.verified(ctx, all, t.query())
	if err == nil {
		err = found.check(t.names()...)
	}
	if err != nil {
		return nil, err
	}
	found.Record = node.Record{ItemHash: t.ItemHash, Status: message.StatusProcessed, Message: found.Versions.Of(t.ItemHash)}
	return found, nil
}

// outcome is the record of a message that is tracked, pending only when ctx ended first; its status is empty when it
// is unconfirmed, and has not arrived.
func (c *Client) outcome(ctx context.Context, t Tracked, hash string) (node.Record, error) {
	record, err := c.Fetch(ctx, hash)
	if err == nil && record.Status == message.StatusPending {
		record, err = c.awaited(ctx, hash)
	}
	if t.unarrived(hash, err) {
		return node.Record{ItemHash: hash}, nil
	}
	return record, err
}

// consistent lists the versions, and once more when the list is older than the record.
func (c *Client) consistent(ctx context.Context, t Tracked, record node.Record) (*Object, error) {
	for _, search := range []func(context.Context, query) (*Object, error){c.search, c.searchFresh} {
		found, err := search(ctx, t.query())
		if err == nil {
			err = found.check(t.names()...)
		}
		if err != nil || found.Versions.Has(t.ItemHash) == record.Status.Alive() {
			return found, err
		}
	}
	return nil, &InconsistentError{ItemHash: t.ItemHash, Status: record.Status}
}

// awaited is the record of a message after its time as pending; it is returned as pending when ctx ends before.
func (c *Client) awaited(ctx context.Context, hash string) (node.Record, error) {
	record, err := c.Node.Wait(ctx, hash)
	if err != nil && ctx.Err() != nil {
		return node.Record{ItemHash: hash, Status: message.StatusPending}, nil //nolint:nilerr // when the time is up, the message is pending
	}
	if err != nil {
		return record, err
	}
	return c.genuineRecord(ctx, record, hash)
}

// claimedOwner is the owner that a message of a life names; empty when the record has no message.
func (c *Client) claimedOwner(ctx context.Context, record node.Record, life Life) (string, error) {
	m := record.Message
	if m == nil {
		return "", nil
	}
	if m.Type != life.Type {
		return "", &KindError{ItemHash: m.ItemHash, Type: m.Type, Wanted: life}
	}
	v, err := life.versionOf(m)
	if err != nil {
		return "", err
	}
	if life.PostType == "" {
		return v.owner, nil
	}
	original, err := c.originalOf(ctx, m)
	if err != nil {
		return "", err
	}
	if v, err = life.versionOf(original); err != nil {
		return "", err
	}
	if v.contentType != life.PostType {
		return "", &KindError{ItemHash: m.ItemHash, Type: m.Type, PostType: v.contentType, Wanted: life}
	}
	return v.owner, nil
}
