// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
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

// Hashes are the item hashes of all versions, oldest first; never nil.
func (v Versions) Hashes() []string {
	hashes := make([]string, len(v))
	for i, m := range v {
		hashes[i] = m.ItemHash
	}
	return hashes
}

// Has reports whether a version is alive.
func (v Versions) Has(hash string) bool { return v.Of(hash) != nil }

// Of is the version of an item hash, nil when it is not alive.
func (v Versions) Of(hash string) *message.Message {
	i := slices.IndexFunc(v, func(m *message.Message) bool { return m.ItemHash == hash })
	if i < 0 {
		return nil
	}
	return v[i]
}
