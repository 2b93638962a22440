// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Newest reads the object that an item hash names, which may be that of any version, a forgotten one too. Unlike Find
// it uses nothing that was read before it was called. The record is that of the live version. An empty owner stands for
// the one that the message names; a forgotten message names none that could be verified, so that the owner is the one
// that objects are created for. The error is an *AbsentError when no version is alive.
func (c *Client) Newest(ctx context.Context, kind message.Type, owner, hash string) (*Object, error) {
	what := "message " + hash
	record, err := c.Fetch(ctx, hash)
	switch {
	case errors.Is(err, node.ErrNotFound):
		return nil, &AbsentError{What: what}
	case err != nil:
		return nil, err
	}
	named, err := ownerOf(record, kind)
	if err != nil {
		return nil, err
	}
	if owner != "" && named != "" && named != owner {
		return nil, &OwnerError{ItemHash: hash, Owner: named, Asked: owner}
	}
	owner = cmp.Or(owner, named, c.Defaults.Owner)
	if owner == "" {
		return nil, &AbsentError{What: what, Record: record, NoOwner: true}
	}
	found, err := c.fresh(ctx, query{owner: owner, kind: kind, known: []string{hash}})
	if err == nil {
		err = found.check(hash)
	}
	if err == nil && len(found.versions) == 0 {
		found, err = c.successors(ctx, Tracked{Kind: kind, Owner: owner, ItemHash: hash}, record)
	}
	switch {
	case err != nil:
		return nil, err
	case found.versions.Has(hash) != record.Status.Alive():
		return nil, &InconsistentError{ItemHash: hash, Status: record.Status}
	case len(found.versions) == 0:
		return nil, &AbsentError{What: what, Record: record}
	}
	return c.withRecord(ctx, found, record)
}

// NewestNamed is Newest of the file that an owner keeps under a tag.
func (c *Client) NewestNamed(ctx context.Context, owner, tag string) (*Object, error) {
	found, err := c.fresh(ctx, query{owner: owner, kind: message.TypeStore, known: []string{tag}})
	if err == nil {
		err = found.check()
	}
	switch {
	case err != nil:
		return nil, err
	case len(found.versions) == 0:
		return nil, &AbsentError{What: fmt.Sprintf("file of %s with the name %q", owner, tag)}
	}
	return c.withRecord(ctx, found, node.Record{})
}

// withRecord reads what the node says of the live version, unless that is the record already.
func (c *Client) withRecord(ctx context.Context, found selection, record node.Record) (*Object, error) {
	live := found.versions.Live()
	if record.ItemHash != live.ItemHash {
		var err error
		if record, err = c.Fetch(ctx, live.ItemHash); err != nil {
			return nil, err
		}
		if !record.Status.Alive() {
			return nil, &InconsistentError{ItemHash: live.ItemHash, Status: record.Status}
		}
	}
	return &Object{Record: record, Versions: found.versions, Doubts: found.doubts}, nil
}

// Objects are all that is alive of an owner and a type, what was published last first. Like Newest, it uses nothing that
// was read before. A node could filter the list, but would apply the filter to each version: a superseded one that
// passes it would then be taken for an object of its own. Doubts are the messages that are left out.
func (c *Client) Objects(ctx context.Context, owner string, kind message.Type) ([]*Object, Doubts, error) {
	list, err := c.freshList(ctx, listKey{catalogKey: catalogKey{owner, kind}})
	if err != nil {
		return nil, nil, fmt.Errorf("unable to list the %s messages of %s: %w", kind, owner, err)
	}
	all, err := c.selected(ctx, list.names, query{owner: owner, kind: kind, known: slices.Collect(maps.Keys(list.names))})
	if err == nil && len(all.versions) == 0 {
		err = all.doubts.untrue() // a node of which nothing is genuine has no list
	}
	if err != nil {
		return nil, nil, err
	}
	var objects []*Object
	for _, related := range list.names.apart(all.doubts) {
		versions := versionsOf(related, all.believed)
		live := versions.Live()
		objects = append(objects, &Object{
			Record:   node.Record{ItemHash: live.ItemHash, Status: list.names.version(live.ItemHash).status, Message: live},
			Versions: versions,
		})
	}
	return objects, all.doubts, nil
}

