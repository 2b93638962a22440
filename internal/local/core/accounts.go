// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
)

// Account is an account that a node knows from its start.
type Account struct {
	// Address is in checksummed form.
	Address string
	// PrivateKey is 32 bytes as 0x-prefixed hex; empty when the node need not know it.
	PrivateKey string
	// Credits are whole credits (a millionth of a dollar each); Tokens are ALEPH.
	Credits int64
	Tokens  float64
}

// How many accounts there are, and what each has to begin with.
const (
	accountCount   = 10
	accountCredits = 1_000_000_000_000
	accountTokens  = 1_000_000
)

// Accounts are the ten accounts that every node funds unless told otherwise. Their keys are public, always the same
// and worth nothing: key i is SHA-256 of "aleph local node, account i", with i from 0 to 9.
func Accounts() []Account {
	accounts := make([]Account, accountCount)
	for i := range accounts {
		key := sha256.Sum256(fmt.Appendf(nil, "aleph local node, account %d", i))
		accounts[i] = Account{
			Address:    addressOf(key[:]),
			PrivateKey: "0x" + hex.EncodeToString(key[:]),
			Credits:    accountCredits,
			Tokens:     accountTokens,
		}
	}
	return accounts
}

func addressOf(key []byte) string {
	private, err := crypto.ToECDSA(key)
	if err != nil {
		panic(err) // the keys are constants
	}
	return crypto.PubkeyToAddress(private.PublicKey).Hex()
}
