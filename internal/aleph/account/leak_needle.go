// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"bytes"
	"encoding/binary"
)

const (
	// gramSize is the size of the pieces of a needle by which it is found, in bytes.
	gramSize = 8
	// lowerCase has the bit set, in each byte of a piece, by which letters differ in case. Digits have it set.
	lowerCase = 0x2020202020202020
)

// needle is a secret that is looked for. A text that has it has one of its pieces wherever it is cut, so only one piece in
// a text is looked up for as many bytes as there are pieces.
type needle struct {
	text []byte
	// anyCase is set for a lower-case text that may be in upper case as well.
	anyCase bool
	grams   map[uint64]bool
	// maybe has a bit set for each piece, by its hash: most others are told by that.
	maybe [64]uint64
}

func newNeedle(text []byte, anyCase bool) *needle {
	n := &needle{text: text, anyCase: anyCase, grams: map[uint64]bool{}}
	for i := range len(text) - gramSize + 1 {
		gram := binary.LittleEndian.Uint64(text[i:]) | lowerCase
		n.grams[gram] = true
		word, bit := place(gram)
		n.maybe[word] |= bit
	}
	return n
}

// place is where a piece has its bit.
func place(gram uint64) (word, bit uint64) {
	hash := gram * 0x9e3779b97f4a7c15 >> 52
	return hash >> 6, 1 << (hash & 63)
}

// in looks for the needle in a text.
func (n *needle) in(text []byte) bool {
	step := len(n.text) - gramSize + 1
	for i := step - 1; i+gramSize <= len(text); i += step {
		gram := binary.LittleEndian.Uint64(text[i:]) | lowerCase
		if word, bit := place(gram); n.maybe[word]&bit == 0 || !n.grams[gram] {
			continue
		}
		around := text[max(0, i-len(n.text)):min(len(text), i+len(n.text))]
		if n.anyCase {
			around = bytes.ToLower(around)
		}
		if bytes.Contains(around, n.text) {
			return true
		}
	}
	return false
}
