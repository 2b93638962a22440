// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

const (
	owner    = "0xEa9f79Ee9Af8202BD99e759c9e00494860d39eBc"
	fileHash = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
	fileCID  = "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"
)

// imported is a model that an import and its read would leave, but for what the message says.
func imported() Model {
	return Model{
		Billed:        versioned.Billed{KeepSuperseded: types.BoolValue(false), Superseded: attribute.Strings(nil)},
		Common:        versioned.Common{Address: types.StringValue(owner)},
		FileHash:      types.StringValue(fileHash),
		UseLatest:     types.BoolValue(true),
		StorageEngine: types.StringValue("storage"),
		Metadata:      jsontypes.NewNormalizedNull(),
		Tags:          []string{},
		Payment:       &attribute.PaymentModel{Type: types.StringValue("credit"), Chain: types.StringValue("ETH"), Receiver: types.StringNull()},
		RefName:       types.StringNull(),
		ContentHash:   types.StringValue(fileHash),
	}
}

// TestRoundTrip publishes each attribute and reads it back.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		set  func(m *Model)
		// says is what the content must say of it.
		says string
	}{
		{"nothing", func(*Model) {}, `"item_type":"storage","item_hash":"` + fileHash + `","payment":{"type":"credit","chain":"ETH"}}`},
		{"storage_engine", func(m *Model) {
			m.StorageEngine, m.FileHash, m.ContentHash = types.StringValue("ipfs"), types.StringValue(fileCID), types.StringValue(fileCID)
		}, `"item_type":"ipfs","item_hash":"` + fileCID + `"`},
		{"ref_name", func(m *Model) { m.RefName = types.StringValue("a name") }, `"ref":"a name"`},
		{"metadata", func(m *Model) {
			m.Metadata = jsontypes.NewNormalizedValue(`{"n":12345678901234567890,"f":1.50,"o":{"s":"%20 \u2028 😀"},"z":null}`)
		}, `"metadata":{"f":1.50,"n":12345678901234567890,"o":{"s":"\u002520 ` + `\u2028` + ` 😀"},"z":null}`},
		{"tags", func(m *Model) { m.Tags = []string{"b", "a", "b"} }, `"tags":["b","a","b"]`},
		{"payment.type", func(m *Model) { m.Payment.Type = types.StringValue("hold") }, `"payment":{"type":"hold","chain":"ETH"}`},
		{"payment.chain", func(m *Model) { m.Payment.Chain = types.StringValue("AVAX") }, `"payment":{"type":"credit","chain":"AVAX"}`},
		{"payment.receiver", func(m *Model) { m.Payment.Receiver = types.StringValue(owner) }, `"receiver":"` + owner + `"`},
		{"source", func(m *Model) { m.SourceFile, m.FileHash = types.StringValue("file"), types.StringNull() }, ""},
		{"source_dir", func(m *Model) {
			m.SourceDir, m.FileHash, m.ArchiveFormat = types.StringValue("dir"), types.StringNull(), types.StringValue("zip")
			m.Excludes = []string{"x"}
		}, ""},
		{"content", func(m *Model) { m.Content, m.FileHash = types.StringValue("a"), types.StringNull() }, ""},
		{"content_base64", func(m *Model) { m.ContentBase64, m.FileHash = types.StringValue("YQ=="), types.StringNull() }, ""},
		{"use_latest", func(m *Model) { m.UseLatest = types.BoolValue(false) }, ""},
		{"keep_superseded", func(m *Model) { m.KeepSuperseded = types.BoolValue(true) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := imported()
			test.set(&m)
			content, err := m.ToMessage()
			if err != nil {
				t.Fatal(err)
			}
			content.Stamp(owner, 1)
			live, err := message.New(owner, m.Channel.ValueString(), content)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(live.ItemContent, test.says) {
				t.Errorf("the content does not say %s: %s", test.says, live.ItemContent)
			}
			m.ID, m.ItemHash = types.StringValue("first"), types.StringValue(live.ItemHash)
			got := m
			if err := got.FromMessage(decoded(t, live)); err != nil {
				t.Fatal(err)
			}
			m.Ref = m.ItemHash
			if m.UseLatest.ValueBool() && m.RefName.IsNull() {
				m.Ref = m.ID
			}
			sameJSON(t, got.Metadata, m.Metadata)
			got.Metadata = m.Metadata
			if !reflect.DeepEqual(got, m) {
				t.Errorf("read back\n%+v, want\n%+v", got, m)
			}
		})
	}
}

func decoded(t *testing.T, live *message.Message) *message.Store {
	t.Helper()
	var store message.Store
	if err := message.Decode(live, &store); err != nil {
		t.Fatal(err)
	}
	return &store
}

func sameJSON(t *testing.T, got, want jsontypes.Normalized) {
	t.Helper()
	if got.IsNull() || want.IsNull() {
		if got.IsNull() != want.IsNull() {
			t.Errorf("metadata is %s, want %s", got, want)
		}
		return
	}
	if same, diags := got.StringSemanticEquals(t.Context(), want); !same || diags.HasError() {
		t.Errorf("metadata is %s, want %s", got, want)
	}
}

// TestForeign reads what other tools publish.
func TestForeign(t *testing.T) {
	t.Parallel()
	base := `{"address":"` + owner + `","time":1,"item_type":"storage","item_hash":"` + fileHash + `"`
	for _, test := range []struct {
		name, content string
		want          func(m *Model)
	}{
		{"no payment is hold", base + `}`, func(m *Model) { m.Payment = holding() }},
		{"a payment without chain", base + `,"payment":{"type":"credit"}}`, func(m *Model) { m.Payment.Chain = types.StringNull() }},
		{"nulls", base + `,"ref":null,"metadata":null,"tags":null,"payment":null}`, func(m *Model) { m.Payment = holding() }},
		{"empty metadata and tags", base + `,"metadata":{},"tags":[],"payment":{"type":"credit","chain":"ETH"}}`, func(*Model) {}},
		{"extra keys", base + `,"size":5,"content_type":"text/plain","payment":{"type":"credit","chain":"ETH"}}`, func(*Model) {}},
		{"an amend", base + `,"ref":"` + strings.Repeat("a", 64) + `","payment":{"type":"credit","chain":"ETH"}}`, func(*Model) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			live := &message.Message{Sender: owner, Chain: message.ChainETH, Type: message.TypeStore, ItemType: message.ItemTypeInline, ItemContent: test.content}
			live.ItemHash = message.Hash([]byte(test.content))
			want := imported()
			test.want(&want)
			want.ItemHash, want.ID = types.StringValue(live.ItemHash), types.StringValue("first")
			want.Ref = want.ID
			got := Model{Common: want.Common, Billed: want.Billed}
			got.Imported()
			if err := got.FromMessage(decoded(t, live)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read\n%+v, want\n%+v", got, want)
			}
		})
	}
}

func holding() *attribute.PaymentModel {
	return &attribute.PaymentModel{Type: types.StringValue("hold"), Chain: types.StringNull(), Receiver: types.StringNull()}
}
