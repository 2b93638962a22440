// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
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

// instant is the time of an envelope: seconds since the epoch, or what ParseInstant reads.
func instant(v any, at place) any {
	switch v := v.(type) {
	case json.Number:
		if seconds, err := v.Float64(); err == nil && seconds <= maxInstant {
			return v
		}
	case string:
		if _, err := ParseInstant(v); err == nil {
			return v
		}
	}
	return at.refuse(RuleEnvelope, "must be seconds since the Unix epoch")
}

// ParseInstant reads the ISO text of a time that a node answers for pending and rejected messages (NETWORK.md 5.1).
func ParseInstant(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if parsed, err := time.Parse(layout, text); err == nil {
			return parsed, nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q is not an ISO 8601 date", text)
}

// carriesItsContent checks that an inline message, and no other, has its content as text, and that its hash fits.
func carriesItsContent(v any, at place) {
	text, given := dig(v, "item_content").(string)
	switch isInline := dig(v, "item_type") == inline; {
	case given && !isInline:
		at.in("item_content").refuse(RuleForbidden, "must be left out unless item_type is inline")
	case isInline && !given:
		at.in("item_content").refuse(RuleRequired, "is required when item_type is inline")
	case isInline:
		if hash := fmt.Sprintf("%x", sha256.Sum256([]byte(text))); dig(v, "item_hash") != hash {
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
	if dig(v, "type") == "FORGET" && size(dig(v, "forgotten_by")) > 0 {
		at.in("forgotten_by").refuse(RuleForbidden, "must be left out of a FORGET: it cannot be forgotten")
	}
}

// CheckEnvelope says what the official models have against a message, or nil, content and all: also that a PROGRAM says
// everything that its model reads, without which no compute node runs it (NETWORK.md 3.13). It does not look at the
// signature. A content that is elsewhere (item type storage or ipfs) is checked only if the envelope has it under
// `content`. The error is an *InvalidError.
func CheckEnvelope(envelope []byte) error {
	raw, err := readJSON(envelope)
	if err != nil {
		return &InvalidError{Type: "message", Violations: []Violation{{Rule: RuleJSON, Problem: "is not JSON: " + err.Error()}}}
	}
	if _, found := envelopes.check(raw); len(found) > 0 {
		return &InvalidError{Type: "message", Violations: found}
	}
	return checkCarried(raw)
}

// checkCarried checks the content that an envelope has under `content`, and its inline text.
func checkCarried(envelope any) error {
	t, _ := dig(envelope, "type").(string)
	decoded := dig(envelope, "content")
	var raw any
	text, isInline := dig(envelope, "item_content").(string)
	if isInline {
		var err error
		if raw, err = readJSON([]byte(text)); err != nil {
			return &InvalidError{Type: t, Violations: []Violation{{Rule: RuleJSON, Problem: "is not JSON: " + err.Error()}}}
		}
		if decoded == nil {
			decoded = raw
		}
	}
	if decoded == nil {
		return nil
	}
	dump, found := contents[t].check(decoded)
	if len(found) == 0 && isInline && (t == "PROGRAM" || t == "V-PROGRAM") {
		diff(raw, dump, place{found: &found})
	}
	if len(found) > 0 {
		return &InvalidError{Type: t, Violations: found}
	}
	return nil
}
