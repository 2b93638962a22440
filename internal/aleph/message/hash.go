// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// ItemType says where something named by an item hash is kept.
type ItemType string

// The item types. A file is kept in storage or on IPFS; inline is for the content of messages.
const (
	ItemTypeInline  ItemType = "inline"
	ItemTypeStorage ItemType = "storage"
	ItemTypeIPFS    ItemType = "ipfs"
)

// ItemTypeOf tells storage from IPFS by the form of an item hash; empty when it is no item hash (NETWORK.md 1.1).
func ItemTypeOf(hash string) ItemType {
	switch {
	case model.CheckItemHash(hash) != nil:
		return ""
	case strings.HasPrefix(hash, "Qm"), strings.HasPrefix(hash, "bafy"):
		return ItemTypeIPFS
	}
	return ItemTypeStorage
}

var address = regexp.MustCompile(`^0x[0-9a-fA-F]{40}$`)

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
