// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// Store is the content of a STORE: it keeps a file on the network (NETWORK.md 3.6).
type Store struct {
	Base
	// ItemType is ItemTypeStorage or ItemTypeIPFS, and must match the form of ItemHash.
	ItemType ItemType `json:"item_type"`
	// ItemHash is the hash of the file (not of the message): SHA-256 in hex, or a CID.
	ItemHash string `json:"item_hash"`
	// Ref is the item hash of the first STORE when this one amends it, or a user-defined tag (NETWORK.md 7.1).
	Ref      string         `json:"ref,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
	Payment  *Payment       `json:"payment,omitempty"`
	Tags     []string       `json:"tags,omitempty"`
}

// MessageType implements Content.
func (*Store) MessageType() Type { return TypeStore }

// Amends implements Amendable.
func (s *Store) Amends() string { return s.Ref }

// Amend implements Amendable. A name that the owner chose stays: under it, the newest STORE is the file.
func (s *Store) Amend(first string) {
	if s.Ref == "" || ItemTypeOf(s.Ref) != "" {
		s.Ref = first
	}
}
