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
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Newest reads the object that an item hash names, which may be that of any version, a forgotten one too. Unlike Find
// it uses nothing that was read before it was called. The record is that of the live version. An empty owner stands for
// the one that the message names; a forgotten message names none that could be verified, so that the owner is the one
// that objects are created for. The error is an *AbsentError when no version is alive.
func (c *Client) Newest(ctx context.Context, life Life, owner, hash string) (*Object, error) {
	what := "message " + hash
	record, err := c.Fetch(ctx, hash)
	switch {
	case errors.Is(err, node.ErrNotFound):
		return nil, &AbsentError{What: what}
	case err != nil:
		return nil, err
	}
	named, err := c.claimedOwner(ctx, record, life)
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
	found, err := c.searchFresh(ctx, query{owner: owner, life: life, known: []string{hash}})
	if err == nil {
		err = found.check(hash)
	}
	if err == nil {
		err = c.follow(ctx, Tracked{Life: life, Owner: owner, ItemHash: hash}, record, found)
	}
	switch {
	case err != nil:
		return nil, err
	case found.Versions.Has(hash) != record.Status.Alive():
		return nil, &InconsistentError{ItemHash: hash, Status: record.Status}
	case len(found.Versions) == 0:
		return nil, &AbsentError{What: what, Record: record, Candidates: found.Candidates}
	}
	return c.withRecord(ctx, found, record)
}

// NewestNamed is Newest of the object to which its owner gave a name.
func (c *Client) NewestNamed(ctx context.Context, life Life, owner, name string) (*Object, error) {
	found, err := c.searchFresh(ctx, query{owner: owner, life: life, known: []string{name}})
	if err == nil {
		err = found.check()
	}
	switch {
	case err != nil:
		return nil, err
	case len(found.Versions) == 0:
		return nil, &AbsentError{What: fmt.Sprintf("file of %s with the name %q", owner, name)}
	}
	return c.withRecord(ctx, found, node.Record{})
}

// withRecord reads what the node says of the live version, unless that is the record already.
func (c *Client) withRecord(ctx context.Context, found *Object, record node.Record) (*Object, error) {
	live := found.Versions.Live()
	if record.ItemHash != live.ItemHash {
		var err error
		if record, err = c.Fetch(ctx, live.ItemHash); err != nil {
			return nil, err
		}
		if !record.Status.Alive() {
			return nil, &InconsistentError{ItemHash: live.ItemHash, Status: record.Status}
		}
	}
	found.Record = record
	return found, nil
}

// Objects are all that is alive of an owner and a life, what was published last first. Like Newest, it uses nothing that
// was read before. A node could filter the list, but would apply the filter to each version: a superseded one that
// passes it would then be taken for an object of its own. Doubts are the messages that are left out.
func (c *Client) Objects(ctx context.Context, owner string, life Life) ([]*Object, Doubts, error) {
	all, err := c.completeList(ctx, owner, life)
	if err != nil {
		return nil, nil, err
	}
	found, err := c.verified(ctx, all, query{owner: owner, life: life, known: slices.Collect(maps.Keys(all.named))})
	if err == nil && len(found.Versions) == 0 {
		err = found.Doubts.untrue() // a node of which nothing is genuine has no list
	}
	if err != nil {
		return nil, nil, err
	}
	genuine := make(map[string]*message.Message, len(found.Versions))
	for _, m := range found.Versions {
		genuine[m.ItemHash] = m
	}
	var objects []*Object
	for _, related := range all.objects(found.Doubts) {
		versions, err := c.inOrder(ctx, life, related, genuine)
		if err != nil {
			return nil, nil, err
		}
		live := versions.Live()
		objects = append(objects, &Object{
			Record:   node.Record{ItemHash: live.ItemHash, Status: all.version(live.ItemHash).status, Message: live},
			Versions: versions, life: life,
		})
	}
	return objects, found.Doubts, nil
}

// AbsentError is an object of which no version is alive.
type AbsentError struct {
	// What was looked for, in words.
	What string
	// Record is what the node says of the item hash; empty when there is none.
	Record node.Record
	// Candidates are living messages that may have taken over, and may as well be versions of something else.
	Candidates []string
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
	case len(e.Candidates) > 0:
		text += " that is certainly of it; it was forgotten together with others, and what replaced one of those may be: " + strings.Join(e.Candidates, ", ")
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
