// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
)

// vectors are bills that a real node's own code made, with the prices that it made them by.
type vectors struct {
	Pricing  money.Offers
	Settings money.Settings
	Vectors  []vector
}

type vector struct {
	Name    string           `json:"name"`
	Type    message.Type     `json:"type"`
	Payment string           `json:"payment"`
	Content json.RawMessage  `json:"content"`
	Sizes   map[string]int64 `json:"file_sizes_bytes"`
	Cost    string           `json:"cost"`
	Detail  []line           `json:"detail"`
}

type line struct {
	Type   string `json:"type"`
	Name   string `json:"name"`
	Hold   string `json:"cost_hold"`
	Stream string `json:"cost_stream"`
	Credit string `json:"cost_credit"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	raw, err := os.ReadFile("testdata/pricing.json")
	if err != nil {
		t.Fatal(err)
	}
	var file vectors
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// Every bill is the node's, line by line and to the last digit.
func TestVectors(t *testing.T) {
	t.Parallel()
	file := readVectors(t)
	list := money.Prices{Offers: file.Pricing, Settings: file.Settings}
	if len(file.Vectors) != 171 {
		t.Fatalf("%d vectors, want 171", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			bill, err := v.bill(list)
			if err != nil {
				t.Fatal(err)
			}
			if bill.PaymentType != v.Payment || money.Text(bill.Cost()) != v.Cost {
				t.Errorf("%s by %s, want %s by %s", money.Text(bill.Cost()), bill.PaymentType, v.Cost, v.Payment)
			}
			if len(bill.Lines) != len(v.Detail) {
				t.Fatalf("%d lines, want %d", len(bill.Lines), len(v.Detail))
			}
			for i, l := range bill.Lines {
				got := line{l.Kind, l.Name, money.Text(l.Hold), money.Text(l.Stream), money.Text(l.Credit)}
				if got != v.Detail[i] {
					t.Errorf("line %d:\n got %+v\nwant %+v", i, got, v.Detail[i])
				}
			}
		})
	}
}

func (v vector) bill(list money.Prices) (money.Bill, error) {
	sizes := func(ref string, _ bool) (int64, bool) { size, ok := v.Sizes[ref]; return size, ok }
	switch v.Type {
	case message.TypeStore:
		var store message.Store
		err := json.Unmarshal(v.Content, &store)
		size, _ := sizes(store.ItemHash, true)
		bill, priceErr := money.File{PaymentType: store.Payment.Type, Bytes: size, Engine: store.ItemType}.Bill(list, sizes)
		return bill, errors.Join(err, priceErr)
	case message.TypeProgram:
		var program message.Program
		err := json.Unmarshal(v.Content, &program)
		bill, priceErr := money.MachineOf(&program).Bill(list, sizes)
		return bill, errors.Join(err, priceErr)
	}
	machine, err := v.instance()
	bill, priceErr := machine.Bill(list, sizes)
	return bill, errors.Join(err, priceErr)
}

// instance reads an INSTANCE or a V-PROGRAM, of which no resource makes use yet.
func (v vector) instance() (money.Machine, error) {
	var content struct {
		Payment      message.Payment
		Resources    message.Resources
		Requirements message.Requirements
		Environment  struct {
			TrustedExecution any `json:"trusted_execution"`
		}
		Volumes []message.Volume
		Rootfs  *struct {
			SizeMiB int64 `json:"size_mib"`
		}
	}
	err := json.Unmarshal(v.Content, &content)
	machine := money.Machine{
		Product: money.ProductInstance, PaymentType: content.Payment.Type, VCPUs: content.Resources.VCPUs, MemoryMiB: content.Resources.Memory,
	}
	if v.Type == message.TypeVProgram || content.Environment.TrustedExecution != nil {
		machine.Product = money.ProductConfidential
	}
	for _, gpu := range content.Requirements.GPU {
		machine.GPUs = append(machine.GPUs, gpu.DeviceID)
	}
	if content.Rootfs != nil {
		const rootfs = "EXECUTION_INSTANCE_VOLUME_ROOTFS"
		machine.Volumes = append(machine.Volumes, money.Volume{Kind: rootfs, Name: rootfs, SizeMiB: content.Rootfs.SizeMiB})
	}
	machine.Volumes = append(machine.Volumes, money.VolumesOf(content.Volumes)...)
	return machine, err
}

// What the network does not sell has no price, and is not free.
func TestNoPrice(t *testing.T) {
	t.Parallel()
	file := readVectors(t)
	nothing := func(string, bool) (int64, bool) { return 0, false }
	program := money.Machine{Product: money.ProductProgram, VCPUs: 1, MemoryMiB: 128}
	gpu := program
	gpu.GPUs = []string{"10de:0000"}

	var empty money.Prices
	list := money.Prices{Offers: file.Pricing, Settings: file.Settings}
	broken := money.Prices{Offers: money.Offers{money.ProductProgram: file.Pricing[money.ProductStorage]}}
	for name, c := range map[string]struct {
		list money.Prices
		item money.Item
	}{
		"a file without prices":                   {empty, money.File{PaymentType: message.PaymentCredit, Bytes: 1}},
		"a program without prices":                {empty, program},
		"a graphics processor that nobody knows":  {list, gpu},
		"a program that is not sold in any units": {broken, program},
	} {
		if _, err := c.item.Bill(c.list, nothing); !errors.Is(err, money.ErrNoPrice) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Tokens are asked for only what NETWORK.md 10.2 says: nothing of a stream or a small file on IPFS, everything but
// itself of a small file in storage.
func TestDemand(t *testing.T) {
	t.Parallel()
	const small, large = 25 << 20, 25<<20 + 1
	list := money.Prices{Offers: readVectors(t).Pricing}
	for _, c := range []struct {
		item money.Item
		want money.Demand
	}{
		{money.File{PaymentType: message.PaymentHold, Bytes: small, Engine: message.ItemTypeStorage}, money.DemandRest},
		{money.File{PaymentType: message.PaymentHold, Bytes: large, Engine: message.ItemTypeStorage}, money.DemandAll},
		{money.File{PaymentType: message.PaymentHold, Bytes: small, Engine: message.ItemTypeIPFS}, money.DemandNone},
		{money.File{PaymentType: message.PaymentHold, Bytes: large, Engine: message.ItemTypeIPFS}, money.DemandAll},
		{money.File{PaymentType: message.PaymentCredit, Bytes: small, Engine: message.ItemTypeIPFS}, money.DemandAll},
		{money.Machine{PaymentType: message.PaymentHold, Product: money.ProductProgram}, money.DemandAll},
		{money.Machine{PaymentType: message.PaymentSuperfluid, Product: money.ProductProgram}, money.DemandNone},
		{money.Machine{PaymentType: message.PaymentCredit, Product: money.ProductPersistentProgram}, money.DemandAll},
	} {
		if bill, err := c.item.Bill(list, nil); err != nil || bill.Demand != c.want {
			t.Errorf("%+v: %d, %v, want %d", c.item, bill.Demand, err, c.want)
		}
	}
}
