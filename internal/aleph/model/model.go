// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package model is what the network accepts: the rules of its official models of every message type, and those that a
// message must obey besides to arrive as it was sent. It knows messages as JSON only: types, item types and ways of
// paying are the texts that stand there.
package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// contents are the models of the contents by type, as aleph-message 1.7.0 has them.
var contents = map[string]kind{
	"POST":      postContent,
	"AGGREGATE": aggregateContent,
	"STORE":     storeContent,
	"FORGET":    forgetContent,
	"PROGRAM":   programContent,
	"INSTANCE":  instanceContent,
	"V-PROGRAM": verifiableContent,
}

// ParseContent reads the text of a content as the model of its type, such as PROGRAM, does, which is what a node checks: defaults filled
// in, nulls and dropped keys gone, every number a json.Number. The error is an *InvalidError. JSON is taken as a node
// takes it: no NaN, no bytes that are not UTF-8, the last of equal keys.
func ParseContent(t string, text []byte) (map[string]any, error) {
	model, ok := contents[t]
	if !ok {
		return nil, &InvalidError{Type: t, Violations: []Violation{{Rule: RuleChoice, Problem: "is of no known message type"}}}
	}
	raw, err := readJSON(text)
	if err != nil {
		return nil, &InvalidError{Type: t, Violations: []Violation{{Rule: RuleJSON, Problem: "is not JSON: " + err.Error()}}}
	}
	parsed, found := model.check(raw)
	if len(found) > 0 {
		return nil, &InvalidError{Type: t, Violations: found}
	}
	return parsed.(map[string]any), nil
}

// CheckContent lists every rule that a content breaks, of its model and of sending: before it is whole, so what is left
// out must not be required. Its values are as JSON is read, numbers as json.Number.
func CheckContent(t string, content map[string]any) []Violation {
	_, found := contents[t].check(content)
	at := place{found: &found}
	storable(content, at)
	if text, err := Marshal(content); err != nil {
		at.refuse(RuleJSON, "cannot be written as JSON")
	} else if n := utf8.RuneCount(text); n > MaxInline {
		at.refuse(RuleSize, tooLong(n))
	}
	return found
}

// readJSON reads exactly one JSON value, numbers as they are spelled.
func readJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it has bytes that are not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, wherein(err, dec.InputOffset())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return v, nil
}

// wherein says where a text stops to be JSON.
func wherein(err error, read int64) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		read = syntax.Offset
	}
	return fmt.Errorf("it cannot be read after its first %d bytes", read)
}

// Marshal writes a content as the text to be hashed: compact, raw UTF-8, `%` as `\u0025` (NETWORK.md 3.3).
func Marshal(content any) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(bytes.TrimSuffix(text.Bytes(), []byte("\n")), []byte("%"), []byte(`\u0025`)), nil
}
