// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// Content is the content of one message type. Each type is a struct that marshals with every default written out and
// never a null, as compute nodes demand (NETWORK.md 3.13).
type Content interface {
	// MessageType is the type of the message that carries this content.
	MessageType() Type
	// Owner is the address that owns the object and pays for it.
	Owner() string
	// PublishedAt is the time by which versions are ordered.
	PublishedAt() Time
	// Stamp sets the owner and the time, the last things known before a content is hashed and signed.
	Stamp(owner string, at Time)
}

// Amendable is the content of a message that other messages of its type can take over from.
type Amendable interface {
	Content
	// Amends is what the content takes over from: an item hash, or a name that the owner chose; empty for the first
	// version of an object.
	Amends() string
	// Amend makes the content take over from the message of an item hash.
	Amend(hash string)
}

// Base is what every content begins with (NETWORK.md 3.1).
type Base struct {
	// Address is the owner, and the payer, in checksummed form.
	Address string `json:"address"`
	Time    Time   `json:"time"`
}

// Owner implements Content.
func (b *Base) Owner() string { return b.Address }

// PublishedAt implements Content.
func (b *Base) PublishedAt() Time { return b.Time }

// Stamp implements Content.
func (b *Base) Stamp(owner string, at Time) { b.Address, b.Time = owner, at }

// Payment says how an object is paid for (NETWORK.md 3.8, 10.1).
type Payment struct {
	// Type is hold, superfluid or credit.
	Type     string `json:"type"`
	Chain    string `json:"chain,omitempty"`
	Receiver string `json:"receiver,omitempty"`
}

// The payment types.
const (
	PaymentHold       = "hold"
	PaymentSuperfluid = "superfluid"
	PaymentCredit     = "credit"
)

// List is a list that is written as [] when it is empty: a null is refused (NETWORK.md 3.13).
type List[T any] []T

// MarshalJSON implements json.Marshaler.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return model.Marshal([]T(l))
}

// Marshal writes a content as the text to be hashed: compact, raw UTF-8, `%` as `\u0025` (NETWORK.md 3.3).
func Marshal(content Content) ([]byte, error) {
	text, err := model.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encoding %s content: %w", content.MessageType(), err)
	}
	return text, nil
}

// Decode reads the content of m as its model does: checked against the model's rules, defaults filled in. The error
// is a *model.InvalidError when the content breaks a rule.
func Decode[C Content](m *Message, content C) error {
	if m.Type != content.MessageType() {
		return fmt.Errorf("message %s is a %s, not a %s", m.ItemHash, m.Type, content.MessageType())
	}
	parsed, err := model.ParseContent(string(m.Type), []byte(m.ItemContent))
	if err != nil {
		return fmt.Errorf("message %s: %w", m.ItemHash, err)
	}
	text, err := json.Marshal(parsed)
	if err != nil {
		return fmt.Errorf("message %s: %w", m.ItemHash, err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(content); err != nil {
		return fmt.Errorf("message %s: %w", m.ItemHash, err)
	}
	return nil
}
