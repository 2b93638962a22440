// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const (
	keyTwo     = "0202020202020202020202020202020202020202020202020202020202020202"
	addressTwo = "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c"
)

// vectors are keys with their addresses, and EIP-191 signatures, made with the official Python SDK's libraries.
type vectors struct {
	Addresses []struct {
		PrivateKey string `json:"private_key"`
		Address    string `json:"address"`
	} `json:"addresses"`
	Signatures []struct {
		PrivateKey string `json:"private_key"`
		Signature  string `json:"signature"`
		Message    *struct {
			Chain    string       `json:"chain"`
			Type     message.Type `json:"type"`
			ItemHash string       `json:"item_hash"`
			Sender   string       `json:"sender"`
		} `json:"message"`
	} `json:"signatures"`
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestAddress_vectors(t *testing.T) {
	t.Parallel()
	var known vectors
	readJSON(t, "vectors.json", &known)
	if len(known.Addresses) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range known.Addresses {
		for _, spelling := range []string{v.PrivateKey, "0x" + v.PrivateKey, "0X" + strings.ToUpper(v.PrivateKey), "\t 0x" + v.PrivateKey + "\r\n"} {
			a, err := account.FromHex(spelling)
			if err != nil {
				t.Fatalf("%q: %v", spelling, err)
			}
			if a.Address() != v.Address {
				t.Errorf("%q: got address %s, want %s", spelling, a.Address(), v.Address)
			}
		}
	}
}

func TestSignVectors(t *testing.T) {
	t.Parallel()
	var known vectors
	readJSON(t, "vectors.json", &known)
	signed := 0
	for _, v := range known.Signatures {
		if v.Message == nil || v.Message.Chain != message.ChainETH {
			continue
		}
		a, err := account.FromHex(v.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		if v.Message.Sender != a.Address() {
			continue
		}
		m := &message.Message{Chain: v.Message.Chain, Type: v.Message.Type, ItemHash: v.Message.ItemHash, Sender: v.Message.Sender}
		if err := a.Sign(m); err != nil {
			t.Fatal(err)
		}
		if m.Signature != v.Signature {
			t.Errorf("%s: got signature %s, want %s", v.Message.ItemHash, m.Signature, v.Signature)
		}
		signed++
	}
	if signed < 10 {
		t.Fatalf("only %d vectors were signed", signed)
	}
}

func TestSignedMessageVerifies(t *testing.T) {
	t.Parallel()
	a, err := account.FromHex(keyTwo)
	if err != nil {
		t.Fatal(err)
	}
	content := `{"text":"é\n"}`
	m := &message.Message{
		Chain: message.ChainETH, Sender: addressTwo, Type: message.TypePost,
		ItemType: message.ItemTypeInline, ItemContent: content, ItemHash: message.Hash([]byte(content)),
	}
	if err := a.Sign(m); err != nil {
		t.Fatal(err)
	}
	if err := m.Verify(); err != nil {
		t.Error(err)
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	a, err := account.FromHex(keyTwo)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*message.Message{
		"another sender":           {Chain: message.ChainETH, Sender: "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"},
		"another spelling of ours": {Chain: message.ChainETH, Sender: strings.ToLower(addressTwo)},
		"no sender":                {Chain: message.ChainETH},
		"another chain":            {Chain: "SOL", Sender: addressTwo},
	} {
		if err := a.Sign(m); err == nil || m.Signature != "" {
			t.Errorf("%s: got error %v and signature %q, want an error and none", name, err, m.Signature)
		}
	}
}
