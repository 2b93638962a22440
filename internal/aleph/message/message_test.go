// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

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

func TestMessage_readsTheFormsThatNodesAnswer(t *testing.T) {
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
		if err := model.CheckItemHash(hash); (err == nil) != (want != "") {
			t.Errorf("CheckItemHash(%q) = %v", hash, err)
		}
	}
}
