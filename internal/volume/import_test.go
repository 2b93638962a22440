// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestImport_ofOthersWork imports what another tool made: any version leads to the first and to the newest.
func TestImport_ofOthersWork(t *testing.T) {
	for _, test := range []struct {
		name string
		// of is which of three versions is imported.
		of int
	}{{"first version", 0}, {"superseded version", 1}, {"live version", 2}} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			tool := env.OtherTool(t)
			hashes := []string{store(t, tool, "a", "", now())}
			hashes = append(hashes, store(t, tool, "b", hashes[0], now()))
			hashes = append(hashes, store(t, tool, "c", hashes[0], now()))
			cli := acctest.NewCLI(t, one(env, `content = "c"`, "keep_superseded = true"))
			cli.Run("import", "-no-color", at, hashes[test.of])
			for attribute, want := range map[string]string{"id": hashes[0], "ref": hashes[0], "item_hash": hashes[2]} {
				if got := cli.State(at, attribute); got != want {
					t.Errorf("%s is %s, want %s", attribute, got, want)
				}
			}
			sent := watch(env)
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
			contains(t, cli.Run("plan"), "No changes.")
			if err := sent.check(0, 0); err != nil {
				t.Error(err)
			}
			cli.Run("destroy")
			if n := storesAlive(env, env.Account.Address()); n != 0 {
				t.Errorf("%d STOREs are alive", n)
			}
		})
	}
}

// TestImport_ofRefName: of files under one name, the first that is alive is the first version.
func TestImport_ofRefName(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	first := store(t, tool, "a", "name", now())
	second := store(t, tool, "b", "name", now())
	cli := acctest.NewCLI(t, one(env, fileHash(t, "b"), `ref_name = "name"`))
	cli.Run("import", "-no-color", at, second)
	for attribute, want := range map[string]string{"id": first, "ref": second, "item_hash": second} {
		if got := cli.State(at, attribute); got != want {
			t.Errorf("%s is %s, want %s", attribute, got, want)
		}
	}
	contains(t, cli.Run("plan"), "No changes.")
}

// TestImport_ofEveryKind imports what other tools stored, of every kind: neither a configuration that somebody wrote nor one
// that Terraform writes leaves anything to do, also once the network takes nothing but credits.
func TestImport_ofEveryKind(t *testing.T) {
	acctest.Needs(t, acctest.IPFS, acctest.Tokens)
	acctest.OnBothSides(t, importEveryKind)
}

