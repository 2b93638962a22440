// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tyler-smith/go-bip39"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

// leaks is what the account's detector says of a text that comes in pieces.
func leaks(a *account.Account, text []byte, piece int) error {
	detector := a.Detector()
	for len(text) > 0 {
		n := min(piece, len(text))
		if _, err := detector.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return detector.Close()
}

func noise(t *testing.T, size int) []byte {
	t.Helper()
	text := make([]byte, size)
	if _, err := rand.Read(text); err != nil {
		t.Fatal(err)
	}
	return text
}

const (
	leakedMnemonic = "test test test test test test test test test test test junk"
	// leakedKey is the first account of leakedMnemonic.
	leakedKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
)

// leaked are accounts of one key, from everything that a key can be given as.
func leaked(t *testing.T) map[string]*account.Account {
	t.Helper()
	accounts := map[string]*account.Account{}
	var err error
	if accounts["hex"], err = account.FromHex(leakedKey); err != nil {
		t.Fatal(err)
	}
	if accounts["mnemonic"], err = account.FromMnemonic(leakedMnemonic, ""); err != nil {
		t.Fatal(err)
	}
	return accounts
}

func TestDetector(t *testing.T) {
	t.Parallel()
	raw, err := hex.DecodeString(leakedKey)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(leakedMnemonic)
	mixed := []byte(leakedKey)
	for i := range mixed {
		if i%3 == 0 {
			mixed[i] = bytes.ToUpper(mixed[i : i+1])[0]
		}
	}
	for name, accounts := range leaked(t) {
		for form, secret := range map[string]string{
			"raw":                        string(raw),
			"lower case":                 leakedKey,
			"upper case with 0x":         "0x" + strings.ToUpper(leakedKey),
			"mixed case":                 string(mixed),
			"in a longer run of digits":  "00" + leakedKey + "beef",
			"mnemonic":                   leakedMnemonic,
			"mnemonic in upper case":     strings.ToUpper(leakedMnemonic),
			"mnemonic on lines":          strings.Join(words, "\r\n\t  "),
			"mnemonic among other words": "please do not lose seed phrase " + leakedMnemonic + " zoo zoo zoo",
			"keystore":                   fmt.Sprintf(` {"version": 3, "address": %q, "crypto": {"ciphertext": "00", "kdf": "scrypt"}}`+"\n", strings.ToLower(accounts.Address()[2:])),
			"keystore with 0x":           fmt.Sprintf(`{"Crypto": {"ciphertext": "00", "kdf": "pbkdf2"}, "address": %q}`, accounts.Address()),
		} {
			for place, text := range map[string][]byte{
				"alone":                []byte(secret),
				"in a text":            []byte("KEY=\"" + secret + "\"\n"),
				"in noise":             append(append(noise(t, 1000), " "+secret+" "...), noise(t, 1000)...),
				"at the window's edge": append(append(bytes.Repeat([]byte(". "), (256<<10)/2-20), secret...), '.'),
				"far behind":           append(append(bytes.Repeat([]byte("+"), 1<<20), secret...), bytes.Repeat([]byte("-"), 1<<20)...),
			} {
				if strings.HasPrefix(form, "keystore") && place != "alone" {
					continue
				}
				for _, piece := range []int{1 << 30, 32 << 10, 1000, 7} {
					var leak *account.LeakError
					err := leaks(accounts, text, piece)
					if !errors.As(err, &leak) {
						t.Errorf("%s: %s %s in pieces of %d was not found: %v", name, form, place, piece, err)
						continue
					}
					if told := strings.ToLower(err.Error() + leak.Remedy()); strings.Contains(told, leakedKey) || strings.Contains(told, leakedMnemonic) {
						t.Errorf("the error has the secret: %v", err)
					}
				}
			}
		}
	}
}

func TestDetector_nothing(t *testing.T) {
	t.Parallel()
	entropy := make([]byte, 16)
	other, err := bip39.NewMnemonic(entropy)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte("a file"))
	for name, a := range leaked(t) {
		for form, text := range map[string]string{
			"nothing":            "",
			"hashes":             strings.Repeat(hex.EncodeToString(hash[:])+"\n", 10_000),
			"half the key":       leakedKey[:32] + "\n" + leakedKey[32:],
			"all but a digit":    leakedKey[:63] + "-" + leakedKey[1:],
			"another mnemonic":   other,
			"words out of order": "junk test test test test test test test test test test test",
			"the address":        a.Address(),
			"another keystore":   `{"address": "` + strings.Repeat("ab", 20) + `", "crypto": {"ciphertext": "00", "kdf": "scrypt"}}`,
			"no keystore":        `{"address": "` + a.Address() + `"}`,
			"prose":              strings.Repeat("Nobody would abandon ability, able about above; absent absorb abstract.\n", 10_000),
			"noise":              string(noise(t, 1<<20)),
		} {
			if err := leaks(a, []byte(text), 1000); err != nil {
				t.Errorf("%s: %s: %v", name, form, err)
			}
		}
	}
}

// TestDetector_ofAnotherPath: a mnemonic that the account was made of is found although its first account is another.
func TestDetector_ofAnotherPath(t *testing.T) {
	t.Parallel()
	a, err := account.FromMnemonic(leakedMnemonic, "m/44'/60'/0'/0/7")
	if err != nil {
		t.Fatal(err)
	}
	if err := leaks(a, []byte("it is:\n"+strings.ToUpper(leakedMnemonic)), 10); err == nil {
		t.Error("the mnemonic was not found")
	}
	first := leaked(t)["hex"]
	if first.DetectorName() == a.DetectorName() || first.DetectorName() == leaked(t)["mnemonic"].DetectorName() {
		t.Error("two accounts that find other things are not told apart")
	}
}

// TestDetector_ofKeystore: the keystore that the account was made of is found in anything, whatever address it says.
func TestDetector_ofKeystore(t *testing.T) {
	t.Parallel()
	const password = "testpassword"
	text := `{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},` +
		`"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",` +
		`"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},` +
		`"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"version":3}`
	file := filepath.Join(t.TempDir(), "keystore")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := account.FromKeystore(file, password)
	if err != nil {
		t.Fatal(err)
	}
	if err := leaks(a, []byte("const keystore = `"+text+"`"), 1<<20); err == nil {
		t.Error("the keystore was not found")
	}
}

// TestDetector_manyMnemonics: a file of many mnemonics is read to its end, within the time of all tests.
func TestDetector_manyMnemonics(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for range 2000 {
		list.WriteString(strings.Join(bip39.GetWordList(), "\n") + "\n")
	}
	if err := leaks(leaked(t)["hex"], []byte(list.String()), 1<<20); err != nil {
		t.Error(err)
	}
}

// BenchmarkDetector compares with what hashing takes.
func BenchmarkDetector(b *testing.B) {
	a, err := account.FromHex(leakedKey)
	if err != nil {
		b.Fatal(err)
	}
	random := make([]byte, 64<<20)
	if _, err := rand.Read(random); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"noise": random,
		"hex":   []byte(hex.EncodeToString(random[:32<<20])),
		"prose": bytes.Repeat([]byte("It was the best of times, it was the worst of times, it was the age of wisdom and of foolishness "), 1<<20)[:64<<20],
		"zeros": make([]byte, 64<<20),
	} {
		for who, begin := range map[string]func() io.Writer{
			"find": func() io.Writer { return a.Detector() },
			"hash": func() io.Writer { return sha256.New() },
		} {
			b.Run(name+"/"+who, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					if _, err := begin().Write(text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
