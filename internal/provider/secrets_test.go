// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const (
	// A phrase from the test vectors of BIP-39, and the key that it gives at the default path.
	secretPhrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
	// The key in keystoreText.
	keystoreKey = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
)

// spellings are the ways in which a key might be written by mistake.
func spellings(t *testing.T, key string) []string {
	t.Helper()
	raw, err := hex.DecodeString(strings.TrimPrefix(key, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	lower := hex.EncodeToString(raw)
	return []string{
		lower, strings.ToUpper(lower), new(big.Int).SetBytes(raw).String(),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		base64.RawStdEncoding.EncodeToString([]byte(lower)), base64.RawStdEncoding.EncodeToString([]byte("0x" + lower))[:40],
	}
}

// No key, phrase or password is ever written: not to the log at its most talkative, not to the state, a plan or any
// other output, neither when all goes well nor when something fails.
func TestSecrets_areKept(t *testing.T) {
	t.Parallel()
	built := acctest.Build(t)
	firstKey := core.Accounts()[0].PrivateKey
	phrase := []string{secretPhrase, "sausage worth useful"}
	for name, test := range map[string]struct {
		// block are further lines of the provider block, env the variables; files are written beside the configuration.
		block   string
		env     []string
		files   map[string]string
		secrets []string
		// usable is false for a key that is refused.
		usable bool
	}{
		"a variable of the environment": {env: []string{"ALEPH_PRIVATE_KEY=" + firstKey}, secrets: spellings(t, firstKey), usable: true},
		"upper case, without 0x":        {env: []string{"ALEPH_PRIVATE_KEY=" + strings.ToUpper(firstKey[2:])}, secrets: spellings(t, firstKey), usable: true},
		"a file":                        {block: "private_key_file = \"key\"", files: map[string]string{"key": firstKey}, secrets: spellings(t, firstKey), usable: true},
		"a mnemonic":                    {env: []string{"ALEPH_MNEMONIC=" + secretPhrase}, secrets: phrase, usable: true},
		"a keystore": {
			block: "keystore_file = \"keystore.json\"", env: []string{"ALEPH_KEYSTORE_PASSWORD=" + keystorePass},
			files: map[string]string{"keystore.json": keystoreText}, secrets: append(spellings(t, keystoreKey), keystorePass), usable: true,
		},
		"a key with one digit too many": {env: []string{"ALEPH_PRIVATE_KEY=" + firstKey + "0"}, secrets: []string{firstKey[2:]}},
		"a key with a wrong digit":      {env: []string{"ALEPH_PRIVATE_KEY=" + firstKey[:65] + "x"}, secrets: []string{firstKey[2:60]}},
		"a key instead of a path":       {env: []string{"ALEPH_PRIVATE_KEY_FILE=" + firstKey}, secrets: spellings(t, firstKey)},
		"a phrase instead of a key":     {env: []string{"ALEPH_PRIVATE_KEY=" + secretPhrase}, secrets: phrase},
		"a phrase with a wrong word":    {env: []string{"ALEPH_MNEMONIC=" + secretPhrase + "ish"}, secrets: append(phrase, "yellowish")},
		"two kinds":                     {env: []string{"ALEPH_MNEMONIC=" + secretPhrase, "ALEPH_PRIVATE_KEY=" + firstKey}, secrets: append(phrase, spellings(t, firstKey)...)},
		"a wrong password": {
			block: "keystore_file = \"keystore.json\"", env: []string{"ALEPH_KEYSTORE_PASSWORD=not the password"},
			files: map[string]string{"keystore.json": keystoreText}, secrets: []string{"not the password"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			settings := "provider \"aleph\" {\n  api_url = \"" + env.URL + "\"\n  max_retries = 0\n  " + test.block + "\n}\n"
			terraform := acctest.NewBuiltCLI(t, built, settings+both(1, "one"))
			log := filepath.Join(terraform.Dir, "trace.log")
			terraform.Env = append(append(terraform.Env, test.env...), "TF_LOG=TRACE", "TF_LOG_PATH="+log)
			for file, text := range test.files {
				terraform.Write(file, text)
			}
			var printed strings.Builder
			if test.usable {
				fund(t, env)
				printed.WriteString(tellingLife(env, terraform, settings))
			} else {
				printed.WriteString(terraform.Fail("plan"))
			}
			if written, err := os.ReadFile(log); err != nil || !strings.Contains(string(written), "Aleph node request") == test.usable {
				t.Errorf("the log is not the provider's (%v)", err)
			}
			expectKept(t, "what was printed", printed.String(), test.secrets)
			expectKeptInFiles(t, terraform.Dir, test.files, test.secrets)
		})
	}
}

// fund gives credits to those who sign with another key than the test's.
func fund(t *testing.T, env *acctest.Env) {
	t.Helper()
	byPhrase, err := account.FromMnemonic(secretPhrase, "")
	if err != nil {
		t.Fatal(err)
	}
	byKeystore, err := account.FromHex(keystoreKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{byPhrase.Address(), byKeystore.Address(), core.Accounts()[0].Address} {
		env.Fund(t, address)
	}
}

// tellingLife is a life in which all that can be told is told; it returns what was printed.
func tellingLife(env *acctest.Env, terraform *acctest.CLI, settings string) string {
	printed := []string{terraform.Run("apply")}
	terraform.Configure(settings + both(2, "two"))
	for _, fault := range []core.Fault{
		{Do: core.Reject(message.CodePermissionDenied, "no")},
		{Method: http.MethodPost, Do: core.LoseReply()},
		{Times: -1, Do: core.Status(http.StatusServiceUnavailable)},
		{Path: "/api/v0/messages", Times: -1, Do: core.AlterSignature()},
	} {
		injected := env.Inject(fault)
		output, _ := terraform.Try("apply") // what it prints counts, whether it fails or not
		injected.Remove()
		printed = append(printed, output)
	}
	printed = append(printed, terraform.Run("apply"), terraform.Run("plan", "-destroy", "-out=destroy.tfplan"), terraform.Raw("show"),
		terraform.Raw("show", "-json"), terraform.Raw("show", "-json", "destroy.tfplan"), terraform.Run("apply", "destroy.tfplan"))
	return strings.Join(printed, "\n")
}

func expectKept(t *testing.T, where, text string, secrets []string) {
	t.Helper()
	for i, secret := range secrets {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("secret %d is in %s: ...%s[here]", i, where, text[max(0, at-200):at])
		}
	}
}

// expectKeptInFiles looks into everything that was written beside the configuration, but the test's own files.
func expectKeptInFiles(t *testing.T, dir string, own map[string]string, secrets []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, mine := own[entry.Name()]; mine || entry.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		expectKept(t, entry.Name(), string(text), secrets)
	}
}