func importEveryKind(t *testing.T, dated core.Config, _ bool) {
	t.Helper()
	dated.Record = acctest.Unrecorded
	env := acctest.StartTuned(t, dated)
	tool := env.OtherTool(t)
	tool.Clock = acctest.BeforeCreditsOnly().Clock
	kinds := map[string]struct {
		engine message.ItemType
		// text is the file; the other fields are what its STORE says besides.
		text    string
		say     func(*message.Store)
		channel string
		given   string
	}{
		"least":       {message.ItemTypeStorage, "least", func(*message.Store) {}, "", ""},
		"empty":       {message.ItemTypeStorage, "", func(*message.Store) {}, "", ""},
		"squashfs":    {message.ItemTypeStorage, "hsqs and more", func(*message.Store) {}, "", ""},
		"zip":         {message.ItemTypeStorage, "PK\x03\x04 and more", func(*message.Store) {}, "", ""},
		"ipfs":        {message.ItemTypeIPFS, "on IPFS", func(*message.Store) {}, "", ""},
		"channel":     {message.ItemTypeStorage, "channel", func(*message.Store) {}, "THEIRS", `channel = "THEIRS"`},
		"credit":      {message.ItemTypeStorage, "credit", func(s *message.Store) { s.Payment = &message.Payment{Type: "credit"} }, "", `payment = { type = "credit" }`},
		"hold":        {message.ItemTypeStorage, "hold", func(s *message.Store) { s.Payment = &message.Payment{Type: "hold", Chain: "ETH"} }, "", ""},
		"metadata":    {message.ItemTypeStorage, "metadata", func(s *message.Store) { s.Metadata = map[string]any{"b": 1, "a": []any{nil}} }, "", `metadata = jsonencode({ a = [null], b = 1 })`},
		"tags":        {message.ItemTypeStorage, "tags", func(s *message.Store) { s.Tags = []string{"a", "b"} }, "", `tags = ["a", "b"]`},
		"under_names": {message.ItemTypeStorage, "names", func(s *message.Store) { s.Ref = "name" }, "", `ref_name = "name"`},
	}
	written, imports := env.Provider(), ""
	for label, kind := range kinds {
		s := &message.Store{ItemType: kind.engine, ItemHash: upload(t, tool, kind.engine, kind.text)}
		kind.say(s)
		sent, err := tool.Publish(t.Context(), s, object.Options{Channel: kind.channel})
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		imports += fmt.Sprintf("import {\n  to = aleph_volume.%s\n  id = %q\n}\n", label, sent.ItemHash)
		written += block(label, fmt.Sprintf("file_hash = %q", s.ItemHash), kind.given)
	}
	outcome := fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", len(kinds))
	contains(t, acctest.NewCLI(t, written+imports).Run("plan"), outcome)

	generated := acctest.NewCLI(t, env.Provider()+imports)
	contains(t, generated.Run("plan", "-generate-config-out=generated.tf"), outcome)
	generated.Run("validate")
	text, err := os.ReadFile(filepath.Join(generated.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	generated.ExpectNoNulls(string(text))
	for label, format := range map[string]string{"zip": "zip", "squashfs": "squashfs", "least": "squashfs"} {
		_, written, _ := strings.Cut(string(text), fmt.Sprintf("%q %q {", "aleph_volume", label))
		written, _, _ = strings.Cut(written, "\n}")
		if !regexp.MustCompile(`archive_format += "` + format + `"`).MatchString(written) {
			t.Errorf("the configuration of %s does not say archive_format = %q:\n%s", label, format, written)
		}
	}
	contains(t, generated.Run("apply"), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(kinds)))
	generated.Configure(env.Provider())
	contains(t, generated.Run("plan"), "No changes.")
}

// TestImport_ofAZip follows the guide with what another tool packed: the directory in the place of the hash, and references in
// the place of hashes. The program starts as before.
func TestImport_ofAZip(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	code := store(t, tool, zipped(t, "main.py", "app = None"), "", now())
	program := runsPacked(t, tool, code, "zip")
	imports := fmt.Sprintf("import {\n  to = aleph_volume.code\n  id = %q\n}\n\nimport {\n  to = aleph_program.hello\n  id = %q\n}\n", code, program)
	cli := acctest.NewCLI(t, env.Provider()+imports)
	cli.Run("plan", "-generate-config-out=generated.tf")
	contains(t, cli.Run("apply"), "2 imported, 0 added, 0 changed, 0 destroyed")

	dir := t.TempDir()
	write(t, dir, "main.py", "app = None")
	file := filepath.Join(cli.Dir, "generated.tf")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ours := regexp.MustCompile(`(?m)^ *(content_hash .*|\w+ += null)\n`).ReplaceAllString(string(text), "")
	ours = regexp.MustCompile(`file_hash += .*`).ReplaceAllString(ours, fmt.Sprintf("source_dir = %q", dir))
	ours = regexp.MustCompile(`encoding( +)= "zip"`).ReplaceAllString(ours, "encoding = aleph_volume.code.encoding")
	ours = strings.ReplaceAll(ours, strconv.Quote(code), "aleph_volume.code.ref")
	cli.Configure(env.Provider())
	cli.Write("generated.tf", ours)
	contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
	cli.Run("plan", "-detailed-exitcode")
	if got := cli.State("aleph_volume.code", "encoding"); got != "zip" {
		t.Errorf("the code is packed as %s", got)
	}
	if got := cli.State("aleph_program.hello", "item_hash"); got != program {
		t.Errorf("the program was amended: %s", got)
	}
	cli.Run("destroy")
	env.ExpectNothingAlive(t)
}

// zipped is an archive as another tool makes it: never the bytes that this provider makes.
func zipped(t *testing.T, name, text string) string {
	t.Helper()
	var archive strings.Builder
	w := zip.NewWriter(&archive)
	file, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(file, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return archive.String()
}

// TestImport_refused: what is no volume cannot be imported as one.
func TestImport_refused(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	volume := store(t, tool, "a", "", now())
	forgotten := store(t, tool, "b", "", now())
	forget(t, tool, forgotten)
	cli := acctest.NewCLI(t, one(env, `content = "a"`))
	for _, test := range []struct{ name, id, says string }{
		{"no hash", "volume", "Import by the item hash of a message."},
		{"a program", runs(t, tool, volume), "is a PROGRAM, not a STORE"},
		{"a hash that nobody knows", strings.Repeat("0", 64), "does not know it (HTTP 404"},
		{"a forgotten volume", forgotten, "Cannot import non-existent remote object"},
	} {
		contains(t, cli.Fail("import", "-no-color", at, test.id), test.says)
	}
}
