// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import "strings"

// Noun is a kind of object as diagnostics name it.
type Noun struct {
	// Word is what it is called: "program".
	Word string
	// Free is whether it costs nothing.
	Free bool
}

// ifBilled is a text about what is paid; empty for what costs nothing.
func (n Noun) ifBilled(text string) string {
	if n.Free {
		return ""
	}
	return text
}

// NotCreated says what is alive after a create that failed.
func (n Noun) NotCreated() string {
	return "No " + n.Word + " was created" + n.ifBilled(", and nothing is paid for one") + "."
}

// NotDestroyed says what is alive after a destroy that failed.
func (n Noun) NotDestroyed() string {
	return "It stays in the state" + n.ifBilled("; what is still alive is still paid") + "."
}

// WithArticle is a word with "a" or "an" before it: "a program", "an aggregate", "an SSH key".
func WithArticle(word string) string {
	if strings.ContainsRune("aeio", rune(word[0])) || strings.HasPrefix(word, "SSH") {
		return "an " + word
	}
	return "a " + word
}
