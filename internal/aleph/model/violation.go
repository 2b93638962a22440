// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Path leads to a value in a content: text keys and int indexes, from the outside in.
type Path []any

// String writes the path as `volumes[0].size_mib`.
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		if index, ok := step.(int); ok {
			b.WriteString("[" + strconv.Itoa(index) + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, step)
	}
	return b.String()
}

// Violation is one broken rule. Neither its path nor its problem repeats a text of the user's that may be secret.
type Violation struct {
	Path Path
	// Rule is the kind of rule, which says what to do.
	Rule Rule
	// Problem is the rest of a sentence whose subject is the path: "must be at most 1000, not 1001".
	Problem string
}

func (v Violation) String() string {
	if len(v.Path) == 0 {
		return "it " + v.Problem
	}
	return v.Path.String() + " " + v.Problem
}

// InvalidError lists every rule of its model that a content or an envelope breaks, in the order of the model.
type InvalidError struct {
	// Type is the type whose model was asked, such as PROGRAM; message for that of the envelope.
	Type       string
	Violations []Violation
}

func (e *InvalidError) Error() string {
	problems := make([]string, len(e.Violations))
	for i, v := range e.Violations {
		problems[i] = v.String()
	}
	return fmt.Sprintf("not a valid %s: %s", e.Type, strings.Join(problems, "; "))
}

// Remedy says what to do about each, once.
func (e *InvalidError) Remedy() string {
	var remedies []string
	for _, v := range e.Violations {
		if remedy := v.Rule.Remedy(); !slices.Contains(remedies, remedy) {
			remedies = append(remedies, remedy)
		}
	}
	return strings.Join(remedies, " ")
}
