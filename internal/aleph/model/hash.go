// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	storageHash = regexp.MustCompile(`^[0-9a-f]{64}$`)
	cidV0       = regexp.MustCompile(`^Qm[1-9A-HJ-NP-Za-km-z]{42,44}$`)
	cidV1       = regexp.MustCompile(`^bafy[a-z2-7]{55}$`)
)

// CheckItemHash says what is wrong with an item hash, or nil (NETWORK.md 1.1).
func CheckItemHash(hash string) error {
	switch {
	case storageHash.MatchString(hash), cidV0.MatchString(hash), cidV1.MatchString(hash):
		return nil
	case storageHash.MatchString(strings.ToLower(hash)):
		return fmt.Errorf("%q must be lower case", hash)
	case strings.HasPrefix(hash, "bafk"):
		return fmt.Errorf("%q is a CIDv1 of a raw leaf, which the network does not accept: add the file with CID version 0", hash)
	}
	return fmt.Errorf("%q is not an item hash: 64 lower-case hexadecimal digits, or a CID that starts with Qm or bafy", hash)
}
