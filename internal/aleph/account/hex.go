// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// keyLength is the size of a private key in bytes.
const keyLength = 32

// FromHex reads a private key written as 64 hex digits, with or without 0x, in white space or not.
func FromHex(key string) (*Account, error) {
	return fromHex(key, "the private key")
}

func fromHex(text, what string) (*Account, error) {
	digits := hexDigits(text)
	if digits == "" {
		return nil, fmt.Errorf("%s is empty; give it as %d hex digits", what, hex.EncodedLen(keyLength))
	}
	// The cause stays out of both errors: those of package hex quote what they could not read.
	if len(digits) != hex.EncodedLen(keyLength) {
		return nil, fmt.Errorf("%s has %d characters, not the %d hex digits of an Ethereum key (with or without 0x); "+
			"a seed phrase is given as a mnemonic", what, len(digits), hex.EncodedLen(keyLength))
	}
	key, err := hex.DecodeString(digits)
	if err != nil {
		return nil, fmt.Errorf("%s contains something else than hex digits (0-9, a-f); "+
			"give an Ethereum key as %d hex digits, with or without 0x", what, hex.EncodedLen(keyLength))
	}
	return fromKey(key, what)
}

func hexDigits(text string) string {
	digits := strings.TrimSpace(text)
	if len(digits) >= 2 && (digits[:2] == "0x" || digits[:2] == "0X") {
		return digits[2:]
	}
	return digits
}
