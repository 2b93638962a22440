// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"fmt"
)

// diff refuses every place where a content is not what its model reads of it. Values are compared as Python does:
// 1, 1.0 and true are equal, "1" is not (NETWORK.md 3.13).
func diff(written, read any, at place) {
	switch written := written.(type) {
	case map[string]any:
		if read, ok := read.(map[string]any); ok {
			diffObjects(written, read, at)
			return
		}
	case []any:
		if read, ok := read.([]any); ok && len(read) == len(written) {
			for i := range written {
				diff(written[i], read[i], at.in(i))
			}
			return
		}
	default:
		if equal(written, read) {
			return
		}
	}
	at.refuse(RuleCanonical, fmt.Sprintf("must be %s, not %s: compute nodes do not run what they read differently",
		spell(read), describe(written)))
}

func diffObjects(written, read map[string]any, at place) {
	for key, v := range sorted(written) {
		want, known := read[key]
		switch {
		case known:
			diff(v, want, at.in(key))
		case v == nil:
			at.in(key).refuse(RuleCanonical, "must be left out rather than null: compute nodes do not run it otherwise")
		default:
			at.in(key).refuse(RuleCanonical, unknownKey+", and compute nodes do not run what has it")
		}
	}
	for key, want := range sorted(read) {
		if _, ok := written[key]; !ok {
			at.in(key).refuse(RuleCanonical, fmt.Sprintf("is left out: write its default, %s, compute nodes do not run it otherwise",
				spell(want)))
		}
	}
}

func equal(a, b any) bool {
	x, isNumber := exactly(a)
	y, both := exactly(b)
	if isNumber && both {
		return x.Cmp(y) == 0
	}
	return !isNumber && !both && a == b
}

// spell writes a value as JSON, if it is one that a model made.
func spell(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return describe(v)
	}
	return string(text)
}
