// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Life describes a kind of object: which messages its versions are, and how one takes over from another.
type Life struct {
	// Type is that of its messages.
	Type message.Type
	// PostType narrows POSTs to those of one content type, which has no comma, and their amends; empty for all POSTs, and for
	// other types.
	PostType string
	// KeepsFirst is whether the first version stays as long as the object lives: amends name it, and its item hash is the
	// object's name.
	KeepsFirst bool
	// KeepsOlder is whether older versions stay once another took over, because they cost nothing, and end with the first.
	KeepsOlder bool

	// amendType is the content type of amends; empty when they have none of their own.
	amendType string
	// amends is what a content names as its predecessor: an item hash, or a name that the owner chose; nil for none.
	amends func(header) any
	// attempts are what an amend names, one after the other for as long as the network refuses to amend an amend; an empty
	// one is no amend any more. The versions are those that are alive, and first the first one.
	attempts func(versions Versions, first string) []string
}

// Programs are PROGRAMs. A version names the one that it replaces, which is forgotten afterwards. A network that keeps
// `replaces` refuses to amend an amend (303): then the oldest version that is alive is amended instead, and when that is
// refused too, the program is published without a predecessor (NETWORK.md 7.3, 7.4).
var Programs = Life{
	Type:   message.TypeProgram,
	amends: func(h header) any { return h.Replaces },
	attempts: func(versions Versions, _ string) []string {
		return slices.Compact([]string{versions.Live().ItemHash, versions[0].ItemHash, ""})
	},
}

// Files are STOREs. Every version names the first one, or all have a name that the owner chose. The first one stays: once
// it is forgotten, no amend is ever accepted again (NETWORK.md 7.1).
var Files = Life{
	Type:       message.TypeStore,
	KeepsFirst: true,
	amends:     func(h header) any { return h.Ref },
	attempts:   theFirst,
}

// Posts are POSTs of one content type, or of any when that is empty. Amends name the original, which stays, and with
// which they end (NETWORK.md 7.5, 8.1). The ref of a POST that is no amend makes it no version of anything.
func Posts(postType string) Life {
	return Life{
		Type:       message.TypePost,
		PostType:   postType,
		KeepsFirst: true,
		KeepsOlder: true,
		amendType:  message.PostAmend,
		amends:     func(h header) any { return h.Ref },
		attempts:   theFirst,
	}
}

func theFirst(_ Versions, first string) []string { return []string{first} }

// first is the item hash of the first version, as the live one names it; empty when it does not.
func (l Life) first(versions Versions) string {
	if len(versions) == 0 || !l.KeepsFirst {
		return ""
	}
	live, err := l.versionOf(versions.Live())
	switch {
	case err != nil: // it was read before
		return ""
	case live.amends == "":
		return live.message.ItemHash
	case message.ItemTypeOf(live.amends) != "":
		return live.amends
	}
	return ""
}

// filter lists messages of an owner that may be of this life; without amends when it is narrowed to one content type.
func (l Life) filter(owner string) node.Filter {
	filter := node.Filter{Types: []message.Type{l.Type}, Owners: []string{owner}}
	if l.PostType != "" {
		filter.ContentTypes = []string{l.PostType}
	}
	return filter
}

// amendsOf lists the messages of an owner that refer to one of these names, as amends do.
func (l Life) amendsOf(owner string, names []string) node.Filter {
	filter := node.Filter{Types: []message.Type{l.Type}, Owners: []string{owner}, Refs: names}
	if l.amendType != "" {
		filter.ContentTypes = []string{l.amendType}
	}
	return filter
}

// KindError is a message that is no version of a life: one of another type, or a POST of another content type.
type KindError struct {
	ItemHash string
	Type     message.Type
	// PostType is that of a POST where one was wanted of another; empty otherwise.
	PostType string
	Wanted   Life
}

func (e *KindError) Error() string {
	if e.PostType != "" {
		return fmt.Sprintf("message %s is a %s of type %q, not %q", e.ItemHash, e.Type, e.PostType, e.Wanted.PostType)
	}
	return fmt.Sprintf("message %s is a %s, not a %s", e.ItemHash, e.Type, e.Wanted.Type)
}
