// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// fixedSizes knows files by the hash that a content names, whatever kind of reference it is.
type fixedSizes map[string]int64

func (s fixedSizes) fileSize(hash string) (int64, bool)       { size, ok := s[hash]; return size, ok }
func (s fixedSizes) refSize(ref string, _ bool) (int64, bool) { return s.fileSize(ref) }

type costVector struct {
	Name    string           `json:"name"`
	Type    message.Type     `json:"type"`
	Content json.RawMessage  `json:"content"`
	Sizes   map[string]int64 `json:"file_sizes_bytes"`
	Cost    string           `json:"cost"`
	Detail  []struct {
		Type   string `json:"type"`
		Name   string `json:"name"`
		Hold   string `json:"cost_hold"`
		Stream string `json:"cost_stream"`
		Credit string `json:"cost_credit"`
	} `json:"detail"`
}

// TestCosts checks the bills that a real node's own code made, to the last digit.
func TestCosts(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/costs.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []costVector }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	prices, err := readPriceList()
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 171 {
		t.Fatalf("%d vectors, not 171", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			b, err := billOf(prices, v)
			if err != nil {
				t.Fatal(err)
			}
			if got := costText(b.cost()); got != v.Cost {
				t.Errorf("cost %s, want %s", got, v.Cost)
			}
			if len(b.lines) != len(v.Detail) {
				t.Fatalf("%d lines, want %d", len(b.lines), len(v.Detail))
			}
			for i, line := range b.lines {
				want := v.Detail[i]
				got := want
				got.Type, got.Name = line.kind, line.name
				got.Hold, got.Stream, got.Credit = costText(line.hold), costText(line.stream), costText(line.credit)
				if got != want {
					t.Errorf("line %d:\n got %+v\nwant %+v", i, got, want)
				}
			}
		})
	}
}

func billOf(prices priceList, v costVector) (bill, error) {
	if v.Type == message.TypeStore {
		var store message.Store
		if err := json.Unmarshal(v.Content, &store); err != nil {
			return bill{}, err
		}
		return prices.storeBill(&store, decimal.Zero, "", fixedSizes(v.Sizes)), nil
	}
	e := executable{Type: v.Type}
	if err := json.Unmarshal(v.Content, &e); err != nil {
		return bill{}, err
	}
	return prices.executableBill(&e, fixedSizes(v.Sizes))
}
