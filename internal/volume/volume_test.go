// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned/versionedtest"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

type arguments = versionedtest.Arguments

// given are arguments with this source, in the place of the file that the network has already.
func given(source string, value any, others ...any) arguments {
	a := arguments{"file_hash": nil, source: value}
	for i := 0; i < len(others); i += 2 {
		name, _ := others[i].(string)
		a[name] = others[i+1]
	}
	return a
}

// hashOf is the file of a text in the node's storage.
func hashOf(text string) string { return message.Hash([]byte(text)) }

// payment is how the volume is paid for, with one argument changed; nil for one that is left out.
func payment(name string, value any) arguments {
	paid := map[string]any{"type": "credit", "chain": "AVAX", "receiver": "mine", name: value}
	if value == nil {
		delete(paid, name)
	}
	return arguments{"payment": paid}
}

func TestVolume(t *testing.T) {
	noun := versionedtest.Noun[message.Store, *message.Store]{
		Type: volume.ResourceType, Word: "volume",
		Least: arguments{"content": "least"},
		Full: arguments{
			"file_hash": hashOf("mine"), "metadata": `{"a":"mine"}`, "tags": []any{"mine"}, "channel": "MINE",
			"payment": payment("type", "credit")["payment"],
		},
		Another: arguments{"tags": []any{"other"}},
		Live:    []string{"item_hash"}, Fixed: []string{"id", "ref"}, Derived: []string{"content_hash", "encoding", "size", "superseded"},
		Asked: []string{"encoding", "size"}, Unlisted: []string{"archive_format"},
		Changes: volumeChanges(t), Drifts: volumeDrifts(t),
		Undriftable: []string{
			"source", "source_dir", "content", "content_base64", "archive_format", "excludes", "use_latest", "keep_superseded", // only Terraform knows them
			"ref_name",   // versions under another name never count
			"superseded", // follows from which version is live
		},
		Prepare: func(t *testing.T, env *acctest.Env) {
			for _, text := range []string{"mine", "ours", "theirs", "PK\x03\x04"} {
				upload(t, env.OtherTool(t), message.ItemTypeStorage, text)
			}
			if acctest.Has(t, acctest.IPFS) {
				upload(t, env.OtherTool(t), message.ItemTypeIPFS, "mine")
			}
		},
	}
	if !acctest.Has(t, acctest.IPFS) {
		noun.Drifts = slices.DeleteFunc(noun.Drifts, func(d versionedtest.Drift[message.Store]) bool { return d.Attribute == "storage_engine" })
		noun.Undriftable = append(noun.Undriftable, "storage_engine")
	}
	if !acctest.Has(t, acctest.Tokens) {
		noun.Derived, noun.Undriftable = append(noun.Derived, "payment.type"), append(noun.Undriftable, "payment.type")
	}
	versionedtest.Run(t, noun)
}

