// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// signed is the message of the case sig-good.
func signed(t *testing.T) *message.Message {
	t.Helper()
	m, err := message.Parse(fixtures(t, "signature.jsonl")[0].Envelope)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestVerifyRefusesWhatItsSenderDidNotPublish(t *testing.T) {
	t.Parallel()
	if err := signed(t).Verify(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*message.Message)
		want   string
	}{
		"other content":  {func(m *message.Message) { m.ItemContent += " " }, "its content hashes to"},
		"other sender":   {func(m *message.Message) { m.Sender = strings.Replace(m.Sender, "1", "2", 1) }, "not that of its sender"},
		"not an EVM":     {func(m *message.Message) { m.Chain = "SOL" }, `chain "SOL" cannot be verified`},
		"no signature":   {func(m *message.Message) { m.Signature = "" }, "not 65 bytes"},
		"content is off": {func(m *message.Message) { m.ItemType = message.ItemTypeStorage }, "not inline"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := signed(t)
			c.change(m)
			if err := m.Verify(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Verify() = %v, want %q", err, c.want)
			}
		})
	}
}

func TestMessageReadsTheFormsThatNodesAnswer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]message.ItemType{
		`{"item_content":"{}","item_hash":"` + store + `","channel":null}`:                             message.ItemTypeInline,
		`{"item_content":null,"item_hash":"` + store + `"}`:                                            message.ItemTypeStorage,
		`{"item_hash":"` + cid + `","item_type":null,"time":"2026-02-02T02:40:00.500000+00:00"}`:       message.ItemTypeIPFS,
		`{"item_hash":"` + store + `","item_type":"ipfs","time":1770000000.5,"content":{"address":1}}`: message.ItemTypeIPFS,
	} {
		var m message.Message
		if err := json.Unmarshal([]byte(text), &m); err != nil || m.ItemType != want || m.Channel != "" {
			t.Errorf("%s reads as %+v, %v", text, m, err)
		}
		if m.Time != 0 && m.Time != 1770000000.5 {
			t.Errorf("%s is at %v", text, m.Time)
		}
	}
}

func TestParseChecksTheContentThatANodeAdds(t *testing.T) {
	t.Parallel()
	envelope := func(content string) []byte {
		return []byte(`{"sender":"` + alice + `","chain":"ETH","type":"POST","time":1,"item_type":"storage","item_hash":"` +
			store + `","signature":null` + content + `}`)
	}
	content := `,"content":{"address":"` + alice + `","time":1,"type":"note"`
	for text, want := range map[string]verdict{
		"": accept, content + "}": accept, content + `,"x":1}`: reject, `,"content":[]`: reject,
	} {
		if _, err := message.Parse(envelope(text)); verdictOf(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestTimeIsAPlainDecimalToTheMicrosecond(t *testing.T) {
	t.Parallel()
	at := message.TimeOf(time.Date(2026, 2, 2, 2, 40, 0, 123456789, time.UTC))
	if text := string(marshal(t, at)); text != "1770000000.123456" {
		t.Errorf("written as %s", text)
	}
	if text := string(marshal(t, message.Time(9e9))); text != "9000000000" {
		t.Errorf("written as %s", text)
	}
	if got := at.UTC(); got != time.Date(2026, 2, 2, 2, 40, 0, 123456000, time.UTC) {
		t.Errorf("read back as %s", got)
	}
}

func TestAnAmendIsLaterThanWhatItAmends(t *testing.T) {
	t.Parallel()
	const floor = message.Time(1770000000.123456)
	for now, want := range map[message.Time]message.Time{
		1770000001:        1770000001,
		1770000000:        1770000000.123457,
		floor:             1770000000.123457,
		1770000000.123457: 1770000000.123457,
	} {
		if got := now.After(floor); got != want {
			t.Errorf("%f after %f is %f, want %f", now, floor, got, want)
		}
	}
}

func TestItemTypeOf(t *testing.T) {
	t.Parallel()
	for hash, want := range map[string]message.ItemType{
		store:                            message.ItemTypeStorage,
		cid:                              message.ItemTypeIPFS,
		"bafy" + strings.Repeat("a", 55): message.ItemTypeIPFS,
		"bafk" + strings.Repeat("a", 55): "",
		strings.ToUpper(store):           "",
		store + "\n":                     "",
		"":                               "",
	} {
		if got := message.ItemTypeOf(hash); got != want {
			t.Errorf("ItemTypeOf(%q) = %q, want %q", hash, got, want)
		}
		if err := message.CheckItemHash(hash); (err == nil) != (want != "") {
			t.Errorf("CheckItemHash(%q) = %v", hash, err)
		}
	}
}
