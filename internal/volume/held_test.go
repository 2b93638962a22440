// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// TestHeld: with ignore_changes, a file that changes here, and one that another tool publishes, plans nothing; and another
// change takes along what the network has.
func TestHeld(t *testing.T) {
	for _, test := range []struct {
		name, ignored string
		arguments     func(file string) []string
	}{
		{"all of a file", "all", func(file string) []string { return []string{fmt.Sprintf("source = %q", file)} }},
		{"all of an immutable file", "all", func(file string) []string { return []string{fmt.Sprintf("source = %q", file), "use_latest = false"} }},
		{"all of a directory", "all", func(file string) []string { return []string{fmt.Sprintf("source_dir = %q", filepath.Dir(file))} }},
		{"all of a text", "all", func(string) []string { return []string{`content = "mine"`, "use_latest = false"} }},
		{"the hash of a file", "[content_hash]", func(file string) []string { return []string{fmt.Sprintf("source = %q", file)} }},
		{"the hash of a text", "[content_hash]", func(string) []string { return []string{`content = "mine"`} }},
		{"the hash of an immutable text", "[content_hash]", func(string) []string { return []string{`content = "mine"`, "use_latest = false"} }},
		{"the hash of bytes", "[content_hash]", func(string) []string { return []string{`content_base64 = base64encode("mine")`} }},
		{"a text", "[content]", func(string) []string { return []string{`content = "mine"`} }},
		{"an immutable text", "[content]", func(string) []string { return []string{`content = "mine"`, "use_latest = false"} }},
		{"bytes", "[content_base64]", func(string) []string { return []string{`content_base64 = base64encode("mine")`} }},
		{"a hash", "[file_hash]", func(string) []string { return []string{fmt.Sprintf("file_hash = %q", message.Hash([]byte("mine")))} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			tool := env.OtherTool(t)
			upload(t, tool, message.ItemTypeStorage, "mine")
			dir := t.TempDir()
			file := write(t, dir, "file", "mine")
			config := func(more ...string) string {
				return one(env, append(append(test.arguments(file), "lifecycle {\n    ignore_changes = "+test.ignored+"\n  }"), more...)...)
			}
			cli := acctest.NewCLI(t, config())
			cli.Run("apply")
			write(t, dir, "file", "changed here, and never published")
			cli.Run("plan", "-detailed-exitcode")

			pushed := store(t, tool, "pushed by another tool", cli.State(at, "id"), now())
			cli.Run("plan", "-detailed-exitcode")
			cli.Run("apply")
			hash := message.Hash([]byte("pushed by another tool"))
			for attribute, want := range map[string]string{"content_hash": hash, "item_hash": pushed, "encoding": "plain", "storage_engine": "storage"} {
				if got := cli.State(at, attribute); got != want {
					t.Errorf("%s is %s, want %s", attribute, got, want)
				}
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			cli.Run("plan", "-detailed-exitcode")

			if test.ignored != "all" && cli.State(at, "ref") != pushed { // what is replaced is what the configuration says
				sent := watch(env)
				cli.Configure(config(`tags = ["a"]`))
				contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
				cli.Run("plan", "-detailed-exitcode")
				if got := cli.State(at, "content_hash"); got != hash {
					t.Errorf("with other tags, content_hash is %s, want %s", got, hash)
				}
				if err := sent.check(1, 1); err != nil {
					t.Error(err)
				}
			}
			cli.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}
