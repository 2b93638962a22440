// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// ItemType says where something named by an item hash is kept.
type ItemType string

// The item types. A file is kept in storage or on IPFS; inline is for the content of messages.
const (
	ItemTypeInline  ItemType = "inline"
	ItemTypeStorage ItemType = "storage"
	ItemTypeIPFS    ItemType = "ipfs"
)

var (
	storageHash = regexp.MustCompile(`^[0-9a-f]{64}$`)
	cidV0       = regexp.MustCompile(`^Qm[1-9A-HJ-NP-Za-km-z]{42,44}$`)
	cidV1       = regexp.MustCompile(`^bafy[a-z2-7]{55}$`)
	address     = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`)
)

// ItemTypeOf tells storage from IPFS by the form of an item hash; empty when it is no item hash (NETWORK.md 1.1).
func ItemTypeOf(hash string) ItemType {
	switch {
	case storageHash.MatchString(hash):
		return ItemTypeStorage
	case cidV0.MatchString(hash), cidV1.MatchString(hash):
		return ItemTypeIPFS
	}
	return ""
}

// CheckItemHash says what is wrong with an item hash, or nil (NETWORK.md 1.1).
func CheckItemHash(hash string) error {
	switch {
	case ItemTypeOf(hash) != "":
		return nil
	case storageHash.MatchString(strings.ToLower(hash)):
		return fmt.Errorf("%q must be lower case", hash)
	case strings.HasPrefix(hash, "bafk"):
		return fmt.Errorf("%q is a CIDv1 of a raw leaf, which the network does not accept: add the file with CID version 0", hash)
	}
	return fmt.Errorf("%q is not an item hash: 64 lower-case hexadecimal digits, or a CID that starts with Qm or bafy", hash)
}

// CheckAddress says what is wrong with an Ethereum address, or nil. The network keeps balances and objects by the
// exact text, so only the checksummed form (EIP-55) finds them (NETWORK.md 1.3).
func CheckAddress(text string) error {
	checksummed, err := checksum(text)
	if err == nil && checksummed != text {
		err = fmt.Errorf("%q is not in checksummed form (EIP-55), by which the network knows it: write %q", text, checksummed)
	}
	return err
}

// ChecksumAddress writes an address of one case in checksummed form. One of mixed case has a checksum already, and it is
// an error when that is wrong: a digit of it is, most likely.
func ChecksumAddress(text string) (string, error) {
	checksummed, err := checksum(text)
	digits := strings.TrimPrefix(text, "0x")
	if err == nil && checksummed != text && digits != strings.ToLower(digits) && digits != strings.ToUpper(digits) {
		return "", fmt.Errorf("the checksum (EIP-55) in the capitals of %q is wrong: copy the address again, or write it in lower case if you are sure of each digit", text)
	}
	return checksummed, err
}

func checksum(text string) (string, error) {
	if !address.MatchString(text) {
		return "", fmt.Errorf("%q is not an address: 0x and 40 hexadecimal digits", text)
	}
	return common.HexToAddress(text).Hex(), nil
}
