// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/authority"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// follow adds to what was found of an object the versions that took over from a forgotten one, and that nothing alive leads
// to: others have amended it more than once, and what lies between is dead too. A forgotten message has no content any
// more, so that the FORGETs are all that is left to tell.
func (c *Client) follow(ctx context.Context, t Tracked, record node.Record, found *Object) error {
	for _, m := range found.Versions {
		if t.Life.KeepsFirst || !slices.Contains(t.names(), m.ItemHash) {
			return nil // what took over is there
		}
	}
	more, err := c.successors(ctx, t, record)
	if err != nil {
		return err
	}
	found.Candidates = more.Candidates
	found.Versions = slices.DeleteFunc(found.Versions, func(m *message.Message) bool { return more.Versions.Has(m.ItemHash) })
	found.Versions = append(found.Versions, more.Versions...)
	slices.SortStableFunc(found.Versions, func(a, b *message.Message) int { return cmp.Compare(a.Time, b.Time) })
	return nil
}

// successors finds them from one FORGET to the next, for as long as these name the newer version; and where none does, by
// what was forgotten along with a version.
func (c *Client) successors(ctx context.Context, t Tracked, record node.Record) (*Object, error) {
	var together []string
	for passed := map[string]bool{}; record.Status == message.StatusForgotten && !passed[record.ItemHash]; {
		passed[record.ItemHash] = true
		t.Others = append(slices.Clone(t.Others), record.ItemHash)
		end, err := c.endOf(ctx, t, record)
		if err != nil {
			return nil, err
		}
		together = append(together, end.together...)
		if end.successor == "" {
			break
		}
		found, err := c.searchFresh(ctx, query{owner: t.Owner, life: t.Life, known: []string{end.successor}})
		if err == nil {
			err = found.check()
		}
		if err != nil || len(found.Versions) > 0 {
			return found, err
		}
		if record, err = c.Fetch(ctx, end.successor); err != nil {
			return nil, err
		}
	}
	if t.Life.KeepsFirst || len(together) == 0 {
		return &Object{life: t.Life}, nil
	}
	return c.replacing(ctx, t, together)
}

// replacing finds the version that replaces one of those that were forgotten along with a version. A FORGET may name
// versions of several objects: so what is found counts when it can be but one object, which says in its name and its code
// what the tracked one said; else it is a candidate.
func (c *Client) replacing(ctx context.Context, t Tracked, forgotten []string) (*Object, error) {
	found, err := c.searchFresh(ctx, query{owner: t.Owner, life: t.Life, known: forgotten})
	if err != nil {
		return nil, err
	}
	replaced := make(map[string]bool)
	resembles := true
	for _, m := range found.Versions {
		v, err := t.Life.versionOf(m)
		if err != nil {
			return nil, err
		}
		if !found.Versions.Has(v.amends) {
			replaced[v.amends] = true
		}
		resembles = resembles && t.resembles(m)
	}
	if len(replaced) == 1 && resembles {
		return found, nil
	}
	return &Object{life: t.Life, Candidates: found.Versions.Hashes()}, nil
}

// mark is what tells the programs of one owner from each other, whatever else others amend.
type mark struct {
	Metadata struct {
		Name json.RawMessage `json:"name"`
	} `json:"metadata"`
	Code struct {
		Ref json.RawMessage `json:"ref"`
	} `json:"code"`
}

// resembles reports whether a message has the mark of what was tracked; of any when that is not known.
func (t *Tracked) resembles(m *message.Message) bool {
	if t.Said == nil {
		return true
	}
	said, err := t.Said()
	if err != nil {
		return false
	}
	text, err := message.Marshal(said)
	var before, now mark
	if err != nil || json.Unmarshal(text, &before) != nil || json.Unmarshal([]byte(m.ItemContent), &now) != nil {
		return false
	}
	return string(before.Metadata.Name) == string(now.Metadata.Name) && string(before.Code.Ref) == string(now.Code.Ref)
}

// ending is what FORGETs of a version tell.
type ending struct {
	// successor is the version that took over, which the FORGETs of this provider name; empty when none does.
	successor string
	// together are the item hashes that they name besides.
	together []string
}

// endOf reads the FORGETs of a version. One counts when it ends a version that is tracked, and was signed by the owner, or
// by somebody who may end the owner's messages.
func (c *Client) endOf(ctx context.Context, t Tracked, record node.Record) (ending, error) {
	var end ending
	for _, hash := range record.ForgottenBy {
		by, err := c.Fetch(ctx, hash)
		if err != nil {
			return end, fmt.Errorf("unable to read why %s was forgotten: %w", record.ItemHash, err)
		}
		var content message.Forget
		if by.Message == nil || by.Message.Type != message.TypeForget {
			continue
		}
		if err := message.Decode(by.Message, &content); err != nil {
			return end, &UntrueError{Err: err}
		}
		others := slices.DeleteFunc(slices.Clone(content.Hashes), func(hash string) bool { return slices.Contains(t.names(), hash) })
		// What falls with what it amends is not named itself.
		if len(others) == len(content.Hashes) || content.Address != t.Owner {
			continue
		}
		next, says := strings.CutPrefix(content.Reason, supersededBy)
		says = says && message.ItemTypeOf(next) != ""
		if !says && len(others) == 0 {
			continue
		}
		act := authority.Act{Sender: by.Message.Sender, At: content.Time, Type: t.Life.Type, PostType: t.Life.PostType, Chain: by.Message.Chain, Channel: t.Channel}
		err = c.allow(ctx, t.Owner, hash, act)
		switch {
		case says:
			return ending{next, append(end.together, others...)}, err
		case err == nil:
			end.together = append(end.together, others...)
		case !isDoubt(err):
			return end, err
		}
	}
	return end, nil
}
