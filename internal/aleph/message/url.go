// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
)

// unpadded is how compute nodes write an item hash in a host name, in lower case (NETWORK.md 12.2).
var unpadded = base32.StdEncoding.WithPadding(base32.NoPadding)

// HashToBase32 is an item hash as a label of a host name: 52 characters, a to z and 2 to 7. A CID has no such form.
func HashToBase32(hash string) (string, error) {
	raw, err := hex.DecodeString(hash)
	if err != nil || ItemTypeOf(hash) != ItemTypeStorage {
		return "", fmt.Errorf("%q is not 64 lower-case hexadecimal digits: no other item hash can be a host name", hash)
	}
	return strings.ToLower(unpadded.EncodeToString(raw)), nil
}

// HashFromBase32 is the item hash that HashToBase32 has made such a label of. Host names have no case.
func HashFromBase32(label string) (string, error) {
	label = strings.ToLower(label)
	raw, err := unpadded.DecodeString(strings.ToUpper(label))
	hash := hex.EncodeToString(raw)
	// Of the last character only the first bit counts, so that others read the same.
	if again, _ := HashToBase32(hash); err != nil || again != label {
		return "", fmt.Errorf("%q is not an item hash in base32: give the 52 characters (a to z, 2 to 7) before the first full stop of a program's host name", label)
	}
	return hash, nil
}
