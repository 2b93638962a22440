// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"maps"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// element is one AGGREGATE message.
type element struct {
	hash    string
	content object
	created time.Time
}

// aggregate is what a node has of one key of an owner. Its content is not always what its elements give in the order of
// their times: a node takes an element in without looking at the others where it can (NETWORK.md 7.7).
type aggregate struct {
	elements []element // by time, those of one time in the order in which they came
	content  object
	created  time.Time
	last     element // the one that the node takes for the last
	dirty    bool    // whether the content waits to be computed again
}

// maxElements is up to how many elements a node computes an aggregate again as soon as one comes late.
const maxElements = 1000

// merged lays elements over each other, top-level key by key (NETWORK.md 7.6). It reports false for those over which a
// node fails: two share the last time (NETWORK.md 7.7).
func merged(elements []element) (_ aggregate, ok bool) {
	if len(elements) == 0 {
		return aggregate{}, true
	}
	a := aggregate{elements: elements, content: object{}, created: elements[0].created, last: elements[len(elements)-1]}
	for _, e := range elements {
		maps.Copy(a.content, e.content)
	}
	return a, len(elements) == 1 || elements[len(elements)-2].created.Before(a.last.created)
}

// with takes one more element in; false when the node fails over it.
func (a aggregate) with(e element) (_ aggregate, ok bool) {
	if len(a.elements) == 0 {
		return merged([]element{e})
	}
	next := a
	next.elements = inOrder(a.elements, e)
	first, last := e.created.Before(a.created), e.created.After(a.last.created)
	switch {
	case a.dirty:
	case last, !first && !share(a.content, e.content): // on top
		next.content, next.last = laid(a.content, e.content), e
	case first: // underneath
		next.content, next.created = laid(e.content, a.content), e.created
	case covers(a.last.content, e.content): // it would change nothing
	case len(next.elements) > maxElements:
		next.dirty = true
	default:
		return merged(next.elements)
	}
	return next, true
}

// without takes an element out, if it is there; false when the node fails over what is left.
func (a aggregate) without(hash string) (_ aggregate, ok bool) {
	return merged(slices.DeleteFunc(slices.Clone(a.elements), func(e element) bool { return e.hash == hash }))
}

// inOrder are elements with one more, which comes behind all of the same time.
func inOrder(elements []element, e element) []element {
	at, _ := slices.BinarySearchFunc(elements, e.created, func(have element, at time.Time) int {
		if have.created.After(at) {
			return 1
		}
		return -1
	})
	return slices.Insert(slices.Clone(elements), at, e)
}

func laid(under, over object) object {
	both := maps.Clone(under)
	maps.Copy(both, over)
	return both
}

// share reports whether two contents have a key in common.
func share(a, b object) bool {
	for key := range b {
		if _, ok := a[key]; ok {
			return true
		}
	}
	return false
}

// covers reports whether a content has all keys of another.
func covers(a, b object) bool {
	for key := range b {
		if _, ok := a[key]; !ok {
			return false
		}
	}
	return true
}

// key is the key of an AGGREGATE message. A node accepts one that is an object, and cannot store it.
func (r *record) key() (_ string, isText bool) {
	key, isText := r.parsed["key"].(string)
	return key, isText
}

// extended is the aggregate of an AGGREGATE message with that message in it; false when the node fails over it. heph
// computes every aggregate again (NETWORK.md 13.5).
func (n *Node) extended(r *record) (_ aggregate, ok bool) {
	key, isText := r.key()
	content, _ := r.content["content"].(object)
	a, e := n.aggregates[r.owner][key], element{hash: r.ItemHash, content: content, created: r.contentTime()}
	if n.cfg.Heph {
		a, _ = merged(inOrder(a.elements, e))
		return a, isText
	}
	a, ok = a.with(e)
	return a, ok && isText
}

func (n *Node) checkAggregate(r *record) *rejection {
	if _, ok := n.extended(r); !ok {
		return reject(message.CodeInternal)
	}
	return nil
}

func (n *Node) acceptAggregate(r *record) {
	key, _ := r.key()
	a, _ := n.extended(r) // checkAggregate refused what cannot be taken in
	n.setAggregate(r.owner, key, a)
}

func (n *Node) releaseAggregate(r *record) {
	key, _ := r.key()
	a, _ := n.aggregates[r.owner][key].without(r.ItemHash) // checkElements refused what cannot be taken out
	n.setAggregate(r.owner, key, a)
}

// setAggregate saves an aggregate; one without elements is none.
func (l *ledger) setAggregate(owner, key string, a aggregate) {
	if l.aggregates[owner] == nil {
		l.aggregates[owner] = map[string]aggregate{}
	}
	l.aggregates[owner][key] = a
	if len(a.elements) == 0 {
		delete(l.aggregates[owner], key)
	}
}

// checkElements asks whether the elements that a FORGET names can be taken out, one after the other as a node does. It
// fails when two that are left share the last time, even if a later target is one of them (NETWORK.md 8.5).
func (n *Node) checkElements(hashes []string) *rejection {
	left := map[[2]string]aggregate{} // by owner and key
	for _, hash := range hashes {
		target := n.records[hash]
		if target.Type != message.TypeAggregate {
			continue
		}
		key, _ := target.key()
		id := [2]string{target.owner, key}
		a, met := left[id]
		if !met {
			a = n.aggregates[target.owner][key]
		}
		a, ok := a.without(hash)
		if !ok {
			return reject(message.CodeInternal)
		}
		left[id] = a
	}
	return nil
}
