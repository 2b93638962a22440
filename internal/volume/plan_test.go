// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const sha256OfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

// TestInvalid: bad input is an error before anything is sent, at the attribute, with what to do. Most of it needs no
// node, and shows in `terraform validate`.
func TestInvalid(t *testing.T) {
	dir := t.TempDir()
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	file := write(t, dir, "file", "a")
	for _, test := range []struct {
		name, command string
		arguments     []string
		// at is where the error points, as Terraform quotes the configuration.
		at   string
		says []string
	}{
		{"no source", "validate", nil, "", []string{"exactly one of `source`, `source_dir`, `content`, `content_base64`, `file_hash`", "none is given"}},
		{"two sources", "validate", []string{`content = "a"`, `source = "b"`}, "", []string{"`source` and `content` are given"}},
		{"held beside a source", "validate", []string{`content = "a"`, `content_hash = "` + sha256OfA + `"`}, "content_hash = ", []string{"Take `content_hash` out", "ignore_changes = [content_hash]"}},
		{"held at another hash", "validate", []string{`file_hash = "` + sha256OfA + `"`, `content_hash = "` + strings.Repeat("0", 64) + `"`}, "content_hash = ", []string{"beside the same `file_hash`"}},
		{"malformed hash", "validate", []string{`file_hash = "ab"`}, `file_hash = "ab"`, []string{"hash of a file"}},
		{"unknown engine", "validate", []string{`content = "a"`, `storage_engine = "disk"`}, `storage_engine = "disk"`, []string{`"storage"`, `"ipfs"`}},
		{"unknown format", "validate", []string{`content = "a"`, `archive_format = "tar"`}, `archive_format = "tar"`, []string{`"squashfs"`, `"zip"`}},
		{"item hash as a name", "validate", []string{`content = "a"`, `ref_name = "` + sha256OfA + `"`}, "ref_name", []string{"item hash"}},
		{"empty name", "validate", []string{`content = "a"`, `ref_name = ""`}, "ref_name", []string{"leave the argument out"}},
		{"metadata that is no object", "validate", []string{`content = "a"`, `metadata = "[1]"`}, "metadata", []string{"JSON object"}},
		{"too many tags", "validate", []string{`content = "a"`, `tags = [for i in range(17) : "t${i}"]`}, "tags", []string{"16"}},
		{"empty tag", "validate", []string{`content = "a"`, `tags = ["x", ""]`}, "tags", []string{"must not be empty"}},
		{"address in lower case", "validate", []string{`content = "a"`, `address = "0x` + strings.Repeat("ab", 20) + `"`}, "address", []string{"checksum"}},
		{"payment by stream", "validate", []string{`content = "a"`, `payment = { type = "superfluid" }`}, "", []string{"`payment.type` must be hold or credit"}},
		{"malformed duration", "validate", []string{`content = "a"`, `timeouts = { create = "soon" }`}, "", []string{`"soon" must be a string`, `such as "300ms"`}},
		{"directory as a file", "plan", []string{fmt.Sprintf("source = %q", dir)}, "source = ", []string{"use source_dir for a directory"}},
		{"file as a directory", "plan", []string{fmt.Sprintf("source_dir = %q", file)}, "source_dir = ", []string{"directory"}},
		{"unreadable file", "plan", []string{fmt.Sprintf("source = %q", loop)}, "source = ", []string{"too many levels of symbolic links"}},
		{"bad base64", "plan", []string{`content_base64 = "???"`}, `content_base64 = "???"`, []string{"must be base64 text"}},
		{"engine against hash", "plan", []string{`storage_engine = "ipfs"`, `file_hash = "` + sha256OfA + `"`}, "file_hash", []string{"kept in storage, and storage_engine says ipfs"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			output := acctest.NewCLI(t, one(env, test.arguments...)).Fail(test.command)
			contains(t, output, append(test.says, test.at)...)
			if n := env.Asked("POST", "/"); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// TestSource_madeByAnother: a file that another resource makes is unknown at plan, and read when it is there.
func TestSource_madeByAnother(t *testing.T) {
	for _, test := range []struct {
		name string
		// known is whether the path of the file is in the state before the file is made.
		known bool
		says  string
	}{
		{"path known at plan", true, "The source is not there yet"},
		{"path known at apply", false, "+ source = (known after apply)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			place := fmt.Sprintf("resource \"terraform_data\" \"place\" {\n  input = %q\n}\n", filepath.Join(t.TempDir(), "made"))
			const maker = `resource "terraform_data" "maker" {
  provisioner "local-exec" { command = "printf made > ${terraform_data.place.output}" }
}
`
			cli := acctest.NewCLI(t, place)
			if test.known {
				cli.Run("apply")
			}
			cli.Configure(env.Provider() + place + maker + block("test", "source = terraform_data.place.output", "depends_on = [terraform_data.maker]"))
			contains(t, cli.Run("plan"), test.says, "+ content_hash = (known after apply)")
			cli.Run("apply")
			if got, want := cli.State(at, "content_hash"), fileOf(t, message.ItemTypeStorage, "made").hash; got != want {
				t.Errorf("content_hash is %s, want %s", got, want)
			}
			contains(t, cli.Run("plan"), "No changes.")
		})
	}
}

// TestSource_thatNobodyMakes fails when it is to be read, and says so before.
func TestSource_thatNobodyMakes(t *testing.T) {
	env := acctest.Start(t)
	place := fmt.Sprintf("resource \"terraform_data\" \"place\" {\n  input = %q\n}\n", filepath.Join(t.TempDir(), "missing"))
	cli := acctest.NewCLI(t, place)
	cli.Run("apply")
	cli.Configure(env.Provider() + place + block("test", "source = terraform_data.place.output"))
	contains(t, cli.Run("plan"), "The source is not there yet", "If none does, the apply fails.")
	contains(t, cli.Fail("apply"), "Unable to create the volume", "no such file")
	contains(t, cli.Run("plan"), "1 to add")
}

// TestChangedAfterPlan: what is stored is what was planned, or nothing.
func TestChangedAfterPlan(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(file string) error
	}{
		{"other bytes", func(file string) error { return os.WriteFile(file, []byte("other"), 0o600) }},
		{"removed", os.Remove},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			file := write(t, t.TempDir(), "file", "planned")
			cli := acctest.NewCLI(t, one(env, fmt.Sprintf("source = %q", file)))
			cli.Run("plan", "-out=saved")
			if err := test.change(file); err != nil {
				t.Fatal(err)
			}
			contains(t, cli.Fail("apply", "saved"), "inconsistent final plan", "content_hash")
			if n := env.Asked("POST", "/"); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// TestUnknown_provider: while the node is not known, neither is where a file goes that not every node takes.
func TestUnknown_provider(t *testing.T) {
	const certain = 25 << 20
	for _, test := range []struct {
		name    string
		size    int
		planned string
		stored  string
	}{
		{"small", 1, `+ storage_engine = "storage"`, "storage"},
		{"large", certain + 1, "+ storage_engine = (known after apply)", "ipfs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.StartLocal(t, core.Config{MaxUpload: certain})
			source := fmt.Sprintf("source = %q", write(t, t.TempDir(), "file", strings.Repeat("x", test.size)))
			url := fmt.Sprintf("resource \"terraform_data\" \"url\" {\n  input = %q\n}\n", env.URL)
			cli := acctest.NewCLI(t, url+strings.Replace(one(env, source), fmt.Sprintf("%q", env.URL), "terraform_data.url.output", 1))
			contains(t, cli.Run("plan"), test.planned)
			cli.Run("apply")
			if engine := cli.State(at, "storage_engine"); engine != test.stored {
				t.Errorf("storage_engine is %s, want %s", engine, test.stored)
			}
		})
	}
}
