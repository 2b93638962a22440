// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Doubts are messages that a node hands out as versions, and that are left out, by item hash: the error is an *UntrueError,
// a *message.UnverifiableError or an *AuthorityError.
type Doubts map[string]error

// Errors say which messages are left out, and why, in the order of their item hashes; nil for none.
func (d Doubts) Errors() []error {
	var errs []error
	for _, hash := range slices.Sorted(maps.Keys(d)) {
		errs = append(errs, d[hash])
	}
	return errs
}

// of is the first doubt about one of these messages; nil when there is none.
func (d Doubts) of(hashes ...string) error {
	for _, hash := range hashes {
		if err := d[hash]; err != nil {
			return err
		}
	}
	return nil
}

// untrue is the first doubt about a message that is certainly not genuine; nil when there is none.
func (d Doubts) untrue() error {
	for _, err := range d.Errors() {
		if untrue := (*UntrueError)(nil); errors.As(err, &untrue) {
			return err
		}
	}
	return nil
}

// isDoubt reports whether an error is about one message, which can be left out, and not about a request that failed.
func isDoubt(err error) bool {
	var untrue *UntrueError
	var unverifiable *message.UnverifiableError
	var unauthorised *AuthorityError
	return errors.As(err, &untrue) || errors.As(err, &unverifiable) || errors.As(err, &unauthorised)
}

// selection is what is believed of a list.
type selection struct {
	versions Versions
	// believed are the versions by their item hashes.
	believed map[string]*message.Message
	doubts   Doubts
}

// check refuses a selection in which one of these messages is in doubt, or in which nothing is left but doubts: an object
// that is left out is not one that is gone.
func (s selection) check(hashes ...string) error {
	err := s.doubts.of(hashes...)
	if err == nil && len(s.versions) == 0 {
		err = s.doubts.of(slices.Sorted(maps.Keys(s.doubts))...)
	}
	return err
}

// checkChange is check before something is changed. What is not genuine stops that, whatever it is about: else a version
// that something on the way altered would be left behind, alive and paid.
func (s selection) checkChange(hashes ...string) error {
	if err := s.doubts.untrue(); err != nil {
		return err
	}
	return s.check(hashes...)
}

// query says which object is looked for.
type query struct {
	owner string
	kind  message.Type
	// known are names of its versions.
	known []string
	// ours are item hashes of which it was proven before that their signers spoke for the owner.
	ours []string
}

// query is how a tracked object is looked for. What a state names was proven when it came into that state; a state that
// does not know the owner is an import's, which has proven nothing.
func (t *Tracked) query() query {
	q := query{owner: t.Owner, kind: t.Kind, known: t.names()}
	if !t.imported {
		q.ours = q.known
	}
	return q
}

// selected are the versions that a query finds among all, without those in doubt, and without what only those lead to.
func (c *Client) selected(ctx context.Context, all names, q query) (selection, error) {
	s := selection{believed: make(map[string]*message.Message), doubts: make(Doubts)}
	for {
		related, before := all.related(q.known, s.doubts), len(s.doubts)
		for _, v := range related {
			hash := v.message.ItemHash
			if s.believed[hash] != nil {
				continue
			}
			m, err := c.believed(ctx, q, v)
			switch {
			case err == nil:
				s.believed[hash] = m
			case isDoubt(err):
				s.doubts[hash] = err
			default:
				return selection{}, err
			}
		}
		if len(s.doubts) == before {
			s.versions = versionsOf(related, s.believed)
			return s, nil
		}
	}
}

// versionsOf are the messages of versions, of those that are believed.
func versionsOf(related []*version, believed map[string]*message.Message) Versions {
	versions := make(Versions, len(related))
	for i, v := range related {
		versions[i] = believed[v.message.ItemHash]
	}
	return versions
}

// believed is the message of a version: genuine, and its owner's.
func (c *Client) believed(ctx context.Context, q query, v *version) (*message.Message, error) {
	m, err := c.genuine(ctx, v.message)
	if err != nil {
		return nil, err
	}
	if err := v.confirm(m); err != nil {
		return nil, err
	}
	if slices.Contains(q.ours, m.ItemHash) {
		return m, nil
	}
	return m, c.authorise(ctx, q.owner, m)
}
