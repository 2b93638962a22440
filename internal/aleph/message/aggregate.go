// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// Aggregate is the content of an AGGREGATE: it merges top-level keys into one of the owner's documents
// (NETWORK.md 3.5, 7.6).
type Aggregate struct {
	Base
	Key string `json:"key"`
	// Content is merged shallowly: a key replaces what an earlier element said of it.
	Content map[string]any `json:"content"`
}

// SecurityKey is the key of the aggregate in which an owner authorises other addresses (NETWORK.md 9.1).
const SecurityKey = "security"

// MessageType implements Content.
func (*Aggregate) MessageType() Type { return TypeAggregate }
