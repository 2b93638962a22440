// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

const keystorePassword = "correct horse battery staple"

// TestKeystores reads files written by eth-keyfile (Python).
func TestKeystores(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"keystore-scrypt.json", "keystore-pbkdf2.json"} {
		a, err := account.FromKeystore("testdata/"+name, keystorePassword)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if a.Address() != addressTwo {
			t.Errorf("%s: got address %s, want %s", name, a.Address(), addressTwo)
		}
	}
}

// TestKeystoreSpecification reads the test vectors of the Web3 Secret Storage definition, which have no address.
func TestKeystoreSpecification(t *testing.T) {
	t.Parallel()
	var known []struct {
		Name, Password string
		File           json.RawMessage
		PrivateKey     string `json:"private_key"`
	}
	readJSON(t, "web3-secret-storage.json", &known)
	if len(known) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range known {
		a, err := account.FromKeystore(write(t, string(v.File)), v.Password)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		want, err := account.FromHex(v.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		if a.Address() != want.Address() {
			t.Errorf("%s: got address %s, want %s", v.Name, a.Address(), want.Address())
		}
	}
}

func TestKeystores_ofGeth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ n, p int }{
		"light":    {keystore.LightScryptN, keystore.LightScryptP},
		"standard": {keystore.StandardScryptN, keystore.StandardScryptP},
	} {
		path := write(t, gethKeystore(t, c.n, c.p))
		a, err := account.FromKeystore(path, keystorePassword)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if a.Address() != addressTwo {
			t.Errorf("%s: got address %s, want %s", name, a.Address(), addressTwo)
		}
		if _, err := account.FromKeystore(path, keystorePassword+" "); err == nil || !strings.Contains(err.Error(), "the password is wrong") {
			t.Errorf("%s: got error %v, want one that says that the password is wrong", name, err)
		}
	}
}

func gethKeystore(t *testing.T, n, p int) string {
	t.Helper()
	private, err := crypto.HexToECDSA(keyTwo)
	if err != nil {
		t.Fatal(err)
	}
	key := &keystore.Key{Address: crypto.PubkeyToAddress(private.PublicKey), PrivateKey: private}
	text, err := keystore.EncryptKey(key, keystorePassword, n, p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBadKeystores(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, field, value, want string }{
		"version 1":           {"scrypt", "version", `"1"`, "its version is not 3"},
		"version 4":           {"scrypt", "version", `4`, "its version is not 3"},
		"other address":       {"scrypt", "address", `"2b5ad5c4795c026514f8317c7a215e218dccd6cf"`, "it is labelled 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF, but holds the key of " + addressTwo},
		"no address":          {"scrypt", "address", `"two"`, "its address is not an Ethereum address"},
		"other cipher":        {"scrypt", "cipher", `"aes-128-cbc"`, `cipher "aes-128-cbc" is not supported`},
		"short vector":        {"scrypt", "iv", `"00"`, "the initialization vector has 1 bytes, not 16"},
		"short key":           {"scrypt", "ciphertext", `"0001"`, "the encrypted key has 2 bytes, not 32"},
		"key is not hex":      {"scrypt", "ciphertext", `"xx"`, "damaged"},
		"other key":           {"scrypt", "ciphertext", `"` + keyTwo + `"`, "the password is wrong"},
		"no MAC":              {"scrypt", "mac", `""`, "the MAC has 0 bytes, not 32"},
		"other MAC":           {"scrypt", "mac", `"` + keyTwo + `"`, "the password is wrong"},
		"other derivation":    {"scrypt", "kdf", `"argon2id"`, `key derivation "argon2id" is not supported`},
		"no salt":             {"scrypt", "salt", `null`, "malformed key derivation parameters"},
		"short derived key":   {"scrypt", "dklen", `31`, "malformed key derivation parameters"},
		"n: none":             {"scrypt", "n", `null`, "malformed key derivation parameters"},
		"n: negative":         {"scrypt", "n", `-2`, "malformed key derivation parameters"},
		"n: one":              {"scrypt", "n", `1`, "power of 2"},
		"n: no power of 2":    {"scrypt", "n", `1000`, "power of 2"},
		"n: text":             {"scrypt", "n", `"2"`, "damaged"},
		"n: too much memory":  {"scrypt", "n", `2097152`, "would take too much memory"},
		"n: largest":          {"scrypt", "n", `9223372036854775807`, "would take too much memory"},
		"n: too large":        {"scrypt", "n", `1e300`, "damaged"},
		"r: zero":             {"scrypt", "r", `0`, "malformed key derivation parameters"},
		"r: too much memory":  {"scrypt", "r", `8388608`, "would take too much memory"},
		"r: largest":          {"scrypt", "r", `9223372036854775807`, "would take too much memory"},
		"r: 1.5 GiB":          {"scrypt", "r", `4194304`, "would take too much memory"},
		"p: zero":             {"scrypt", "p", `0`, "malformed key derivation parameters"},
		"p: too much memory":  {"scrypt", "p", `1048576`, "would take too much memory"},
		"p: largest":          {"scrypt", "p", `9223372036854775807`, "would take too much memory"},
		"PBKDF2: other hash":  {"pbkdf2", "prf", `"hmac-sha512"`, `PBKDF2 with "hmac-sha512" is not supported`},
		"PBKDF2: no rounds":   {"pbkdf2", "c", `0`, "malformed key derivation parameters"},
		"PBKDF2: many rounds": {"pbkdf2", "c", `2147483647`, "would take too long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := account.FromKeystore(write(t, changed(t, c.file, c.field, c.value)), keystorePassword)
			if err == nil {
				t.Fatalf("got account %s, want an error", a)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %q, want it to contain %q", err, c.want)
			}
			requireNoSecret(t, err.Error())
		})
	}
}

