// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// vectors were computed by independent implementations (eth-account, hashlib), some of them from messages of the
// public network.
type vectors struct {
	ItemHash []struct {
		Text    *string `json:"text"`
		UTF8Hex *string `json:"utf8_hex"`
		SHA256  string  `json:"sha256"`
	} `json:"item_hash"`
	EIP55  []string `json:"eip55"`
	EIP191 []struct {
		Text   string `json:"text"`
		Digest string `json:"digest"`
	} `json:"eip191"`
	EIP191Recover []struct {
		Kind      string `json:"kind"`
		Text      string `json:"text"`
		Signature string `json:"signature"`
		Signer    string `json:"expected_signer"`
		Matches   bool   `json:"matches"`
	} `json:"eip191_recover"`
	RealSignatures []struct {
		Type      message.Type `json:"type"`
		ItemHash  string       `json:"item_hash"`
		Sender    string       `json:"sender"`
		Signature string       `json:"signature"`
		Recovered string       `json:"recovered"`
	} `json:"real_message_signatures"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHashVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t).ItemHash
	for _, c := range v {
		var text []byte
		if c.UTF8Hex != nil {
			var err error
			if text, err = hex.DecodeString(*c.UTF8Hex); err != nil {
				t.Fatal(err)
			}
		} else {
			text = []byte(*c.Text)
		}
		if got := message.Hash(text); got != c.SHA256 {
			t.Errorf("Hash(%.40q) = %s, want %s", text, got, c.SHA256)
		}
	}
	t.Logf("%d hashes", len(v))
}

func TestOnlyChecksummedAddressesPass(t *testing.T) {
	t.Parallel()
	addresses := readVectors(t).EIP55
	for _, address := range addresses {
		if err := message.CheckAddress(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		other := strings.ToLower(address)
		if other == address {
			continue
		}
		if err := message.CheckAddress(other); err == nil || !strings.Contains(err.Error(), address) {
			t.Errorf("CheckAddress(%s) = %v, want the form to write, %s", other, err, address)
		}
	}
	t.Logf("%d addresses", len(addresses))
	for _, text := range []string{"", "0x", addresses[0][2:], addresses[0] + "0", "0X" + addresses[0][2:]} {
		if message.CheckAddress(text) == nil {
			t.Errorf("%q passes", text)
		}
	}
}

func TestPersonalDigestVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t).EIP191
	for _, c := range v {
		if got := hex.EncodeToString(message.PersonalDigest([]byte(c.Text))); got != c.Digest {
			t.Errorf("PersonalDigest(%q) = %s, want %s", c.Text, got, c.Digest)
		}
	}
	t.Logf("%d digests", len(v))
}

func TestSignerVectors(t *testing.T) {
	t.Parallel()
	v := readVectors(t)
	for _, c := range v.EIP191Recover {
		parts := strings.Split(c.Text, "\n")
		m := message.Message{
			Chain: parts[0], Sender: parts[1], Type: message.Type(parts[2]), ItemHash: parts[3], Signature: c.Signature,
		}
		if got := string(m.SigningText()); got != c.Text {
			t.Errorf("SigningText() = %q, want %q", got, c.Text)
		}
		signer, err := m.Signer()
		if matches := err == nil && signer == c.Signer; matches != c.Matches {
			t.Errorf("%s: Signer() = %s, %v, matches: %t", c.Kind, signer, err, c.Matches)
		}
	}
	for _, c := range v.RealSignatures {
		m := message.Message{
			Chain: message.ChainETH, Sender: c.Sender, Type: c.Type, ItemHash: c.ItemHash, Signature: c.Signature,
		}
		if signer, err := m.Signer(); err != nil || signer != c.Recovered {
			t.Errorf("Signer() = %s, %v, want %s", signer, err, c.Recovered)
		}
	}
	t.Logf("%d signatures, %d of the public network", len(v.EIP191Recover), len(v.RealSignatures))
}
