// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package account is the Ethereum key that signs messages: read from what a user has (hex, a key file, an encrypted
// keystore, a mnemonic), and never shown again. No error, no formatting verb and no field of an Account holds key
// material.
package account

import (
	"crypto/ecdsa"
	"fmt"
	"io"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Account signs messages for one address. It is safe for concurrent use.
type Account struct {
	address string
	// sign holds the key in its closure, where no printer, encoder or reflection reaches it.
	sign func(digest []byte) ([]byte, error)
	// detector holds what a copy of the key is found by, in its closure as well; origin tells one kind from another.
	detector func() io.WriteCloser
	origin   string
}

// fromKey checks that key is a scalar of secp256k1: neither zero nor at or above the order of the group. what names
// the key in an error.
func fromKey(key []byte, what string) (*Account, error) {
	private, err := crypto.ToECDSA(key)
	if err != nil {
		return nil, fmt.Errorf("%s is not a valid Ethereum key: its number is zero or too large for secp256k1; "+
			"check that it was copied whole", what)
	}
	return fromECDSA(private), nil
}

func fromECDSA(private *ecdsa.PrivateKey) *Account {
	a := &Account{
		address: crypto.PubkeyToAddress(private.PublicKey).Hex(),
		sign:    func(digest []byte) ([]byte, error) { return crypto.Sign(digest, private) },
	}
	a.hide(secret{key: crypto.FromECDSA(private)}, "key")
	return a
}

// Address is the checksummed (EIP-55) address of the key.
func (a *Account) Address() string { return a.address }

// String is the address: all of an account that may be shown.
func (a *Account) String() string { return a.address }

// Sign completes m with the EIP-191 signature of its signing text (NETWORK.md 2.3): 65 bytes (r, s, v) as 0x-prefixed
// hex, v 27 or 28, s in the lower half, the same for the same message every time. The message must be on
// message.ChainETH, and its sender this account, spelled as Address does: nodes compare and look up addresses by their spelling.
func (a *Account) Sign(m *message.Message) error {
	if m.Chain != message.ChainETH {
		return fmt.Errorf("account %s signs for chain %s, not for %q", a.address, message.ChainETH, m.Chain)
	}
	if m.Sender != a.address {
		return fmt.Errorf("account %s cannot sign a message whose sender is %q", a.address, m.Sender)
	}
	signature, err := a.sign(message.PersonalDigest(m.SigningText()))
	if err != nil {
		return fmt.Errorf("account %s: signing failed: %w", a.address, err)
	}
	signature[crypto.RecoveryIDOffset] += 27
	m.Signature = hexutil.Encode(signature)
	return nil
}
