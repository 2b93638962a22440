// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestSourceDir_ofTheModule: what Terraform writes beside the configuration is no part of the directory, whatever it is
// called: a plan can be saved there and applied, and what it wrote makes no difference afterwards.
func TestSourceDir_ofTheModule(t *testing.T) {
	built := acctest.Build(t)
	for _, format := range []archive.Format{archive.Squashfs, archive.Zip} {
		t.Run(string(format), func(t *testing.T) {
			env := acctest.Start(t)
			config := "variable \"password\" {\n  sensitive = true\n}\n\n" + block("test", "source_dir = path.module", fmt.Sprintf("archive_format = %q", format))
			cli := acctest.NewBuiltCLI(t, built, config)
			cli.Env = append(cli.Env, "ALEPH_API_URL="+env.URL, "ALEPH_PRIVATE_KEY="+env.PrivateKey, "TF_VAR_password=hunter2",
				"TF_LOG=DEBUG", "TF_LOG_PATH=debug.log", "ALEPH_CACHE_DIR=.remembered")
			cli.Write("main.py", "print()")
			clean := t.TempDir()
			write(t, clean, "main.tf", config)
			write(t, clean, "main.py", "print()")
			want := archiveOf(t, clean, format).hash

			cli.Run("plan", "-out=tfplan")
			cli.Run("apply", "tfplan")
			if got := cli.State(at, "content_hash"); got != want {
				t.Errorf("the archive is %s, want %s, which has the program and nothing else", got, want)
			}
			cli.Env = append(cli.Env, "TF_LOG=", "TF_LOG_PATH=")
			unchanged := func(what string) {
				t.Helper()
				if output, err := cli.Try("plan", "-detailed-exitcode"); err != nil {
					t.Errorf("%s makes a difference: %v\n%s", what, err, output)
				}
			}
			unchanged("the log of an earlier run")
			cli.Run("plan", "-out=release.zip")
			unchanged("a plan under another name")
			for _, name := range []string{"tfplan", "terraform.tfstate"} {
				text := cli.Raw("show", "-json", filepath.Join(cli.Dir, name))
				cli.Write(name+".json", text)
			}
			unchanged("a plan or a state as JSON")
			// A state of another name, which is empty while it is planned what goes into it.
			cli.Run("apply", "-state=production")
			if state := cli.Raw("show", "-json", filepath.Join(cli.Dir, "production")); !strings.Contains(state, want) {
				t.Errorf("the archive is not %s, which has the program and nothing else: %s", want, state)
			}
			unchanged("another state")
			state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
			if err != nil {
				t.Fatal(err)
			}
			cli.Write("my.state", string(state))
			cli.Write("my.state.backup", string(state[:len(state)-20]))
			unchanged("a state under another name")
			for _, name := range []string{"crash.log", "crash.20261127.log", ".terraformrc", "terraform.rc", ".my.state.lock.info", "errored.tfstate"} {
				cli.Write(name, "secret")
			}
			unchanged("a file of Terraform's")

			cli.Configure(strings.Replace(config, "source_dir = path.module", "source_dir = path.module\n  excludes = [\"!release.zip\"]", 1))
			contains(t, cli.Run("plan"), "1 to change")
		})
	}
}

// ownKey is a way to write a key, and how the error calls it.
func ownKey(t *testing.T, env *acctest.Env) map[string]string {
	t.Helper()
	digits := strings.TrimPrefix(env.PrivateKey, "0x")
	raw, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"hexadecimal": "export KEY=0x" + strings.ToUpper(digits), "32 bytes": "\x00" + string(raw) + "\xff",
		"a keystore": fmt.Sprintf(`{"version": 3, "address": %q, "crypto": {"ciphertext": "00", "kdf": "scrypt"}}`, env.Account.Address()),
	}
}

