// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OneLine makes a text that somebody else wrote fit for a terminal: it is on one line, has no control character and none
// that is not seen or turns the direction of writing, and is at most so many bytes long, and an ellipsis.
func OneLine(text string, most int) string {
	var line strings.Builder
	space := false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = line.Len() > 0
			continue
		case r == utf8.RuneError, !unicode.IsPrint(r):
			continue
		}
		if line.Len()+utf8.RuneLen(r) > most {
			return line.String() + "…"
		}
		if space {
			line.WriteByte(' ')
			space = false
		}
		line.WriteRune(r)
	}
	return line.String()
}

var amount = regexp.MustCompile(`^[+-]?[0-9]{0,60}(\.[0-9]{0,60})?([eE][+-]?[0-9]{1,2})?$`)

// CheckAmount says what is wrong with the text of an amount that a node gives, or nil. Some texts of a few bytes are
// numbers of gigabytes: to calculate with them would never end.
func CheckAmount(text string) error {
	if !amount.MatchString(text) {
		return fmt.Errorf("%q is not an amount", OneLine(text, maxDetail))
	}
	return nil
}