func TestKeystore_labels(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ field, value string }{
		"no address":          {"address", `null`},
		"empty address":       {"address", `""`},
		"address with 0x":     {"address", `"` + addressTwo + `"`},
		"longer derived key":  {"dklen", `64`},
		"longest derived key": {"dklen", `9223372036854775807`},
		"no UUID":             {"id", `7`},
	} {
		a, err := account.FromKeystore(write(t, changed(t, "scrypt", c.field, c.value)), keystorePassword)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if a.Address() != addressTwo {
			t.Errorf("%s: got address %s, want %s", name, a.Address(), addressTwo)
		}
	}
}

// TestKeystore_ofAnyShape replaces every field by every kind of value: there is an error or the right account, no panic.
func TestKeystore_ofAnyShape(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"scrypt", "pbkdf2"} {
		for _, field := range []string{
			"version", "address", "id", "crypto", "cipher", "cipherparams", "iv", "ciphertext", "mac",
			"kdf", "kdfparams", "salt", "dklen", "n", "r", "p", "c", "prf",
		} {
			for _, value := range []string{"null", "true", "-1", "0", "0.5", "1e19", `""`, `"0"`, `"00"`, "[]", "[3]", "{}", `{"0":0}`} {
				a, err := account.FromKeystore(write(t, changed(t, file, field, value)), keystorePassword)
				if err != nil {
					requireNoSecret(t, err.Error())
				} else if a.Address() != addressTwo {
					t.Errorf("%s: %s = %s: got address %s, want an error or %s", file, field, value, a.Address(), addressTwo)
				}
			}
		}
	}
}

// changed is one of the keystores in testdata with another value, in JSON, for a field wherever the file has it.
func changed(t *testing.T, name, field, value string) string {
	t.Helper()
	var file map[string]any
	readJSON(t, "keystore-"+name+".json", &file)
	replace(file, field, json.RawMessage(value))
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func replace(object map[string]any, field string, value json.RawMessage) {
	for name, old := range object {
		inner, isObject := old.(map[string]any)
		switch {
		case name == field:
			object[name] = value
		case isObject:
			replace(inner, field, value)
		}
	}
}
