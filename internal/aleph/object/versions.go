// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Versions are the messages of one object that are alive, oldest first by content time: the last one is the live
// version, the others are superseded, and billed all the same (NETWORK.md 7.3).
type Versions []*message.Message

// Live is the newest version, nil when none is alive.
func (v Versions) Live() *message.Message {
	if len(v) == 0 {
		return nil
	}
	return v[len(v)-1]
}

// Superseded are the item hashes of all versions but the live one and those to leave aside, oldest first; never nil.
func (v Versions) Superseded(aside ...string) []string {
	hashes := []string{}
	for _, m := range v[:max(len(v)-1, 0)] {
		if !slices.Contains(aside, m.ItemHash) {
			hashes = append(hashes, m.ItemHash)
		}
	}
	return hashes
}

// Has reports whether a version is alive.
func (v Versions) Has(hash string) bool {
	return slices.ContainsFunc(v, func(m *message.Message) bool { return m.ItemHash == hash })
}

// Versions finds the living versions of the object that known names: item hashes of any of its versions, dead ones
// too, and the tag of a STORE. Versions are messages of one owner and type that name one another in `replaces` or
// `ref`, directly or through each other. Messages of another owner never count (NETWORK.md 7.1, 7.3), and nor do those
// that are in doubt.
func (c *Client) Versions(ctx context.Context, owner string, kind message.Type, known ...string) (Versions, error) {
	s, err := c.search(ctx, query{owner: owner, kind: kind, known: known})
	return s.versions, err
}

// search looks in the list that all reads share.
func (c *Client) search(ctx context.Context, q query) (selection, error) {
	list, err := c.catalogOf(ctx, q.owner, q.kind)
	if err != nil {
		return selection{}, fmt.Errorf("unable to list the %s messages of %s: %w", q.kind, q.owner, err)
	}
	return c.selectedIn(ctx, list, q)
}

// selectedIn finds the versions in a list, or around what is known when the list is not the whole.
func (c *Client) selectedIn(ctx context.Context, list *catalog, q query) (selection, error) {
	all := list.names
	if list.partial {
		var err error
		if all, err = c.around(ctx, q.owner, q.kind, q.known); err != nil {
			return selection{}, fmt.Errorf("unable to list the versions of a %s of %s: %w", q.kind, q.owner, err)
		}
	}
	return c.selected(ctx, all, q)
}

// CurrentVersions is Versions with the list read anew: what another tool published a moment ago is in it.
func (c *Client) CurrentVersions(ctx context.Context, owner string, kind message.Type, known ...string) (Versions, error) {
	s, err := c.current(ctx, query{owner: owner, kind: kind, known: known})
	return s.versions, err
}

// current is search with the list read anew.
func (c *Client) current(ctx context.Context, q query) (selection, error) {
	c.forgetCatalogs(q.owner)
	return c.search(ctx, q)
}

// version is the part of a content that says where it stands among others.
type version struct {
	Address  string       `json:"address"`
	Time     message.Time `json:"time"`
	Ref      string       `json:"ref"`
	Replaces string       `json:"replaces"`

	message *message.Message
	// status is processed or removing.
	status message.Status
}

// versionOf reads the content; where that is not inline, what the node claims that it is.
func versionOf(m *message.Message) (*version, error) {
	v := &version{message: m}
	if err := json.Unmarshal([]byte(cmp.Or(m.ItemContent, m.Claim)), v); err != nil {
		return nil, &message.UnverifiableError{ItemHash: m.ItemHash, Reason: fmt.Sprintf("its content is not that of a %s", m.Type)}
	}
	return v, nil
}

// confirm says whether the content is what the node claimed where that is not inline.
func (v *version) confirm(genuine *message.Message) error {
	said, err := versionOf(genuine)
	if err != nil {
		return err
	}
	if said.Address != v.Address || said.Time != v.Time || said.amends() != v.amends() {
		return &UntrueError{Err: fmt.Errorf("message %s: its content is not the one that the node lists", genuine.ItemHash)}
	}
	return nil
}

// amends is the item hash or the tag that the version names; empty for a first version.
func (v *version) amends() string { return cmp.Or(v.Replaces, v.Ref) }

// names finds the messages of an owner and a type by their item hashes, and by what they amend.
type names map[string][]*version

// add takes in a message, unless it is another owner's, or is in already. One that cannot be read is taken in by its item
// hash alone: whoever looks for it learns why it is left out.
func (n names) add(m *message.Message, owner string, status message.Status) {
	if n.version(m.ItemHash) != nil {
		return
	}
	v, err := versionOf(m)
	if err != nil {
		v = &version{Address: owner, message: m}
	}
	if v.Address != owner {
		return
	}
	v.status = status
	n[m.ItemHash] = append(n[m.ItemHash], v)
	if name := v.amends(); name != "" {
		n[name] = append(n[name], v)
	}
}

// version is the message of an item hash, nil when it is not alive.
func (n names) version(hash string) *version {
	for _, v := range n[hash] {
		if v.message.ItemHash == hash {
			return v
		}
	}
	return nil
}

// related walks from the known names along `replaces` and `ref`, in both directions, without those in doubt. A program
// that is not alive is passed only when it is known: two programs that amend the same stranger's program are not versions
// of one another, whereas a `ref` is always the owner's own (NETWORK.md 7.1, 7.3). The oldest comes first.
func (n names) related(known []string, doubts Doubts) []*version {
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
		for _, v := range n[name] {
			hash := v.message.ItemHash
			if doubts[hash] != nil {
				continue
			}
			found[hash] = v
			queue = append(queue, hash)
			if v.Ref != "" || n.version(v.amends()) != nil && doubts[v.amends()] == nil {
				queue = append(queue, v.amends())
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), older)
}

// older orders by content time; of two at the same time, the one that amends the other is the newer.
func older(a, b *version) int {
	if order := cmp.Compare(a.Time, b.Time); order != 0 {
		return order
	}
	if a.amends() == b.message.ItemHash {
		return 1
	}
	if b.amends() == a.message.ItemHash {
		return -1
	}
	return cmp.Compare(a.message.ItemHash, b.message.ItemHash)
}