// volumeChanges are changes of every argument: of a mutable volume they amend, and of an immutable one they replace.
func volumeChanges(t *testing.T) []versionedtest.Change {
	t.Helper()
	dir := t.TempDir()
	a, b, one, two := write(t, dir, "a", "here"), write(t, dir, "b", "there"), filepath.Join(dir, "one"), filepath.Join(dir, "two")
	for _, part := range []string{one, two} {
		if err := os.Mkdir(part, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, part, "file", part)
		write(t, part, "scrap", part)
	}
	mine := given("content", "mine")
	changes := []versionedtest.Change{
		{Attribute: "keep_superseded", To: arguments{"keep_superseded": true}, Does: versionedtest.Local},
		{Attribute: "use_latest", To: arguments{"use_latest": false}, Does: versionedtest.Local},
		{Attribute: "use_latest", From: arguments{"use_latest": false}, To: arguments{"use_latest": true}, Does: versionedtest.Local},
		{Attribute: "ref_name", From: mine, To: arguments{"ref_name": "name"}, Does: versionedtest.Replaces},
	}
	both := func(attribute string, from, to arguments, with, unknown []string) {
		mutable, immutable := arguments{"use_latest": true}, arguments{"use_latest": false}
		for name, value := range from {
			mutable[name], immutable[name] = value, value
		}
		// Where a file comes from is in no message: what forces a replacement are other bytes.
		forces := slices.DeleteFunc(append([]string{attribute}, with...), func(name string) bool {
			return !slices.Contains([]string{"content_hash", "storage_engine", "metadata", "tags", "channel"}, name) && !strings.HasPrefix(name, "payment.")
		})
		changes = append(changes,
			versionedtest.Change{Attribute: attribute, From: mutable, To: to, With: with, Unknown: unknown},
			versionedtest.Change{Attribute: attribute, From: immutable, To: to, With: with, Unknown: unknown, Does: versionedtest.Replaces, Forces: forces})
	}
	bytes := []string{"content_hash"}
	both("content", mine, arguments{"content": "ours"}, bytes, nil)
	both("content_base64", given("content_base64", "bWluZQ=="), arguments{"content_base64": "b3Vycw=="}, bytes, nil)
	both("source", given("source", a), arguments{"source": b}, []string{"content_hash", "size"}, nil)
	both("source_dir", given("source_dir", one), arguments{"source_dir": two}, bytes, nil)
	both("archive_format", given("source_dir", one), arguments{"archive_format": "zip"}, []string{"content_hash", "encoding", "size"}, nil)
	both("excludes", given("source_dir", one), arguments{"excludes": []any{"scrap"}}, bytes, nil)
	both("storage_engine", given("content", "mine", "storage_engine", "storage"), arguments{"storage_engine": "ipfs"}, bytes, nil)
	both("file_hash", nil, arguments{"file_hash": hashOf("ours")}, bytes, []string{"size", "encoding"})
	both("metadata", mine, arguments{"metadata": `{"a":"other"}`}, nil, nil)
	both("tags", mine, arguments{"tags": []any{"other"}}, nil, nil)
	both("channel", mine, arguments{"channel": "OTHER"}, nil, nil)
	both("payment.chain", mine, payment("chain", "BASE"), nil, nil)
	both("payment.receiver", mine, payment("receiver", nil), nil, nil)
	if acctest.Has(t, acctest.Tokens) {
		both("payment.type", mine, payment("type", "hold"), nil, nil)
	}
	return changes
}

// volumeDrifts are changes of everything that the message of a volume says.
func volumeDrifts(t *testing.T) []versionedtest.Drift[message.Store] {
	t.Helper()
	holds := func(text string) func(*message.Store) {
		return func(s *message.Store) { s.ItemHash = hashOf(text) }
	}
	mine, bytes := given("content", "mine"), []string{"content_hash"}
	drifts := []versionedtest.Drift[message.Store]{
		{Attribute: "content_hash", From: mine, Make: holds("ours")},
		{Attribute: "content_hash", From: given("content", "mine", "use_latest", false), Make: holds("ours"), Replaces: true},
		{Attribute: "size", From: mine, With: bytes, Make: holds("theirs")},
		{Attribute: "encoding", From: mine, With: bytes, Make: holds("PK\x03\x04")},
		{Attribute: "storage_engine", From: mine, With: bytes, Make: func(s *message.Store) {
			s.ItemType, s.ItemHash = message.ItemTypeIPFS, fileOf(t, message.ItemTypeIPFS, "mine").hash
		}},
		{Attribute: "file_hash", With: []string{"content_hash", "size", "encoding"}, Make: holds("ours")},
		{Attribute: "metadata", Make: func(s *message.Store) { s.Metadata["a"] = "theirs" }},
		{Attribute: "metadata", Make: func(s *message.Store) { s.Metadata = nil }},
		{Attribute: "tags", Make: func(s *message.Store) { s.Tags = []string{"theirs"} }},
		{Attribute: "tags", Make: func(s *message.Store) { s.Tags = nil }},
		{Attribute: "payment.chain", Make: func(s *message.Store) { s.Payment.Chain = message.ChainETH }},
		{Attribute: "payment.receiver", Make: func(s *message.Store) { s.Payment.Receiver = "" }},
	}
	if acctest.Has(t, acctest.Tokens) {
		drifts = append(drifts, versionedtest.Drift[message.Store]{Attribute: "payment.type", Make: func(s *message.Store) { s.Payment.Type = message.PaymentHold }})
	}
	return drifts
}
