// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// list is what a node says is alive of an owner and a life: whoever takes a message from it verifies that message. Once it
// is read, it does not change.
type list struct {
	owner string
	life  Life
	// tooLong says that the owner has more than is worth listing: then it is empty.
	tooLong bool
	// named are the versions by their item hashes, and by what they amend.
	named map[string][]*version
}

func newList(owner string, life Life) *list {
	return &list{owner: owner, life: life, named: make(map[string][]*version)}
}

// add takes in a message, unless it is of another owner or life, or is in already. One that cannot be read is taken in by
// its item hash alone: whoever looks for it learns why it is left out.
func (l *list) add(m *message.Message, status message.Status) {
	if m.Type != l.life.Type || l.version(m.ItemHash) != nil {
		return
	}
	v, err := l.life.versionOf(m)
	switch {
	case err != nil:
		v = &version{message: m, owner: l.owner}
	case v.owner != l.owner, l.life.PostType != "" && v.amends == "" && v.contentType != l.life.PostType:
		return
	}
	v.status = status
	l.named[m.ItemHash] = append(l.named[m.ItemHash], v)
	if v.amends != "" {
		l.named[v.amends] = append(l.named[v.amends], v)
	}
}

// remove takes a message out, with the amends that end with it.
func (l *list) remove(hash string) {
	gone := l.version(hash)
	if gone == nil {
		return
	}
	if l.life.KeepsOlder {
		for _, v := range slices.Clone(l.named[hash]) {
			if v != gone {
				l.remove(v.message.ItemHash)
			}
		}
	}
	for _, name := range []string{hash, gone.amends} {
		l.named[name] = slices.DeleteFunc(slices.Clone(l.named[name]), func(v *version) bool { return v == gone })
	}
}

// version is the message of an item hash, nil when it is not alive.
func (l *list) version(hash string) *version {
	for _, v := range l.named[hash] {
		if v.message.ItemHash == hash {
			return v
		}
	}
	return nil
}

// related walks from the known names along what the versions amend, in both directions, without those in doubt. The oldest
// comes first. What is not alive is passed only when it is known, or the first version, which is always the owner's own:
// two programs that amend the same stranger's program are not versions of one another (NETWORK.md 7.1, 7.3).
func (l *list) related(known []string, doubts Doubts) []*version {
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
		for _, v := range l.named[name] {
			hash := v.message.ItemHash
			if doubts[hash] != nil {
				continue
			}
			found[hash] = v
			queue = append(queue, hash)
			if l.life.KeepsFirst || l.version(v.amends) != nil && doubts[v.amends] == nil {
				queue = append(queue, v.amends)
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), older)
}

// objects are the versions of each object, the object whose live version is the newest first.
func (l *list) objects(doubts Doubts) [][]*version {
	var objects [][]*version
	seen := make(map[string]bool)
	for name := range l.named {
		if seen[name] || l.version(name) == nil || doubts[name] != nil {
			continue
		}
		versions := l.related([]string{name}, doubts)
		for _, v := range versions {
			seen[v.message.ItemHash] = true
		}
		objects = append(objects, versions)
	}
	slices.SortFunc(objects, func(a, b []*version) int {
		newer, older := a[len(a)-1], b[len(b)-1]
		return cmp.Or(cmp.Compare(older.time, newer.time), cmp.Compare(newer.message.ItemHash, older.message.ItemHash))
	})
	return objects
}
