// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"bytes"
	"strings"

	"github.com/tyler-smith/go-bip39"
)

const (
	// shortestWord and longestWord are the lengths of the words of BIP-39, and mostWords that of the longest mnemonics.
	shortestWord, longestWord = 3, 8
	mostWords                 = 24

	// maxEffort bounds the time for trying out mnemonics, over all that one account looks at: some seconds. To check
	// whether words are a mnemonic costs checkEffort, to find the key of one deriveEffort.
	maxEffort                 = 500_000
	checkEffort, deriveEffort = 1, 300
)

// inWords looks for mnemonics. The shortest one has a byte in every stretch of its length, so most of a text is not
// looked at.
func (d *detector) inWords(text []byte) bool {
	const shortest = fewestWords*(shortestWord+1) - 1
	for i := shortest - 1; i < len(text); i += shortest {
		first := wordAt(text, i)
		if !first.known(text) {
			i = max(i, first.end)
			continue
		}
		row := first
		count := 1
		for before := first.before(text); before.known(text); before = before.before(text) {
			row.start = before.start
			count++
		}
		for after := first.after(text); after.known(text); after = after.after(text) {
			row.end = after.end
			count++
		}
		if count >= fewestWords && d.inMnemonicWords(strings.Fields(strings.ToLower(string(text[row.start:row.end])))) {
			return true
		}
		i = max(i, row.end)
	}
	return false
}

// span is a word in a text; empty when there is none.
type span struct{ start, end int }

func isLetter(b byte) bool { b |= 0x20; return b >= 'a' && b <= 'z' }
func isSpace(b byte) bool  { return b == ' ' || b >= '\t' && b <= '\r' }

// wordAt is the word that a byte is of, or that follows it in white space.
func wordAt(text []byte, i int) span {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	s := span{i, i}
	for s.start > 0 && s.end-s.start <= longestWord && isLetter(text[s.start-1]) {
		s.start--
	}
	for s.end < len(text) && s.end-s.start <= longestWord && isLetter(text[s.end]) {
		s.end++
	}
	return s
}

// before is the word before, with nothing but white space between.
func (s span) before(text []byte) span {
	end := s.start
	for end > 0 && isSpace(text[end-1]) {
		end--
	}
	if end == s.start || end == 0 {
		return span{}
	}
	return wordAt(text, end-1)
}

// after is the word after, with nothing but white space between.
func (s span) after(text []byte) span {
	if s.end == len(text) || !isSpace(text[s.end]) {
		return span{}
	}
	return wordAt(text, s.end)
}

// known tells whether a word can be in a mnemonic.
func (s span) known(text []byte) bool {
	if length := s.end - s.start; length < shortestWord || length > longestWord {
		return false
	}
	_, ok := bip39.GetWordIndex(strings.ToLower(string(text[s.start:s.end])))
	return ok
}

// inMnemonicWords looks for the account's mnemonic, and tries out every other that is a part of some words.
func (d *detector) inMnemonicWords(words []string) bool {
	if d.mnemonic != "" && strings.Contains(" "+strings.Join(words, " ")+" ", " "+d.mnemonic+" ") {
		return true
	}
	for start := range words {
		for length := fewestWords; length <= min(mostWords, len(words)-start); length += 3 {
			if d.effort.Add(-checkEffort) < 0 {
				return false
			}
			if d.leadsHere(strings.Join(words[start:start+length], " ")) {
				return true
			}
		}
	}
	return false
}

// leadsHere derives the first account of a mnemonic, if it is one, and compares keys.
func (d *detector) leadsHere(phrase string) bool {
	if _, err := bip39.EntropyFromMnemonic(phrase); err != nil || d.effort.Add(-deriveEffort) < 0 {
		return false
	}
	path, err := parsePath(DefaultDerivationPath)
	if err != nil {
		return false
	}
	key, err := derive(bip39.NewSeed(phrase, ""), path)
	return err == nil && bytes.Equal(key, d.key)
}
