// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// percentCode is what a node decodes wherever it stands in a message: the message that arrives is then another one
// (NETWORK.md 3.3).
var percentCode = regexp.MustCompile(`%[0-9a-fA-F]{2}`)

// CheckChannel says what is wrong with the channel of a message, or nil.
func CheckChannel(channel string) error {
	if n := utf8.RuneCountInString(channel); n > MaxChannel {
		return fmt.Errorf("it has %d characters, and at most %d are allowed", n, MaxChannel)
	}
	if code := percentCode.FindString(channel); code != "" {
		return fmt.Errorf("it contains %q, which nodes would decode: write no %% before two hexadecimal digits", code)
	}
	return CheckText(channel)
}

// CheckText says what is wrong with a text that is to stand anywhere in a content, or nil (NETWORK.md 3.2).
func CheckText(text string) error {
	if strings.ContainsRune(text, 0) {
		return errors.New("it contains the character U+0000, which nodes cannot store")
	}
	return nil
}

// CheckSendable says why a node would drop or change a message of a type that its models accept, or nil. Call it, and
// CheckEnvelope, before sending: nobody says afterwards what became of a dropped message. The error is an *InvalidError.
func CheckSendable(t, channel, itemContent string) error {
	var found []Violation
	at := place{found: &found}
	if err := CheckChannel(channel); err != nil {
		at.in("channel").refuse(RuleForm, "is invalid: "+err.Error())
	}
	content := at.in("item_content")
	if n := utf8.RuneCountInString(itemContent); n > MaxInline {
		content.refuse(RuleSize, tooLong(n))
	}
	if percentCode.MatchString(itemContent) {
		content.refuse(RulePercent, `must have % written as \u0025, because nodes decode what follows it`)
	}
	raw, err := readJSON([]byte(itemContent))
	if err != nil {
		content.refuse(RuleJSON, "is not JSON: "+err.Error())
	}
	storable(raw, at)
	if len(found) > 0 {
		return &InvalidError{Type: t, Violations: found}
	}
	return nil
}

func tooLong(n int) string {
	return fmt.Sprintf("must have at most %d characters, not %d", MaxInline, n)
}

// storable refuses every text, and every key, that CheckText refuses.
func storable(v any, at place) {
	switch v := v.(type) {
	case string:
		if err := CheckText(v); err != nil {
			at.refuse(RuleCharacter, "is invalid: "+err.Error())
		}
	case []any:
		for i, item := range v {
			storable(item, at.in(i))
		}
	case map[string]any:
		for key, item := range sorted(v) {
			storable(key, at.in(key))
			storable(item, at.in(key))
		}
	}
}
