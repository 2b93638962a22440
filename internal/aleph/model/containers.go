// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// anything is free-form JSON.
func anything(v any, _ place) any { return v }

// listOf is a list whose items are all of one kind.
func listOf(item kind) kind {
	return func(v any, at place) any {
		in, ok := v.([]any)
		if !ok {
			return at.refuse(RuleType, "must be a list, not "+describe(v))
		}
		out := make([]any, len(in))
		for i, v := range in {
			out[i] = item(v, at.in(i))
		}
		return out
	}
}

// mapOf is an object whose keys are the user's.
func mapOf(key, value kind) kind {
	return func(v any, at place) any {
		in, ok := v.(map[string]any)
		if !ok {
			return at.refuse(RuleType, "must be an object, not "+describe(v))
		}
		out := make(map[string]any, len(in))
		for name, entry := range sorted(in) {
			key(name, at.in(name))
			out[name] = value(entry, at.in(name))
		}
		return out
	}
}

// atMost bounds the number of entries of a list or an object.
func atMost(limit int) func(v any, at place) {
	return func(v any, at place) {
		if n := size(v); n > limit {
			at.refuse(RuleCount, fmt.Sprintf("must have at most %d entries, not %d", limit, n))
		}
	}
}

// notEmpty refuses a list or an object without entries.
func notEmpty(v any, at place) {
	if size(v) == 0 {
		at.refuse(RuleCount, "must have at least one entry")
	}
}

// withoutNulls drops an object's own nulls, as the models' dump does for the keys that they do not know.
func withoutNulls(k kind) kind {
	return func(v any, at place) any {
		out := k(v, at)
		if object, ok := out.(map[string]any); ok {
			maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil })
		}
		return out
	}
}

func size(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return 0
}

// dig follows keys into objects; nil where one is absent.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		object, _ := v.(map[string]any)
		v = object[key]
	}
	return v
}

// sorted ranges over the keys of an object in alphabetical order, so that errors come in the same order every time.
func sorted(v any) iter.Seq2[string, any] {
	object, _ := v.(map[string]any)
	return func(yield func(string, any) bool) {
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if !yield(key, object[key]) {
				return
			}
		}
	}
}
