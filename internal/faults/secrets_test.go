// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// A well-known phrase, and the first key that is derived from it.
const (
	phrase   = "test test test test test test test test test test test junk"
	keyText  = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	password = "correct horse battery staple"
)

// exposed are operations that between them go through everything that a key is used for.
var exposed = []string{"volume: upload with STORE", "program amend: PROGRAM", "program: destroy"}

// TestSecrets runs a part of the matrix with each kind of key, and looks for the key in everything that comes out:
// log at TRACE, diagnostics, state, private data, and what the node was told.
func TestSecrets(t *testing.T) {
	t.Parallel()
	kinds := keyKinds(t)
	names := []string{"hex", "hex with 0x", "upper case", "file", "mnemonic", "keystore"}
	for _, o := range operations {
		if !slices.Contains(exposed, o.name) {
			continue
		}
		for i, f := range faultsOf(o) {
			if skips(i) {
				continue
			}
			kind := names[i%len(names)]
			t.Run(fmt.Sprintf("%s/%s/%s", o.name, f.name, kind), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, o.resource, provided(kinds[kind]), &log{})
					check(b, o, f)
					if !strings.Contains(b.log.String(), "Aleph node request") {
						t.Error("the log is not the provider's")
					}
					expectNoSecret(t, "log", b.log.String())
					expectNoSecret(t, "node", b.told())
				})
			})
		}
	}
}

// keyKinds are the ways to give the key, as arguments of the provider block.
func keyKinds(t *testing.T) map[string]map[string]any {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := crypto.HexToECDSA(keyText)
	if err != nil {
		t.Fatal(err)
	}
	const weak = 2 // a strong one would take a second each time
	encrypted, err := keystore.EncryptDataV3(crypto.FromECDSA(key), []byte(password), weak, 1)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]any{
		"version": 3, "id": "00000000-0000-0000-0000-000000000000", "crypto": encrypted,
		"address": strings.ToLower(crypto.PubkeyToAddress(key.PublicKey).Hex()[2:]),
	})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]map[string]any{
		"hex":         {"private_key": keyText},
		"hex with 0x": {"private_key": "0x" + keyText},
		"upper case":  {"private_key": strings.ToUpper(keyText)},
		"file":        {"private_key_file": write("key", crypto.FromECDSA(key))},
		"mnemonic":    {"mnemonic": phrase},
		"keystore":    {"keystore_file": write("keystore", file), "keystore_password": password},
	}
}

// secrets are the key, the phrase and the password in every writing that makes sense, and a part of the key.
func secrets() map[string]string {
	raw, err := hex.DecodeString(keyText)
	if err != nil {
		panic(err) // a constant
	}
	return map[string]string{
		"key in hex":            keyText,
		"key in upper-case hex": strings.ToUpper(keyText),
		"beginning of the key":  keyText[:16],
		"end of the key":        keyText[48:],
		"key in base64":         base64.RawStdEncoding.EncodeToString(raw),
		"key in URL base64":     base64.RawURLEncoding.EncodeToString(raw),
		"hex key in base64":     base64.RawStdEncoding.EncodeToString([]byte(keyText))[:80],
		"key in decimal":        new(big.Int).SetBytes(raw).String(),
		"key as Go bytes":       strings.Trim(fmt.Sprintf("%d", raw[:8]), "[]"),
		"phrase":                "test test test",
		"phrase in base64":      base64.RawStdEncoding.EncodeToString([]byte(phrase))[:70],
		"password":              password,
		"password in base64":    base64.RawStdEncoding.EncodeToString([]byte(password)),
	}
}

func expectNoSecret(t *testing.T, where, text string) {
	t.Helper()
	for name, secret := range secrets() {
		if strings.Contains(text, secret) || strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			t.Errorf("the %s has the %s", where, name)
		}
	}
}

// expectNoSecrets searches what a command gives to Terraform.
func (b *bench) expectNoSecrets(outcome acctest.Outcome) {
	b.t.Helper()
	expectNoSecret(b.t, "outcome", fmt.Sprint(texts(outcome.Diagnostics), b.Instance.Value, string(b.Instance.Private)))
}

// told is all that the node was told.
func (b *bench) told() string {
	text, err := json.Marshal(map[string]any{"messages": b.node.Messages(), "requests": b.node.Requests()})
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}
