// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tyler-smith/go-bip39"
)

// LooksSecret reports whether a text has the form of a private key, a keystore or a mnemonic somewhere in it, or of one
// that was not copied well. It cannot tell a key from another number of 32 bytes: an item hash looks secret too.
func LooksSecret(text string) bool {
	return len(KeysIn(text)) > 0 || hasPhrase(text)
}

// Quote is a text for an error message: in quotes, unless it looks secret. Then it is not repeated.
func Quote(text string) string {
	if LooksSecret(text) {
		return "(not shown, since it looks like a private key or a mnemonic)"
	}
	return strconv.Quote(text)
}

const (
	// Digits of a key are lost or doubled when it is copied, or all of it is pasted twice, and some are mistyped.
	fewestDigits, mostDigits, mostMistyped = 60, 132, 4
	// A phrase of twelve words, of which some are mistyped.
	fewestWords, fewestKnownWords = 12, 10
)

// KeysIn are the parts of a text that have the form of a private key in hexadecimal digits, or in decimal ones.
func KeysIn(text string) []string {
	tokens := strings.FieldsFunc(text, func(r rune) bool { return !isAlphanumeric(r) })
	return slices.DeleteFunc(tokens, func(token string) bool { return !isKey(token) })
}

func isKey(token string) bool {
	mistyped := 0
	for _, r := range token {
		if !isHexDigit(r) { // such as the x of 0x
			mistyped++
		}
	}
	return fewestDigits <= len(token) && len(token) <= mostDigits && mistyped <= mostMistyped
}

func hasPhrase(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	known := 0
	for i, word := range words {
		known += oneIfKnown(word)
		if i >= fewestWords {
			known -= oneIfKnown(words[i-fewestWords])
		}
		if i+1 >= fewestWords && known >= fewestKnownWords {
			return true
		}
	}
	return false
}

func oneIfKnown(word string) int {
	if _, ok := bip39.GetWordIndex(word); ok {
		return 1
	}
	return 0
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func isHexDigit(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F'
}
