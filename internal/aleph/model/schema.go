// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"cmp"
	"maps"
	"slices"
)

// unknownKey is what is wrong with a key that an object does not have.
const unknownKey = "is not known here"

// A kind reads one JSON value as the official models do: it returns the value that the model makes of it (defaults
// filled in, nulls dropped, numbers as json.Number), and notes at its place what it refuses.
type kind func(v any, at place) any

// place is where a value stands in a content, and where what is wrong with it is noted.
type place struct {
	path  Path
	found *[]Violation
}

// check reads v as k, from the outermost place.
func (k kind) check(v any) (any, []Violation) {
	var found []Violation
	out := k(v, place{found: &found})
	return out, found
}

// in is the place of a key or an index of the value here.
func (p place) in(step any) place {
	return place{path: append(slices.Clip(p.path), step), found: p.found}
}

// refuse notes a violation.
func (p place) refuse(rule Rule, problem string) any {
	*p.found = append(*p.found, Violation{Path: p.path, Rule: rule, Problem: problem})
	return nil
}

// where adds rules for values that k accepts. They see the value as k reads it.
func (k kind) where(rules ...func(v any, at place)) kind {
	return func(v any, at place) any {
		before := len(*at.found)
		out := k(v, at)
		if len(*at.found) > before {
			return nil
		}
		for _, rule := range rules {
			rule(out, at)
		}
		return out
	}
}

// A field is one key of an object.
type field struct {
	key      string
	kind     kind
	required bool
	// nullable says that null is as good as no value at all.
	nullable bool
	// fallback is the value of an absent key; nil to leave it absent.
	fallback any
}

func required(key string, k kind) field { return field{key: key, kind: k, required: true} }

func optional(key string, k kind) field { return field{key: key, kind: k, nullable: true} }

func defaulted(key string, k kind, fallback any) field {
	return field{key: key, kind: k, fallback: fallback}
}

func (f field) orNull() field {
	f.nullable = true
	return f
}

// read adds the field's value in the object `in`, if it has one, to out.
func (f field) read(in, out map[string]any, at place) {
	v, ok := in[f.key]
	switch {
	case ok && v == nil && f.nullable:
	case ok:
		out[f.key] = f.kind(v, at.in(f.key))
	case f.required:
		at.in(f.key).refuse(RuleRequired, "is required")
	case f.fallback != nil:
		out[f.key] = f.fallback
	}
}

// extend is how a model inherits: base with the fields of the same key replaced, then the others.
func extend(base []field, fields ...field) []field {
	all := slices.Clone(base)
	for _, f := range fields {
		i := slices.IndexFunc(all, func(b field) bool { return b.key == f.key })
		if i < 0 {
			all = append(all, f)
		} else {
			all[i] = f
		}
	}
	return all
}

// closed is an object that has no other keys than its fields.
func closed(fields ...field) kind { return object(fields, refuseKey) }

// open is an object whose unknown keys are dropped.
func open(fields ...field) kind { return object(fields, func(string, place) {}) }

func refuseKey(key string, at place) {
	at.in(key).refuse(RuleForbidden, unknownKey)
}

func object(fields []field, unknown func(key string, at place)) kind {
	return func(v any, at place) any {
		in, ok := v.(map[string]any)
		if !ok {
			return at.refuse(RuleType, "must be an object, not "+describe(v))
		}
		out := make(map[string]any, len(fields))
		known := make(map[string]bool, len(fields))
		for _, f := range fields {
			known[f.key] = true
			f.read(in, out, at)
		}
		for _, key := range slices.Sorted(maps.Keys(in)) {
			if !known[key] {
				unknown(key, at)
			}
		}
		return out
	}
}

// either is a union: of the kinds that accept a value the one that knows most of its keys reads it, the first of equals
// (pydantic's smart mode). When none does, the one that knows most of its keys says why, and of equals the one that
// objects least, the last of them.
func either(kinds ...kind) kind {
	return func(v any, at place) any {
		var best any
		var objections []Violation
		accepted, most := false, -1
		for i, k := range kinds {
			var found []Violation
			out := k(v, place{path: at.path, found: &found})
			switch {
			case len(found) == 0 && (!accepted || shared(v, out) > most):
				best, accepted, most = out, true, shared(v, out)
			case len(found) > 0 && (i == 0 || !objectsMore(found, objections)):
				objections = found
			}
		}
		if !accepted {
			*at.found = append(*at.found, objections...)
		}
		return best
	}
}

// objectsMore reports whether a has more against a value than b: keys that it does not know weigh more than anything else.
func objectsMore(a, b []Violation) bool {
	order := cmp.Compare(unknownKeys(a), unknownKeys(b))
	return cmp.Or(order, cmp.Compare(len(a), len(b))) > 0
}

func unknownKeys(violations []Violation) int {
	n := 0
	for _, v := range violations {
		if v.Problem == unknownKey {
			n++
		}
	}
	return n
}

// shared counts the keys that a value and what was read of it have in common.
func shared(v, out any) int {
	in, _ := v.(map[string]any)
	read, _ := out.(map[string]any)
	n := 0
	for key := range in {
		if _, ok := read[key]; ok {
			n++
		}
	}
	return n
}
