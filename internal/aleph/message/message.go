// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package message is the wire format of the Aleph network: the signed envelope, the content of every message type, and
// the errors a node answers with. It knows no network and no key: it is what a
// client and a node have to agree on.
package message

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Type is the type of a message (NETWORK.md 2.1).
type Type string

// The message types of the network.
const (
	TypePost      Type = "POST"
	TypeAggregate Type = "AGGREGATE"
	TypeStore     Type = "STORE"
	TypeProgram   Type = "PROGRAM"
	TypeInstance  Type = "INSTANCE"
	TypeForget    Type = "FORGET"
	TypeVProgram  Type = "V-PROGRAM"
)

// Status is what a node says of a message (NETWORK.md 5.1).
type Status string

// The statuses of a message. Only StatusProcessed and StatusRemoving are alive (and billed).
const (
	StatusPending   Status = "pending"
	StatusProcessed Status = "processed"
	StatusRejected  Status = "rejected"
	StatusForgotten Status = "forgotten"
	StatusRemoving  Status = "removing"
	StatusRemoved   Status = "removed"
)

// Alive reports whether a message of this status exists on the network, and is paid for.
func (s Status) Alive() bool { return s == StatusProcessed || s == StatusRemoving }

// Known reports whether a status is one of those above.
func (s Status) Known() bool {
	switch s {
	case StatusPending, StatusProcessed, StatusRejected, StatusForgotten, StatusRemoving, StatusRemoved:
		return true
	}
	return false
}

// Message is the signed envelope around a content (NETWORK.md 2.1).
type Message struct {
	// Sender is the address that signed, as it was written into the signed text.
	Sender string `json:"sender"`
	// Chain names the signature scheme: see VerifySignature.
	Chain string `json:"chain"`
	Type  Type   `json:"type"`
	// Channel is free text of at most 128 characters; empty when the message has none. No signature covers it.
	Channel string `json:"channel,omitempty"`
	// Time is that of the envelope, which no signature covers: the time by which the network orders is the content's.
	Time Time `json:"time"`
	// ItemType says where the content is: in ItemContent (inline), or in a file named by ItemHash.
	ItemType ItemType `json:"item_type"`
	// ItemHash identifies the message: 64 lower-case hex digits of SHA-256 over ItemContent, or a CID.
	ItemHash string `json:"item_hash"`
	// ItemContent is the content as JSON text, exactly as it was hashed; empty when it is not inline.
	ItemContent string `json:"item_content,omitempty"`
	// Signature is 65 bytes (r, s, v) as 0x-prefixed hex for ChainETH, and a JSON text for ChainSOL.
	Signature string `json:"signature"`
	// Claim is what a node says the content is when that is not inline, as JSON text; empty otherwise, and when the node
	// does not say. Nothing verifies it, and it is never sent.
	Claim string `json:"-"`
}

// Confirmation is a transaction of a chain that anchors a message: from then on everybody can see that it existed. A
// node tells it, and nothing here verifies it (NETWORK.md 5.1).
type Confirmation struct {
	// Chain is one of the network's chains, such as ChainETH, and Height the block.
	Chain  string `json:"chain"`
	Height int64  `json:"height"`
	// Hash is that of the transaction.
	Hash string `json:"hash"`
}

// New wraps a content in an unsigned envelope: content and envelope carry the same time, and `%` is escaped, because
// a node percent-decodes the text before it checks the hash (NETWORK.md 3.3). Sign SigningText to complete it.
func New(sender, channel string, content Content) (*Message, error) {
	text, err := Marshal(content)
	if err != nil {
		return nil, err
	}
	return &Message{
		Sender:      sender,
		Chain:       ChainETH,
		Type:        content.MessageType(),
		Channel:     channel,
		Time:        content.PublishedAt(),
		ItemType:    ItemTypeInline,
		ItemHash:    Hash(text),
		ItemContent: string(text),
	}, nil
}

// Hash is the item hash of a content: lower-case hex SHA-256 of its exact text (NETWORK.md 1.1).
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// UnmarshalJSON also reads the forms of an envelope that differ from what a client sends: null for an absent channel
// or content, and an item type left out (NETWORK.md 1.2, 2.1, 5.1).
func (m *Message) UnmarshalJSON(data []byte) error {
	type plain Message
	if err := json.Unmarshal(data, (*plain)(m)); err != nil {
		return err
	}
	if m.ItemType == "" {
		m.ItemType = ItemTypeInline
		if m.ItemContent == "" {
			m.ItemType = ItemTypeOf(m.ItemHash)
		}
	}
	if m.ItemType == ItemTypeInline {
		return nil
	}
	var told struct {
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return err
	}
	// What stands in the envelope is not what the item hash was made of.
	m.ItemContent, m.Claim = "", string(told.Content)
	return nil
}
