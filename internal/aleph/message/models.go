// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// contents are the models of the contents by type, as aleph-message 1.7.0 has them.
var contents = map[Type]kind{
	TypePost:      postContent,
	TypeAggregate: aggregateContent,
	TypeStore:     storeContent,
	TypeForget:    forgetContent,
	TypeProgram:   programContent,
	TypeInstance:  instanceContent,
	TypeVProgram:  verifiableContent,
}

// ParseContent reads the text of a content as the model of its type does, which is what a node checks: defaults filled
// in, nulls and dropped keys gone, every number a json.Number. The error is an *InvalidError. JSON is taken as a node
// takes it: no NaN, no bytes that are not UTF-8, the last of equal keys.
func ParseContent(t Type, text []byte) (map[string]any, error) {
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
