// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// TestChangeOfEveryAttribute: every attribute changed alone shows as that, with what follows from a new version and nothing
// else; of an immutable volume it forces a replacement.
func TestChangeOfEveryAttribute(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	dir := t.TempDir()
	write(t, dir, "a", "here")
	write(t, dir, "b", "there")
	for _, part := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(dir, part), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, part), "file", part)
		write(t, filepath.Join(dir, part), "scrap", part)
	}
	uploaded := map[string]string{}
	for _, text := range []string{"mine", "ours"} {
		uploaded[text] = fileHash(t, text)
		upload(t, env.OtherTool(t), "storage", text)
	}

	const rest = `
  metadata = jsonencode({ a = "mine" })
  tags     = ["mine"]
  channel  = "MINE"
  payment  = { type = "credit", chain = "AVAX", receiver = "mine" }
  timeouts = { create = "5m", read = "1m", update = "5m", delete = "5m" }
  keep_superseded = false`
	var changes []acctest.Change
	add := func(attribute, source, from, to string, with, unknown []string, forces ...string) {
		before := source + rest
		changes = append(changes, acctest.Change{
			Attribute: attribute, With: with, Unknown: unknown, Forces: forces,
			Before: func(label string) string { return block(label, before) },
			After:  func(label string) string { return block(label, strings.Replace(before, from, to, 1)) },
		})
	}
	// What a new version changes, and what a new volume does. Its ref is its id.
	amended, created := []string{"item_hash"}, []string{"id", "item_hash", "ref"}
	both := func(attribute, source, from, to string, with ...string) {
		// Where a file comes from is in no message: what forces a replacement are other bytes.
		forces := slices.DeleteFunc(append([]string{attribute}, with...), func(name string) bool {
			return !slices.Contains([]string{"content_hash", "storage_engine", "metadata", "tags", "channel"}, name) && !strings.HasPrefix(name, "payment.")
		})
		add(attribute, source+"\n  use_latest = true", from, to, with, amended)
		add(attribute, source+"\n  use_latest = false", from, to, with, created, forces...)
	}
	content := `content = "mine"`
	file, folder := fmt.Sprintf("source = %q", filepath.Join(dir, "a")), fmt.Sprintf("source_dir = %q", filepath.Join(dir, "one"))
	both("content", content, `"mine"`, `"ours"`, "content_hash")
	both("content_base64", `content_base64 = "bWluZQ=="`, "bWluZQ==", "b3Vycw==", "content_hash")
	both("source", file, filepath.Join(dir, "a"), filepath.Join(dir, "b"), "content_hash", "size")
	both("source_dir", folder, filepath.Join(dir, "one"), filepath.Join(dir, "two"), "content_hash")
	both("archive_format", folder, folder, folder+"\n  archive_format = \"zip\"", "content_hash", "encoding", "size")
	both("excludes", folder, folder, folder+"\n  excludes = [\"scrap\"]", "content_hash")
	both("storage_engine", content+"\n  storage_engine = \"storage\"", `"storage"`, `"ipfs"`, "content_hash")
	both("metadata", content, `a = "mine"`, `a = "other"`)
	both("tags", content, `["mine"]`, `["other"]`)
	both("channel", content, `"MINE"`, `"OTHER"`)
	both("payment.chain", content, `"AVAX"`, `"BASE"`)
	both("payment.receiver", content, `, receiver = "mine"`, ``)
	add("file_hash", uploaded["mine"], uploaded["mine"], uploaded["ours"], []string{"content_hash"}, []string{"item_hash", "size", "encoding"})
	add("file_hash", uploaded["mine"]+"\n  use_latest = false", uploaded["mine"], uploaded["ours"], []string{"content_hash"},
		append([]string{"size", "encoding"}, created...), "content_hash")
	for _, name := range []string{"create", "read", "update", "delete"} {
		add("timeouts."+name, content, name+` = "`, name+` = "1`, nil, nil)
	}
	add("timeouts", content, `timeouts = { create = "5m", read = "1m", update = "5m", delete = "5m" }`, ``, nil, nil)
	add("keep_superseded", content, `keep_superseded = false`, `keep_superseded = true`, nil, nil)
	add("use_latest", content+"\n  use_latest = true", `use_latest = true`, `use_latest = false`, nil, nil)
	add("use_latest", content+"\n  use_latest = false", `use_latest = false`, `use_latest = true`, nil, nil)
	add("ref_name", content, content, content+"\n  ref_name = \"name\"", nil, created, "ref_name")
	add("address", content+fmt.Sprintf("\n  address = %q", env.Account.Address()), env.Account.Address(), core.Accounts()[1].Address, nil, created, "address")
	aside := []string{"id", "item_hash", "ref", "content_hash", "encoding", "size", "superseded"}
	if time.Now().Before(time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)) {
		both("payment.type", content, `"credit"`, `"hold"`)
	} else {
		aside = append(aside, "payment.type") // from then on the network takes credits only (NETWORK.md 10.1)
	}
	env.ExpectChanges(t, volume.ResourceType, aside, changes)
}
