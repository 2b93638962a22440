// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Machine is what the price of a program or an instance depends on.
type Machine struct {
	// Product is that of the machine without its graphics processors, which decide it when there are any.
	Product Product
	// PaymentType is one of the message package's payment types.
	PaymentType      string
	VCPUs, MemoryMiB int64
	// Internet doubles the price of a program that runs on demand.
	Internet bool
	// GPUs are the device ids of graphics processors.
	GPUs    []string
	Volumes []Volume
}

// Volume is disk space: of a size in MiB, or of the file that a STORE keeps.
type Volume struct {
	// Kind and Name are those of the line.
	Kind, Name string
	SizeMiB    int64
	// Ref is the item hash of a STORE, when the size is that of its file.
	Ref       string
	UseLatest bool
}

// MachineOf is what a PROGRAM costs for.
func MachineOf(p *message.Program) Machine {
	m := Machine{
		Product: ProductProgram, PaymentType: message.PaymentHold, // an absent payment means hold
		VCPUs: p.Resources.VCPUs, MemoryMiB: p.Resources.Memory, Internet: p.Environment.Internet,
		Volumes: []Volume{
			{Kind: KindCode, Name: KindCode, Ref: p.Code.Ref, UseLatest: p.Code.UseLatest},
			{Kind: KindRuntime, Name: KindRuntime, Ref: p.Runtime.Ref, UseLatest: p.Runtime.UseLatest},
		},
	}
	if p.On.Persistent {
		m.Product = ProductPersistentProgram
	}
	if p.Payment != nil {
		m.PaymentType = p.Payment.Type
	}
	if p.Requirements != nil {
		for _, gpu := range p.Requirements.GPU {
			m.GPUs = append(m.GPUs, gpu.DeviceID)
		}
	}
	if p.Data != nil {
		m.Volumes = append(m.Volumes, Volume{Kind: KindData, Name: KindData, Ref: p.Data.Ref, UseLatest: p.Data.UseLatest})
	}
	m.Volumes = append(m.Volumes, VolumesOf(p.Volumes)...)
	return m
}

// VolumesOf are the elements of `volumes` of a PROGRAM or an INSTANCE.
func VolumesOf(volumes []message.Volume) []Volume {
	billed := make([]Volume, len(volumes))
	for i, v := range volumes {
		billed[i] = Volume{Kind: KindPersistent, SizeMiB: v.SizeMiB} // an ephemeral one is billed by the same name
		if v.Ref != "" {
			billed[i] = Volume{Kind: KindImmutable, Ref: v.Ref, UseLatest: v.UseLatest != nil && *v.UseLatest}
		}
		mount := "CostType." + billed[i].Kind // what the node's Python prints of a volume without a mount
		if v.Mount != nil && *v.Mount != "" {
			mount = *v.Mount
		}
		billed[i].Name = fmt.Sprintf("#%d:%s", i, mount)
	}
	return billed
}

// Bill prices the program or the instance. A file of which nobody knows the size costs nothing.
func (m Machine) Bill(p Prices, sizes Sizes) (Bill, error) {
	b := Bill{PaymentType: m.PaymentType}
	if m.PaymentType == message.PaymentSuperfluid {
		b.Demand = DemandNone
	}
	of, lines, err := p.execution(m)
	if err != nil {
		return b, err
	}
	offer, err := p.units(of)
	if err != nil {
		return b, err
	}
	var disk Amounts
	b.Lines = lines
	for _, v := range m.Volumes {
		size := decimal.NewFromInt(v.SizeMiB)
		if !size.IsPositive() {
			bytes, known := sizes(v.Ref, v.UseLatest)
			if !known {
				continue
			}
			size = mib(bytes)
		}
		line := Line{Kind: v.Kind, Name: v.Name, Amounts: atLeast(offer.Price.Storage.of(size), m.PaymentType)}
		b.Lines = append(b.Lines, line)
		disk = disk.plus(line.Amounts)
	}
	// The disk space that comes with the compute units is taken off.
	included := offer.Price.Storage.exactly(decimal.NewFromInt(m.units(offer) * offer.ComputeUnit.DiskMiB))
	b.Lines = append(b.Lines, Line{Kind: KindDiscount, Name: KindDiscount, Amounts: disk.min(included).off()})
	return b, nil
}

// execution prices what runs, and says by which product its disk space is priced.
func (p Prices) execution(m Machine) (Product, []Line, error) {
	if len(m.GPUs) > 0 {
		lines, err := p.gpus(m)
		return ProductPremiumGPU, lines, err // whichever the processors are
	}
	offer, err := p.units(m.Product)
	if err != nil {
		return m.Product, nil, err
	}
	units := m.units(offer)
	if m.Product == ProductProgram && m.Internet {
		units *= 2
	}
	cost := offer.Price.ComputeUnit.of(decimal.NewFromInt(units))
	return m.Product, []Line{{Kind: KindExecution, Name: string(m.Product), Amounts: atLeast(cost, m.PaymentType)}}, nil
}

// units is how many compute units the resources come to.
func (m Machine) units(offer Offer) int64 {
	memory := offer.ComputeUnit.MemoryMiB
	return max(m.VCPUs, (m.MemoryMiB+memory-1)/memory)
}

// gpus prices graphics processors: one line for each product, in the order in which they are asked for. When the
// machine's own resources come to more units than the processors, the difference is added to the dearer product.
func (p Prices) gpus(m Machine) ([]Line, error) {
	var order []Product
	units := map[Product]int64{}
	var total int64
	for _, id := range m.GPUs {
		of, n, err := p.gpu(id)
		if err != nil {
			return nil, err
		}
		if units[of] == 0 {
			order = append(order, of)
		}
		units[of] += n
		total += n
	}
	dearest := ProductStandardGPU
	if units[ProductPremiumGPU] > 0 {
		dearest = ProductPremiumGPU
	}
	offer, err := p.units(dearest)
	if err != nil {
		return nil, err
	}
	units[dearest] += max(m.units(offer)-total, 0)

	lines := make([]Line, 0, len(order))
	for _, of := range order {
		offer, err := p.units(of)
		if err != nil {
			return nil, err
		}
		lines = append(lines, Line{Kind: KindExecution, Name: string(of), Amounts: offer.Price.ComputeUnit.of(decimal.NewFromInt(units[of]))})
	}
	return lines, nil
}
