// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

const (
	anvilMnemonic = "test test test test test test test test test test test junk"
	groupOrder    = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
)

func write(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "ethereum.key")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMnemonicVectors compares with addresses that eth-account and bip32 (Python) agree on.
func TestMnemonicVectors(t *testing.T) {
	t.Parallel()
	var known []struct{ Mnemonic, Path, Address string }
	readJSON(t, "mnemonics.json", &known)
	if len(known) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range known {
		spelling := "\n " + strings.ToUpper(strings.ReplaceAll(v.Mnemonic, " ", "  ")) + "\t"
		a, err := account.FromMnemonic(spelling, v.Path)
		if err != nil {
			t.Fatalf("%s %s: %v", v.Mnemonic, v.Path, err)
		}
		if a.Address() != v.Address {
			t.Errorf("%s %s: got %s, want %s", v.Mnemonic, v.Path, a.Address(), v.Address)
		}
	}
}

func TestDefaultDerivationPath(t *testing.T) {
	t.Parallel()
	a, err := account.FromMnemonic(anvilMnemonic, "")
	if err != nil {
		t.Fatal(err)
	}
	if want := "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"; a.Address() != want {
		t.Errorf("got %s, want %s", a.Address(), want)
	}
}

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"raw":                    strings.Repeat("\x02", 32),
		"hex":                    keyTwo,
		"hex, 0x and line break": "0x" + keyTwo + "\r\n",
	} {
		a, err := account.FromFile(write(t, content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if a.Address() != addressTwo {
			t.Errorf("%s: got address %s, want %s", name, a.Address(), addressTwo)
		}
	}
}

// TestRawKeyIsNeverTrimmed keeps a raw key whose first and last bytes happen to be white space.
func TestRawKeyIsNeverTrimmed(t *testing.T) {
	t.Parallel()
	raw := "  " + strings.Repeat("\xfe", 28) + "\r\n"
	fromFile, err := account.FromFile(write(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	fromHex, err := account.FromHex(hex.EncodeToString([]byte(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if fromFile.Address() != fromHex.Address() {
		t.Errorf("got %s, want %s", fromFile.Address(), fromHex.Address())
	}
}

func TestBadSources(t *testing.T) {
	t.Parallel()
	fromHex := func(text string) func() (*account.Account, error) {
		return func() (*account.Account, error) { return account.FromHex(text) }
	}
	fromFile := func(path string) func() (*account.Account, error) {
		return func() (*account.Account, error) { return account.FromFile(path) }
	}
	fromKeystore := func(path string) func() (*account.Account, error) {
		return func() (*account.Account, error) { return account.FromKeystore(path, keystorePassword) }
	}
	fromMnemonic := func(mnemonic, path string) func() (*account.Account, error) {
		return func() (*account.Account, error) { return account.FromMnemonic(mnemonic, path) }
	}
	keystoreText, err := os.ReadFile("testdata/keystore-scrypt.json")
	if err != nil {
		t.Fatal(err)
	}
	swapped := "junk " + strings.TrimSuffix(anvilMnemonic, " junk")

	for name, c := range map[string]struct {
		read func() (*account.Account, error)
		want string
	}{
		"hex: empty":              {fromHex(" \n"), "the private key is empty"},
		"hex: short":              {fromHex(keyTwo[2:]), "has 62 characters, not the 64 hex digits"},
		"hex: long":               {fromHex(keyTwo + "0"), "has 65 characters"},
		"hex: other letters":      {fromHex("zz" + keyTwo[2:]), "something else than hex digits"},
		"hex: zero":               {fromHex(strings.Repeat("0", 64)), "zero or too large"},
		"hex: order of the group": {fromHex(groupOrder), "zero or too large"},

		"file: no path":    {fromFile(""), "path of the key file is empty"},
		"file: missing":    {fromFile(filepath.Join(t.TempDir(), "none")), "check the path"},
		"file: home":       {fromFile("~/no-such-file"), `"~" is not expanded`},
		"file: directory":  {fromFile(t.TempDir()), "give the path of a file"},
		"file: empty":      {fromFile(write(t, "")), "is empty"},
		"file: 31 bytes":   {fromFile(write(t, strings.Repeat("\x02", 31))), "has 31 bytes; a key file holds either 32 raw bytes"},
		"file: 33 bytes":   {fromFile(write(t, strings.Repeat("\x02", 33))), "has 33 bytes"},
		"file: spaces":     {fromFile(write(t, strings.Repeat(" ", 32))), "has 32 characters of text"},
		"file: half a key": {fromFile(write(t, keyTwo[:32])), "has 32 characters of text"},
		"file: letters":    {fromFile(write(t, strings.Repeat("é", 16))), "has 32 characters of text"},
		"file: JSON":       {fromFile(write(t, "{"+strings.Repeat(" ", 30)+"}")), "is an encrypted keystore"},
		"file: zeros":      {fromFile(write(t, strings.Repeat("\x00", 32))), "zero or too large"},
		"file: bad hex":    {fromFile(write(t, "zz"+keyTwo[2:])), "something else than hex digits"},
		"file: huge":       {fromFile(write(t, strings.Repeat("a", 1<<20))), "larger than"},
		"file: a keystore": {fromFile(write(t, string(keystoreText))), "is an encrypted keystore"},
		"file: the key":    {fromFile("0x" + keyTwo), "looks like a private key"},
		"file: 63 digits":  {fromFile(keyTwo[1:]), "looks like a private key"},
		"file: 65 digits":  {fromFile("./0X" + keyTwo + "2"), "looks like a private key"},
		"file: mistyped":   {fromFile("0x" + keyTwo[:40] + "g" + keyTwo[41:]), "looks like a private key"},
		"file: a phrase":   {fromFile(strings.Replace(anvilMnemonic, "junk", "jonk", 1)), "looks like a private key"},

		"keystore: missing":       {fromKeystore(filepath.Join(t.TempDir(), "none")), "keystore file"},
		"keystore: empty":         {fromKeystore(write(t, "")), "is empty"},
		"keystore: a key":         {fromKeystore(write(t, keyTwo)), "is not an encrypted keystore"},
		"keystore: cut off":       {fromKeystore(write(t, string(keystoreText[:100]))), "damaged or of an unknown kind"},
		"keystore: other JSON":    {fromKeystore(write(t, "{}")), "damaged or of an unknown kind"},
		"keystore: no parameters": {fromKeystore(write(t, strings.ReplaceAll(string(keystoreText), `"salt"`, `"pepper"`))), "malformed key derivation parameters"},
		"keystore: wrong password": {func() (*account.Account, error) {
			return account.FromKeystore("testdata/keystore-scrypt.json", "incorrect horse")
		}, "the password is wrong"},

		"mnemonic: empty":          {fromMnemonic(" ", ""), "the mnemonic is empty"},
		"mnemonic: 11 words":       {fromMnemonic(strings.TrimSuffix(anvilMnemonic, " junk"), ""), "has 11 words"},
		"mnemonic: unknown word":   {fromMnemonic(strings.Replace(anvilMnemonic, "junk", "jonk", 1), ""), "word 12 of the mnemonic"},
		"mnemonic: wrong checksum": {fromMnemonic(swapped, ""), "checksum of the mnemonic is wrong"},
		"path: relative":           {fromMnemonic(anvilMnemonic, "0/0"), "does not start with m/"},
		"path: only m":             {fromMnemonic(anvilMnemonic, "m"), "does not start with m/"},
		"path: empty step":         {fromMnemonic(anvilMnemonic, "m/44'//0"), `"" is not a number`},
		"path: letters":            {fromMnemonic(anvilMnemonic, "m/44'/x"), `"x" is not a number`},
		"path: negative":           {fromMnemonic(anvilMnemonic, "m/-1"), `"-1" is not a number`},
		"path: too large":          {fromMnemonic(anvilMnemonic, "m/2147483648"), "below 2147483648"},
		"path: the mnemonic":       {fromMnemonic(anvilMnemonic, anvilMnemonic), "looks like a private key or a mnemonic"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := c.read()
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

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("the superuser can read every file")
	}
	path := write(t, keyTwo)
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := account.FromFile(path)
	if err == nil || !strings.Contains(err.Error(), "let the user who runs this read it") {
		t.Errorf("got error %v, want one that says who must be able to read it", err)
	}
}
