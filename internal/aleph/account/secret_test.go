// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

// requireNoSecret fails when text shows the key, the mnemonic or the password of these tests in any usual encoding.
func requireNoSecret(t *testing.T, text string) {
	t.Helper()
	key, err := hex.DecodeString(keyTwo)
	if err != nil {
		t.Fatal(err)
	}
	// A few bytes are enough to catch a part of it, or a list of bytes or words.
	for encoding, secret := range map[string]string{
		"hex":           keyTwo[:16],
		"raw":           string(key[:8]),
		"decimal":       new(big.Int).SetBytes(key).String(),
		"base64":        base64.StdEncoding.EncodeToString(key)[:16],
		"bytes":         "2 2 2 2",
		"escaped":       `\x02\x02`,
		"JSON escaped":  `\u0002\u0002`,
		"big.Int words": strings.Repeat("0x202020202020202, ", 2),
		"decimal words": "144680345676153346",
		"mnemonic":      "test test",
		"unknown word":  "jonk",
		"password":      "horse",
		"group order":   groupOrder[:16],
	} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			t.Errorf("shows secret as %s: %q", encoding, text)
		}
	}
}

func TestAccount_showsOnlyItsAddress(t *testing.T) {
	t.Parallel()
	a, err := account.FromHex(keyTwo)
	if err != nil {
		t.Fatal(err)
	}
	holder := struct {
		Public  *account.Account
		private *account.Account
		byValue account.Account
	}{a, a, *a}

	for _, shown := range []any{a, *a, &a, holder, &holder, []*account.Account{a}, map[string]any{"account": *a}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%b", "%c", "%U", "%e", "%t", "%p", "%T"} {
			requireNoSecret(t, fmt.Sprintf(verb, shown))
		}
		text, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		requireNoSecret(t, string(text))
		requireNoSecret(t, logged(shown))
	}
	if got := fmt.Sprint(a); got != addressTwo {
		t.Errorf("got %q, want the address %q", got, addressTwo)
	}
}

func logged(value any) string {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("text", "account", value)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("JSON", "account", value)
	return log.String()
}
