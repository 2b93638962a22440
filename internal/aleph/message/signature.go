// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/mr-tron/base58"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

const (
	// ChainETH is the chain that an Ethereum key signs for (NETWORK.md 2.3).
	ChainETH = "ETH"
	// ChainSOL is Solana. Eclipse has the same signatures (NETWORK.md 2.4).
	ChainSOL     = "SOL"
	chainEclipse = "ES"
)

// SigningText is what a signature covers: chain, sender, type and item hash, joined by line feeds (NETWORK.md 2.2).
func (m *Message) SigningText() []byte {
	return []byte(strings.Join([]string{m.Chain, m.Sender, string(m.Type), m.ItemHash}, "\n"))
}

// Verify checks what a node returned: that the item hash is the hash of the inline content, and that the sender signed
// it. A message that fails is not what its sender published, unless the error is an *UnverifiableError.
func (m *Message) Verify() error {
	if m.ItemType != ItemTypeInline {
		return &UnverifiableError{ItemHash: m.ItemHash, Reason: "its content is not inline (" + string(m.ItemType) + ")"}
	}
	if got := Hash([]byte(m.ItemContent)); got != m.ItemHash {
		return fmt.Errorf("message %s: its content hashes to %s", m.ItemHash, got)
	}
	return m.VerifySignature()
}

// VerifySignature checks that the sender signed the message: by the rules of the EVM's chains, or of Solana's. Of any
// other chain the error is an *UnverifiableError.
func (m *Message) VerifySignature() error {
	var err error
	switch {
	case slices.Contains(model.EVMChains, m.Chain):
		err = m.verifyEVM()
	case m.Chain == ChainSOL || m.Chain == chainEclipse:
		err = m.verifySolana()
	default:
		return &UnverifiableError{ItemHash: m.ItemHash, Reason: fmt.Sprintf("signatures of chain %q cannot be checked here", m.Chain)}
	}
	if err != nil {
		return fmt.Errorf("message %s: %w", m.ItemHash, err)
	}
	return nil
}

// UnverifiableError is a message of which it cannot be told here whether it is genuine. It may well be.
type UnverifiableError struct {
	ItemHash string
	// Reason is a clause: "its content is not inline".
	Reason string
}

func (e *UnverifiableError) Error() string {
	return fmt.Sprintf("message %s cannot be verified: %s", e.ItemHash, e.Reason)
}

// Remedy says what to do.
func (e *UnverifiableError) Remedy() string {
	return "Name a message that was signed on a chain of the EVM, such as ETH, or on Solana, and whose content the node has; or another node with `api_url`, which may have it."
}

func (m *Message) verifyEVM() error {
	signer, err := m.Signer()
	if err == nil && !strings.EqualFold(signer, m.Sender) {
		err = m.notSigned()
	}
	return err
}

func (m *Message) notSigned() error {
	return fmt.Errorf("the signature is not that of its sender %s", m.Sender)
}

// Signer recovers the checksummed address that signed the message by EIP-191 (NETWORK.md 2.3).
func (m *Message) Signer() (string, error) {
	sig, err := hexutil.Decode("0x" + strings.ToLower(strings.TrimPrefix(m.Signature, "0x")))
	if err != nil || len(sig) != crypto.SignatureLength {
		return "", fmt.Errorf("the signature is not %d bytes of hex", crypto.SignatureLength)
	}
	switch v := sig[64]; {
	case v == 27 || v == 28:
		sig[64] = v - 27
	case v >= 35:
		sig[64] = (v - 35) % 2
	}
	key, err := crypto.SigToPub(PersonalDigest(m.SigningText()), sig)
	if err != nil {
		return "", m.notSigned()
	}
	return crypto.PubkeyToAddress(*key).Hex(), nil
}

// PersonalDigest is the 32 bytes that an EIP-191 personal signature of text signs.
func PersonalDigest(text []byte) []byte {
	return crypto.Keccak256(fmt.Appendf(nil, "\x19Ethereum Signed Message:\n%d", len(text)), text)
}

// verifySolana checks an ed25519 signature: JSON text with the signature and the public key, which is the sender, both
// in base58 (NETWORK.md 2.4).
func (m *Message) verifySolana() error {
	var signed struct {
		Signature string `json:"signature"`
		PublicKey string `json:"publicKey"`
	}
	if err := json.Unmarshal([]byte(m.Signature), &signed); err != nil {
		return errors.New("the signature is not the JSON text of a signature and a public key")
	}
	key, keyErr := base58.Decode(signed.PublicKey)
	signature, err := base58.Decode(signed.Signature)
	if keyErr != nil || err != nil || len(key) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize {
		return fmt.Errorf("the signature is not a public key of %d bytes and %d bytes in base58", ed25519.PublicKeySize, ed25519.SignatureSize)
	}
	if signed.PublicKey != m.Sender || !ed25519.Verify(key, m.SigningText(), signature) {
		return m.notSigned()
	}
	return nil
}

// SameAddress reports whether two texts are one address: that of an EVM whatever its case, any other exactly
// (NETWORK.md 1.3).
func SameAddress(a, b string) bool {
	return a == b || address.MatchString(a) && strings.EqualFold(a, b)
}
