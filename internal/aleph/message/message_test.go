// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"errors"
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
		"another EVM":    {func(m *message.Message) { m.Chain = "BASE" }, "not that of its sender"},
		"not an EVM":     {func(m *message.Message) { m.Chain = "TEZOS" }, `signatures of chain "TEZOS" cannot be checked`},
		"not Solana":     {func(m *message.Message) { m.Chain = message.ChainSOL }, "not the JSON text"},
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

func TestVerify_solana(t *testing.T) {
	t.Parallel()
	verified := 0
	for _, c := range fixtures(t, "valid.jsonl") {
		m, err := message.Parse(c.Envelope)
		if err != nil || m.Chain != message.ChainSOL {
			continue
		}
		verified++
		if err := m.Verify(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		for name, change := range map[string]func(*message.Message){
			"another type":   func(m *message.Message) { m.Type = message.TypePost },
			"another chain":  func(m *message.Message) { m.Chain = "ES" },
			"another sender": func(m *message.Message) { m.Sender = strings.ToLower(m.Sender) },
			"another key":    func(m *message.Message) { m.Signature = strings.Replace(m.Signature, m.Sender, m.Sender[1:], 1) },
			"no signature":   func(m *message.Message) { m.Signature = "" },
			"other signature": func(m *message.Message) {
				m.Signature = `{"publicKey":"` + m.Sender + `","signature":"` + strings.Repeat("1", 64) + `"}`
			},
		} {
			other := *m
			change(&other)
			unverifiable := (*message.UnverifiableError)(nil)
			if err := other.Verify(); err == nil || errors.As(err, &unverifiable) {
				t.Errorf("%s, %s: %v, want that it is not genuine", c.Name, name, err)
			}
		}
	}
	if verified == 0 {
		t.Error("no message was signed on Solana")
	}
}

// What cannot be checked is told apart from what is checked and wrong.
func TestVerify_unverifiable(t *testing.T) {
	t.Parallel()
	unverifiable := (*message.UnverifiableError)(nil)
	for _, chain := range []string{"AURORA", "AVAX", "CSDK", "DOT", "NULS", "NULS2", "STT", "TEZOS"} {
		m := signed(t)
		if m.Chain = chain; !errors.As(m.Verify(), &unverifiable) {
			t.Errorf("%s: %v, want an UnverifiableError", chain, m.Verify())
		}
	}
	m := signed(t)
	if m.Signature = "0x" + strings.Repeat("11", 65); errors.As(m.Verify(), &unverifiable) {
		t.Errorf("%v: a wrong signature is not unverifiable", m.Verify())
	}
}

func TestSameAddress(t *testing.T) {
	t.Parallel()
	const evm, solana = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1", "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"
	for _, same := range [][2]string{{evm, strings.ToLower(evm)}, {solana, solana}} {
		if !message.SameAddress(same[0], same[1]) {
			t.Errorf("%s is not %s", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{evm, evm[:41] + "2"}, {solana, strings.ToLower(solana)}, {evm, ""}, {evm, solana}} {
		if message.SameAddress(other[0], other[1]) {
			t.Errorf("%s is %s", other[0], other[1])
		}
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
