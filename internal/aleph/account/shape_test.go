// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"os"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

func TestLooksSecret(t *testing.T) {
	t.Parallel()
	keystore, err := os.ReadFile("testdata/keystore-scrypt.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"key":                  keyTwo,
		"key with 0x":          "0x" + groupOrder,
		"upper case":           "0X" + strings.ToUpper(groupOrder),
		"63 digits":            keyTwo[1:],
		"65 digits":            keyTwo + "a",
		"a letter in between":  "0x" + keyTwo[:30] + "g" + keyTwo[31:],
		"a letter at the end":  keyTwo[:63] + "x",
		"within a path":        "keys/" + keyTwo + ".key",
		"twice":                keyTwo + keyTwo,
		"in decimal":           "115792089237316195423570985008687907852837564279074904382605163141518161494336",
		"within a URL":         "https://example.org/?key=" + keyTwo,
		"phrase":               anvilMnemonic,
		"phrase in upper case": strings.ToUpper(strings.ReplaceAll(anvilMnemonic, " ", "\n")),
		"phrase with commas":   strings.ReplaceAll(anvilMnemonic, " ", ", "),
		"a word mistyped":      strings.Replace(anvilMnemonic, "junk", "jonk", 1),
		"within a sentence":    "The phrase is " + anvilMnemonic + ".",
		"keystore":             string(keystore),
	} {
		if !account.LooksSecret(text) {
			t.Errorf("%s: does not look secret", name)
		}
		if quoted := account.Quote(text); strings.Contains(quoted, text) {
			t.Errorf("%s: it is repeated", name)
		}
	}
	for name, text := range map[string]string{
		"nothing":      "",
		"address":      addressTwo,
		"CIDv0":        "QmYULJoNGPDmoRq4WNWTDTUvJGJv1hosox8H6vVd1kCsY8",
		"CIDv1":        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
		"base32":       "vnke2kdmar3kr5hkn2po4j6orzs2bipx4tukhzgrvx4opmqetc4gq7ya",
		"digits":       strings.Repeat("a", 257),
		"letters":      strings.Repeat("z", 64),
		"English":      "A sentence of more than twelve words, some of which are in the word list as well, such as cat and dog.",
		"a short hash": "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		"a path":       "/home/someone/.aleph-im/private-keys/ethereum.key",
	} {
		if account.LooksSecret(text) {
			t.Errorf("%s: looks secret", name)
		}
	}
	if got := account.Quote("a\n"); got != `"a\n"` {
		t.Errorf("got %s", got)
	}
}
