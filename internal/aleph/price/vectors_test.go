// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package price_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/price"
)

// vectors are bills that a real node's own code made, with the prices that it made them by.
type vectors struct {
	Pricing  price.Offers
	Settings price.Settings
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
	list := price.List{Offers: file.Pricing, Settings: file.Settings}
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
			if bill.PaymentType != v.Payment || price.Text(bill.Cost()) != v.Cost {
				t.Errorf("%s by %s, want %s by %s", price.Text(bill.Cost()), bill.PaymentType, v.Cost, v.Payment)
			}
			if len(bill.Lines) != len(v.Detail) {
				t.Fatalf("%d lines, want %d", len(bill.Lines), len(v.Detail))
			}
			for i, l := range bill.Lines {
				got := line{l.Kind, l.Name, price.Text(l.Hold), price.Text(l.Stream), price.Text(l.Credit)}
				if got != v.Detail[i] {
					t.Errorf("line %d:\n got %+v\nwant %+v", i, got, v.Detail[i])
				}
			}
		})
	}
}

func (v vector) bill(list price.List) (price.Bill, error) {
	sizes := func(ref string, _ bool) (int64, bool) { size, ok := v.Sizes[ref]; return size, ok }
	switch v.Type {
	case message.TypeStore:
		var store message.Store
		err := json.Unmarshal(v.Content, &store)
		size, _ := sizes(store.ItemHash, true)
		bill, priceErr := list.Store(store.Payment.Type, size)
		return bill, errors.Join(err, priceErr)
	case message.TypeProgram:
		var program message.Program
		err := json.Unmarshal(v.Content, &program)
		bill, priceErr := list.Machine(price.MachineOf(&program), sizes)
		return bill, errors.Join(err, priceErr)
	}
	machine, err := v.instance()
	bill, priceErr := list.Machine(machine, sizes)
	return bill, errors.Join(err, priceErr)
}

// instance reads an INSTANCE or a V-PROGRAM, of which no resource makes use yet.
func (v vector) instance() (price.Machine, error) {
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
	machine := price.Machine{
		Product: price.Instance, PaymentType: content.Payment.Type, VCPUs: content.Resources.VCPUs, MemoryMiB: content.Resources.Memory,
	}
	if v.Type == message.TypeVProgram || content.Environment.TrustedExecution != nil {
		machine.Product = price.Confidential
	}
	for _, gpu := range content.Requirements.GPU {
		machine.GPUs = append(machine.GPUs, gpu.DeviceID)
	}
	if content.Rootfs != nil {
		const rootfs = "EXECUTION_INSTANCE_VOLUME_ROOTFS"
		machine.Volumes = append(machine.Volumes, price.Volume{Kind: rootfs, Name: rootfs, SizeMiB: content.Rootfs.SizeMiB})
	}
	machine.Volumes = append(machine.Volumes, price.VolumesOf(content.Volumes)...)
	return machine, err
}

// What the network does not sell has no price, and is not free.
func TestNoPrice(t *testing.T) {
	t.Parallel()
	file := readVectors(t)
	nothing := func(string, bool) (int64, bool) { return 0, false }
	program := price.Machine{Product: price.Program, VCPUs: 1, MemoryMiB: 128}
	gpu := program
	gpu.GPUs = []string{"10de:0000"}

	var empty price.List
	if _, err := empty.Store(message.PaymentCredit, 1); !errors.Is(err, price.ErrNone) {
		t.Errorf("a STORE without prices: %v", err)
	}
	if _, err := empty.Machine(program, nothing); !errors.Is(err, price.ErrNone) {
		t.Errorf("a program without prices: %v", err)
	}
	list := price.List{Offers: file.Pricing, Settings: file.Settings}
	if _, err := list.Machine(gpu, nothing); !errors.Is(err, price.ErrNone) {
		t.Errorf("a graphics processor that nobody knows: %v", err)
	}
	broken := file.Pricing[price.Program]
	broken.ComputeUnit = &price.Unit{}
	list.Offers[price.Program] = broken
	if _, err := list.Machine(program, nothing); !errors.Is(err, price.ErrNone) {
		t.Errorf("a compute unit without memory: %v", err)
	}
}