func zipOf(t *testing.T, name, content string) string {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	entry, err := w.Create(name)
	if err == nil {
		_, err = entry.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// TestOwnKey: what is or holds the key that the provider signs with is not published, at plan, and the error says where
// it is but not what it is.
func TestOwnKey(t *testing.T) {
	env := acctest.Start(t)
	for form, secret := range ownKey(t, env) {
		dir := t.TempDir()
		file := write(t, dir, "private.txt", secret)
		write(t, dir, "main.py", strings.Repeat("x = 1\n", 1000))
		packed := write(t, t.TempDir(), "packed.zip", zipOf(t, "config/private.txt", strings.Repeat("# ", 1000)+secret))
		if form == "a keystore" {
			packed = write(t, t.TempDir(), "packed.zip", zipOf(t, "config/private.txt", secret))
		}
		where := map[string]string{
			fmt.Sprintf("source_dir = %q", dir):                              `"private.txt"`,
			fmt.Sprintf("source_dir = %q\n  archive_format = \"zip\"", dir):  `"private.txt"`,
			fmt.Sprintf("source_dir = %q\n  excludes = []", dir):             `"private.txt"`,
			fmt.Sprintf("source = %q", file):                                 "`source`",
			fmt.Sprintf("source = %q\n  storage_engine = \"ipfs\"", file):    "`source`",
			fmt.Sprintf("source = %q", packed):                               `"config/private.txt" in the zip`,
			fmt.Sprintf("content = file(%q)", file):                          "`content`",
			fmt.Sprintf("content_base64 = filebase64(%q)", packed):           "`content_base64`",
			fmt.Sprintf("content_base64 = filebase64(%q)", file):             "`content_base64`",
			fmt.Sprintf("source_dir = terraform_data.later.output[%q]", dir): `"private.txt"`,
		}
		if form == "32 bytes" {
			delete(where, fmt.Sprintf("content = file(%q)", file)) // it is no text
		}
		later := fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = { %q = %q }\n}\n", dir, dir)
		for argument, place := range where {
			command := "plan"
			config := one(env, argument)
			if strings.Contains(argument, "later") {
				command, config = "apply", config+later
			}
			output := acctest.NewCLI(t, config).Fail(command)
			contains(t, output, place, "the private key of "+env.Account.Address(), form, "Take the key out")
			requireHidden(t, env, output)
		}
	}
	if n := env.Asked("POST", "/"); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// requireHidden checks that a key is not in what was printed.
func requireHidden(t *testing.T, env *acctest.Env, output string) {
	t.Helper()
	if strings.Contains(strings.ToLower(output), strings.TrimPrefix(env.PrivateKey, "0x")) {
		t.Errorf("the key was printed:\n%s", output)
	}
}

// TestOwnKey_inThePlaceOfAPath: a key that is typed where a path belongs is not quoted.
func TestOwnKey_inThePlaceOfAPath(t *testing.T) {
	env := acctest.Start(t)
	for _, argument := range []string{"source", "source_dir"} {
		output := acctest.NewCLI(t, one(env, argument+" = var.key")+fmt.Sprintf("variable \"key\" {\n  default = %q\n}\n", env.PrivateKey)).Fail("plan")
		contains(t, output, "`"+argument+"`", "the private key of "+env.Account.Address())
		requireHidden(t, env, output)
	}
}

// TestOwnKey_rememberedFile: a file that another key has passed is looked through once more for this one.
func TestOwnKey_rememberedFile(t *testing.T) {
	for name, arguments := range map[string]func(dir, file string) string{
		"source":     func(_, file string) string { return fmt.Sprintf("source = %q", file) },
		"source_dir": func(dir, _ string) string { return fmt.Sprintf("source_dir = %q", dir) },
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			dir := t.TempDir()
			second := core.Accounts()[1]
			file := write(t, dir, "file", strings.Repeat("x", worthRemembering)+second.PrivateKey)
			settle(t)
			as := func(key string) string {
				return fmt.Sprintf("provider \"aleph\" {\n  api_url = %q\n  private_key = %q\n}\n", env.URL, key) + block("test", arguments(dir, file))
			}
			acctest.Test(t,
				acctest.Apply(as(env.PrivateKey), creates),
				acctest.Apply(as(env.PrivateKey), nothing),
				resource.TestStep{Config: as(second.PrivateKey), PlanOnly: true, ExpectError: words("the private key of " + second.Address)},
				acctest.Apply(as(env.PrivateKey), nothing),
			)
		})
	}
}

// TestLikeKeys: files that look like private keys are told of before they are published, once for a volume, unless they
// are left out or meant.
func TestLikeKeys(t *testing.T) {
	env := acctest.Start(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.py": "x = 1", "server.key": "x", "id_ed25519": "x", "id_ed25519.pub": "x", ".aws/credentials": "x", ".netrc": "x",
		"cert.pem": "-----BEGIN CERTIFICATE-----\nMII\n", "both.pem": "-----BEGIN CERTIFICATE-----\nMII\n-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n",
		"wallet.json": `{"crypto": {"ciphertext": "00", "kdf": "scrypt"}}`, "old.pem": "x",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, text)
	}
	const warning = "Something looks like a private key"
	in := func(excludes string) string { return one(env, fmt.Sprintf("source_dir = %q\n  %s", dir, excludes)) }
	cli := acctest.NewCLI(t, in(""))
	told := cli.Run("plan")
	contains(t, told, warning, "`.aws/credentials`, `.netrc`, `both.pem`, `id_ed25519`, `old.pem` and 2 more", "`!.aws/credentials`")
	if n := strings.Count(told, warning); n != 1 {
		t.Errorf("there are %d warnings", n)
	}
	silent := func(command string) {
		t.Helper()
		if output := cli.Run(command); strings.Contains(output, warning) {
			t.Errorf("%s warns:\n%s", command, output)
		}
	}
	cli.Configure(in(`excludes = ["*.key", "id_*", ".aws", ".netrc", "both.pem", "old.pem", "wallet.json"]`))
	silent("plan")
	cli.Configure(in(`excludes = ["!server.key", "!id_ed25519", "!.aws/**", "!.netrc", "!both.pem", "!old.pem", "!wallet.json"]`))
	silent("apply")
	cli.Configure(in(`excludes = ["!both.pem"]`))
	silent("plan") // nothing is published

	for argument, place := range map[string]string{
		fmt.Sprintf("source = %q", filepath.Join(dir, "both.pem")):                                "`source`: `both.pem`",
		fmt.Sprintf("content = file(%q)", filepath.Join(dir, "wallet.json")):                      "`content`: `content`",
		fmt.Sprintf("content_base64 = %q", base64.StdEncoding.EncodeToString([]byte("harmless"))): "",
	} {
		output := acctest.NewCLI(t, one(env, argument)).Run("plan")
		if place == "" == strings.Contains(output, warning) {
			t.Errorf("%s: the plan says\n%s", argument, output)
		}
		contains(t, output, place)
	}
}
