// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"encoding/json"
	"maps"
	"math/big"
	"regexp"
	"slices"
)

// SameJSON reports whether two JSON values, as they are read with json.Number for numbers, mean the same: the order of keys
// does not count, nor how a number is written. A node writes some numbers in another way than it was sent (NETWORK.md 7.6).
func SameJSON(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, SameJSON)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, SameJSON)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a.String(), b.String())
	}
	return a == b
}

// ordinary are the numbers that are compared by their value: the text of a few bytes may be one of gigabytes.
var ordinary = regexp.MustCompile(`^-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?$`)

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	if !ordinary.MatchString(a) || !ordinary.MatchString(b) {
		return false
	}
	x, ok := new(big.Rat).SetString(a)
	if !ok {
		return false
	}
	y, ok := new(big.Rat).SetString(b)
	return ok && x.Cmp(y) == 0
}
