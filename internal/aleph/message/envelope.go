// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"encoding/json"
	"fmt"
)

// envelopes is the model of every envelope, and of what a node adds to it (NETWORK.md 2.1, 5.2). Whether its content is
// right is for the model of its type.
var envelopes = closed(
	optional("_id", closed(required("$oid", text))),
	required("chain", oneOf(Chains...)),
	required("sender", text),
	required("type", oneOf(messageTypes...)),
	optional("channel", textAtMost(MaxChannel)),
	optional("confirmations", listOf(closed(
		required("chain", oneOf(Chains...)),
		required("height", integer),
		required("hash", either(text, closed(required("$binary", text), required("$type", text)))),
		optional("time", decimal),
		optional("publisher", text),
	))),
	optional("confirmed", boolean),
	required("signature", text).orNull(),
	optional("size", integer),
	required("time", instant),
	required("item_type", oneOf(itemTypes...)),
	optional("item_content", text),
	optional("hash_type", oneOf("sha256")),
	required("item_hash", itemHash),
	optional("content", anything),
	optional("forgotten_by", listOf(text)),
).where(carriesItsContent, isConfirmed, forgetIsFinal)

// maxInstant is the last millisecond of the year 9999: to pydantic times after 2e10 are milliseconds.
const maxInstant = 253_402_300_799_999

// instant is the time of an envelope.
func instant(v any, at place) any {
	text, err := json.Marshal(v)
	var t Time
	if err == nil {
		err = t.UnmarshalJSON(text)
	}
	if _, isBool := v.(bool); v == nil || isBool || err != nil || t > maxInstant {
		return at.refuse(RuleEnvelope, "must be seconds since the Unix epoch")
	}
	return v
}

// carriesItsContent checks that an inline message, and no other, has its content as text, and that its hash fits.
func carriesItsContent(v any, at place) {
	text, given := dig(v, "item_content").(string)
	switch inline := dig(v, "item_type") == string(ItemTypeInline); {
	case given && !inline:
		at.in("item_content").refuse(RuleForbidden, "must be left out unless item_type is inline")
	case inline && !given:
		at.in("item_content").refuse(RuleRequired, "is required when item_type is inline")
	case inline:
		if hash := Hash([]byte(text)); dig(v, "item_hash") != hash {
			at.in("item_hash").refuse(RuleEnvelope, "must be the SHA-256 of item_content, "+hash)
		}
	}
}

func isConfirmed(v any, at place) {
	if dig(v, "confirmed") == true && size(dig(v, "confirmations")) == 0 {
		at.in("confirmations").refuse(RuleRequired, "is required when confirmed is true")
	}
}

func forgetIsFinal(v any, at place) {
	if dig(v, "type") == string(TypeForget) && size(dig(v, "forgotten_by")) > 0 {
		at.in("forgotten_by").refuse(RuleForbidden, "must be left out of a FORGET: it cannot be forgotten")
	}
}

// Parse reads an envelope as the official models do, content and all: also that a PROGRAM says everything that its
// model reads, without which no compute node runs it (NETWORK.md 3.13). It does not look at the signature. A content
// that is elsewhere (item type storage or ipfs) is checked only if the envelope has it under `content`. The error is
// an *InvalidError.
func Parse(envelope []byte) (*Message, error) {
	raw, err := readJSON(envelope)
	if err != nil {
		return nil, &InvalidError{Type: "message", Violations: []Violation{{Rule: RuleJSON, Problem: "is not JSON: " + err.Error()}}}
	}
	_, found := envelopes.check(raw)
	if len(found) > 0 {
		return nil, &InvalidError{Type: "message", Violations: found}
	}
	var m Message
	if err := json.Unmarshal(envelope, &m); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	if err := m.checkContent(dig(raw, "content")); err != nil {
		return nil, err
	}
	return &m, nil
}

// checkContent checks the content under `content`, nil when there is none, and the inline text.
func (m *Message) checkContent(decoded any) error {
	inline := m.ItemType == ItemTypeInline
	var raw any
	if inline {
		var err error
		if raw, err = readJSON([]byte(m.ItemContent)); err != nil {
			return &InvalidError{Type: m.Type, Violations: []Violation{{Rule: RuleJSON, Problem: "is not JSON: " + err.Error()}}}
		}
		if decoded == nil {
			decoded = raw
		}
	}
	if decoded == nil {
		return nil
	}
	dump, found := contents[m.Type].check(decoded)
	if len(found) == 0 && inline && (m.Type == TypeProgram || m.Type == TypeVProgram) {
		diff(raw, dump, place{found: &found})
	}
	if len(found) > 0 {
		return &InvalidError{Type: m.Type, Violations: found}
	}
	return nil
}