// apart are the versions of each object, the object whose live version is the newest first.
func (n names) apart(doubts Doubts) [][]*version {
	var objects [][]*version
	seen := make(map[string]bool)
	for name := range n {
		if seen[name] || n.version(name) == nil || doubts[name] != nil {
			continue
		}
		versions := n.related([]string{name}, doubts)
		for _, v := range versions {
			seen[v.message.ItemHash] = true
		}
		objects = append(objects, versions)
	}
	slices.SortFunc(objects, func(a, b []*version) int {
		newer, older := a[len(a)-1], b[len(b)-1]
		return cmp.Or(cmp.Compare(older.Time, newer.Time), cmp.Compare(newer.message.ItemHash, older.message.ItemHash))
	})
	return objects
}

// fresh is search in a list that is read anew, without taking the list away that other reads share.
func (c *Client) fresh(ctx context.Context, q query) (selection, error) {
	list, err := c.freshList(ctx, listKey{catalogKey{q.owner, q.kind}, c.limit()})
	if err != nil {
		return selection{}, fmt.Errorf("unable to list the %s messages of %s: %w", q.kind, q.owner, err)
	}
	return c.selectedIn(ctx, list, q)
}

// listKey is a list of at most so many messages; of all when the limit is 0.
type listKey struct {
	catalogKey
	limit int
}

// freshList lists as catalogOf does, from a moment after the call.
func (c *Client) freshList(ctx context.Context, key listKey) (*catalog, error) {
	return c.lists.Get(ctx, key, func(ctx context.Context) (*catalog, error) { return c.list(ctx, key.catalogKey, key.limit) })
}

// AbsentError is an object of which no version is alive.
type AbsentError struct {
	// What was looked for, in words.
	What string
	// Record is what the node says of the item hash; empty when there is none.
	Record node.Record
	// NoOwner is whether it could not be looked for what took over from it, since nobody said whose it is.
	NoOwner bool
}

func (e *AbsentError) Error() string {
	text := "the node knows no " + e.What
	if e.Record.Status != "" {
		text = fmt.Sprintf("%s is %s, and no other version is alive", e.What, e.Record.Status)
	}
	switch {
	case e.NoOwner:
		text = fmt.Sprintf("%s is %s, and it is not known whose it is", e.What, e.Record.Status)
	case e.Record.Rejection != nil:
		text += ": " + e.Record.Rejection.Error()
	case e.Record.Reason != "":
		text += ": " + e.Record.Reason
	}
	return text
}

// Remedy says what to do.
func (e *AbsentError) Remedy() string {
	switch {
	case e.NoOwner:
		return "Give `address`, the owner: what took over from a version that is gone is looked for among the owner's."
	case e.Record.Status == message.StatusPending:
		return "Try again when the network has processed it."
	case e.Record.Status == message.StatusForgotten:
		return "Name a version that is alive. When it is another owner's than the provider's, give `address`: what took over from it is looked for among the owner's."
	}
	return "Check what it is called, and whose it is. What was published a moment ago through another node may take a while to arrive."
}

// OwnerError is a message of another owner than was asked for.
type OwnerError struct{ ItemHash, Owner, Asked string }

func (e *OwnerError) Error() string {
	return fmt.Sprintf("%s belongs to %s, not to %s", e.ItemHash, e.Owner, e.Asked)
}

// Remedy says what to do.
func (e *OwnerError) Remedy() string {
	return "Correct `address`, or leave it out: a message that is alive says itself whose it is."
}

// InconsistentError is a node whose lists do not say what it says of a message.
type InconsistentError struct {
	ItemHash string
	Status   message.Status
}

func (e *InconsistentError) Error() string {
	return fmt.Sprintf("the node says that %s is %s, and its list says otherwise", e.ItemHash, e.Status)
}

// Remedy says what to do.
func (e *InconsistentError) Remedy() string {
	return "Try again: another tool may have changed it in this very moment. If it happens again, name another node with `api_url`."
}
