// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"

	"github.com/mr-tron/base58"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// Signer makes a message its own: it sets the sender and the chain, and signs.
type Signer func(*message.Message) error

// ByKey signs with a key of Ethereum's.
func ByKey(key *account.Account) Signer {
	return func(m *message.Message) error {
		m.Sender, m.Chain = key.Address(), message.ChainETH
		return key.Sign(m)
	}
}

// OnSolana signs with a key of Solana's, always the same; address is that of the key.
func OnSolana() (sign Signer, address string) {
	key := ed25519.NewKeyFromSeed([]byte("a key of Solana's, worth nothing"))
	address = base58.Encode(key.Public().(ed25519.PublicKey))
	return func(m *message.Message) error {
		m.Sender, m.Chain = address, message.ChainSOL
		text, err := json.Marshal(map[string]string{"publicKey": address, "signature": base58.Encode(ed25519.Sign(key, m.SigningText()))})
		m.Signature = string(text)
		return err
	}, address
}

// OnTezos signs as nobody here can check.
func OnTezos(m *message.Message) error {
	m.Sender, m.Chain, m.Signature = "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb", "TEZOS", `{"signature":"edsigt","publicKey":"edpk","signingType":"raw"}`
	return nil
}

// Message is a message in the name of an owner, of this moment.
func Message(t *testing.T, owner string, content message.Content, sign Signer) *message.Message {
	t.Helper()
	content.Stamp(owner, message.TimeOf(clockOf(t).Now()))
	m, err := message.New("", "", content)
	if err == nil {
		err = sign(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Foist makes the node hand out a message that is not on the network, and names the test's owner as its own. It
// returns the item hash.
func (e *Env) Foist(t *testing.T, content message.Content, sign Signer) string {
	t.Helper()
	m := Message(t, e.Account.Address(), content, sign)
	e.Inject(core.Fault{Times: -1, Do: core.Foist(*m, nil)})
	return m.ItemHash
}

// Claim is the content of a message about a resource: a version that amends another one, by the item hash of the program
// or of the first STORE, or by the name of the file; an object of its own when that is empty.
func Claim(resource, amends string) message.Content {
	file := NodeStores().Runtime
	if resource == "aleph_volume" {
		return &message.Store{ItemType: message.ItemTypeStorage, ItemHash: strings.Repeat("ee", 32), Ref: amends}
	}
	return &message.Program{
		Type: message.ProgramKind, AllowAmend: true, Replaces: amends,
		Machine: message.Machine{Metadata: map[string]any{"name": "theirs"}, Resources: message.Resources{VCPUs: 1, Memory: 128, Seconds: 30}},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: file}, Runtime: message.Runtime{Ref: file},
		On: message.Triggers{HTTP: true},
	}
}
