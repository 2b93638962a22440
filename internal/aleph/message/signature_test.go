// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// fixture is a recorded message.
type fixture struct {
	Name string `json:"name"`
	// Verdict is what the official models said of it.
	Verdict        string          `json:"verdict"`
	Envelope       json.RawMessage `json:"envelope"`
	RecoversSender bool            `json:"recovers_sender"`
}

func fixtures(t *testing.T, name string) []fixture {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []fixture
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var c fixture
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil || len(cases) == 0 {
		t.Fatalf("%s has %d cases: %v", name, len(cases), err)
	}
	return cases
}

func (c fixture) message(t *testing.T) *message.Message {
	t.Helper()
	var m message.Message
	if err := json.Unmarshal(c.Envelope, &m); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return &m
}

// signed is the message of the case sig-good.
func signed(t *testing.T) *message.Message {
	t.Helper()
	return fixtures(t, "testdata/signature.jsonl")[0].message(t)
}

func TestVerify_recoversTheSender(t *testing.T) {
	t.Parallel()
	for _, c := range fixtures(t, "testdata/signature.jsonl") {
		t.Run(c.Name, func(t *testing.T) {
			if err := model.CheckEnvelope(c.Envelope); (err == nil) != (c.Verdict == "accept") {
				t.Errorf("CheckEnvelope: %v, want %s", err, c.Verdict)
			}
			m := c.message(t)
			if err := m.Verify(); (err == nil) != c.RecoversSender {
				t.Errorf("Verify() = %v, recovers its sender: %t", err, c.RecoversSender)
			}
			signer, err := m.Signer()
			if recovers := err == nil && signer == m.Sender; recovers != c.RecoversSender {
				t.Errorf("Signer() = %s, %v, recovers its sender: %t", signer, err, c.RecoversSender)
			}
		})
	}
}

func TestVerify_changedMessage(t *testing.T) {
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
	for _, c := range fixtures(t, "../model/testdata/valid.jsonl") {
		m := c.message(t)
		if m.Chain != message.ChainSOL {
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
