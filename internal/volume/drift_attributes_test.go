// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// notOnNetwork are the attributes of a volume that cannot differ by themselves.
var notOnNetwork = []string{
	"source", "source_dir", "content", "content_base64", "archive_format", "excludes", "use_latest", "keep_superseded", "timeouts", // only Terraform knows them
	"address", "ref_name", // versions of another owner, or under another name, never count
	"channel",                              // nobody signs it
	"id", "item_hash", "ref", "superseded", // follow from which version is live
}

// Everything of a volume that stands in its message, set to something that is not its default.
const (
	everythingElse = `metadata = jsonencode({ a = "mine" })
  tags    = ["mine"]
  channel = "MINE"
  payment = { type = "credit", chain = "AVAX", receiver = "mine" }`
	fourBytes = `content = "mine"`
)

// TestEveryAttributeDrifts: whatever another tool changes of a volume is shown by the next plan, alone, and amended back.
func TestEveryAttributeDrifts(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	tool := env.OtherTool(t)
	aside := notOnNetwork
	var drifts []acctest.Drift
	add := func(source, attribute string, with []string, change func(*message.Store)) {
		drifts = append(drifts, acctest.Drift{
			Attribute: attribute, With: with,
			Block: func(label string) string { return block(label, source, everythingElse) },
			Make:  func(hash string) { amend(t, tool, hash, change) },
		})
	}
	holds := func(engine message.ItemType, text string) func(*message.Store) {
		return func(s *message.Store) {
			s.ItemType, s.ItemHash = engine, upload(t, tool, engine, text)
		}
	}
	storage, ipfs := message.ItemTypeStorage, message.ItemTypeIPFS
	upload(t, tool, storage, "mine")

	add(fourBytes, "content_hash", nil, holds(storage, "ours"))
	add(fourBytes, "size", []string{"content_hash"}, holds(storage, "theirs"))
	add(fourBytes, "encoding", []string{"content_hash"}, holds(storage, "PK\x03\x04"))
	add(fourBytes, "storage_engine", []string{"content_hash"}, holds(ipfs, "mine"))
	add(fileHash(t, "mine"), "file_hash", []string{"content_hash", "size", "encoding"}, holds(storage, "ours"))
	add(fourBytes, "metadata", nil, func(s *message.Store) { s.Metadata["a"] = "theirs" })
	add(fourBytes, "metadata", nil, func(s *message.Store) { s.Metadata = nil })
	add(fourBytes, "tags", nil, func(s *message.Store) { s.Tags = []string{"theirs"} })
	add(fourBytes, "tags", nil, func(s *message.Store) { s.Tags = nil })
	add(fourBytes, "payment.chain", nil, func(s *message.Store) { s.Payment.Chain = message.ChainETH })
	add(fourBytes, "payment.receiver", nil, func(s *message.Store) { s.Payment.Receiver = "" })
	if time.Now().Before(time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)) {
		add(fourBytes, "payment.type", nil, func(s *message.Store) { s.Payment.Type = message.PaymentHold })
	} else {
		aside = append(aside, "payment.type") // from then on the network takes credits only (NETWORK.md 10.1)
	}
	drifts = append(drifts, acctest.Drift{
		Attribute: "content_hash", Replaces: true,
		Block: func(label string) string { return block(label, fourBytes, "use_latest = false") },
		Make:  func(hash string) { amend(t, tool, hash, holds(storage, "ours")) },
	})
	env.ExpectDrifts(t, volume.ResourceType, aside, drifts)
}

// amend makes another tool publish a STORE that amends a first one, and returns its item hash.
func amend(t *testing.T, tool *object.Client, first string, change func(*message.Store)) string {
	t.Helper()
	record, err := tool.Fetch(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	var store message.Store
	if err := message.Decode(record.Message, &store); err != nil {
		t.Fatal(err)
	}
	change(&store)
	store.Ref = first
	sent, err := tool.Publish(t.Context(), &store, object.Options{Channel: record.Message.Channel, After: store.Time})
	if err != nil {
		t.Fatal(fmt.Errorf("amending %s: %w", first, err))
	}
	return sent.ItemHash
}
