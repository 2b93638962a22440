// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// query says which object is looked for.
type query struct {
	owner string
	life  Life
	// known are names of its versions.
	known []string
	// ours are item hashes of which it was proven before that their signers spoke for the owner.
	ours []string
}

// search finds the living versions of an object in the list that all reads share.
func (c *Client) search(ctx context.Context, q query) (*Object, error) {
	return c.searchNoOlder(ctx, q, ofThisRun)
}

// searchToChange is search before something is changed: another tool may have been there first. What this run has changed
// already is always looked for anew.
func (c *Client) searchToChange(ctx context.Context, q query) (*Object, error) {
	if slices.ContainsFunc(q.known, c.lists.isOurs) {
		return c.searchNoOlder(ctx, q, 0)
	}
	return c.searchNoOlder(ctx, q, lookLasts)
}

func (c *Client) searchNoOlder(ctx context.Context, q query, age time.Duration) (*Object, error) {
	all, err := c.sharedList(ctx, q.owner, q.life, age)
	if err != nil {
		return nil, err
	}
	return c.searchIn(ctx, all, q)
}

// searchFresh is search in a list that is read after the call: what another tool published a moment ago is in it.
func (c *Client) searchFresh(ctx context.Context, q query) (*Object, error) {
	all, err := c.freshList(ctx, q.owner, q.life)
	if err != nil {
		return nil, err
	}
	return c.searchIn(ctx, all, q)
}

// searchIn finds the versions in a list, or around what is known when the list is too long.
func (c *Client) searchIn(ctx context.Context, all *list, q query) (*Object, error) {
	if all.tooLong {
		var err error
		if all, err = c.around(ctx, q.owner, q.life, q.known); err != nil {
			return nil, err
		}
	}
	return c.verified(ctx, all, q)
}

// verified are the versions that a query finds in a list: genuine, and their owner's. Those in doubt are left out, with
// what only they lead to.
func (c *Client) verified(ctx context.Context, all *list, q query) (*Object, error) {
	genuine := make(map[string]*message.Message)
	doubts := make(Doubts)
	for {
		related, before := all.related(q.known, doubts), len(doubts)
		for _, v := range related {
			hash := v.message.ItemHash
			if genuine[hash] != nil {
				continue
			}
			m, err := c.believed(ctx, all, q, v)
			switch {
			case err == nil:
				genuine[hash] = m
			case isDoubt(err):
				doubts[hash] = err
			default:
				return nil, err
			}
		}
		if len(doubts) == before {
			versions, err := c.inOrder(ctx, q.life, related, genuine)
			return &Object{Versions: versions, Doubts: doubts, life: q.life}, err
		}
	}
}

// believed is the message of a version: genuine, and its owner's.
func (c *Client) believed(ctx context.Context, all *list, q query, v *version) (*message.Message, error) {
	m, err := c.genuine(ctx, v.message)
	if err != nil {
		return nil, err
	}
	if err := q.life.confirm(v, m); err != nil {
		return nil, err
	}
	if slices.Contains(q.ours, m.ItemHash) {
		return m, nil
	}
	judged := m
	if original := all.version(v.amends); original != nil && q.life.amendType != "" {
		judged = original.message
	}
	return m, c.authorise(ctx, q.owner, m, judged)
}

// inOrder are the messages of versions, oldest first. Of several newest ones of the same time, the network keeps to the one
// that came first, where it keeps a name for the object (NETWORK.md 7.1, 7.5).
func (c *Client) inOrder(ctx context.Context, life Life, related []*version, genuine map[string]*message.Message) (Versions, error) {
	versions := make(Versions, len(related))
	for i, v := range related {
		versions[i] = genuine[v.message.ItemHash]
	}
	newest := slices.IndexFunc(versions, func(m *message.Message) bool { return m.Time.UTC().Equal(versions.Live().Time.UTC()) })
	if !life.KeepsFirst || newest == len(versions)-1 {
		return versions, nil
	}
	arrived := make(map[string]message.Time)
	for _, m := range versions[newest:] {
		record, err := c.Node.Message(ctx, m.ItemHash)
		if err != nil {
			return nil, fmt.Errorf("unable to tell which version came first: %w", err)
		}
		arrived[m.ItemHash] = record.ReceivedAt
	}
	slices.SortStableFunc(versions[newest:], func(a, b *message.Message) int {
		return cmp.Compare(arrived[b.ItemHash], arrived[a.ItemHash])
	})
	return versions, nil
}
