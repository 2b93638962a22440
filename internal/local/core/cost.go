// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// costs are an amount in the three currencies: tokens to hold, tokens per second, credits per second.
type costs struct{ hold, stream, credit decimal.Decimal }

func (c costs) plus(d costs) costs {
	return costs{hold: rounded(c.hold.Add(d.hold)), stream: rounded(c.stream.Add(d.stream)), credit: rounded(c.credit.Add(d.credit))}
}

func (c costs) minus(d costs) costs {
	return costs{hold: c.hold.Sub(d.hold), stream: c.stream.Sub(d.stream), credit: c.credit.Sub(d.credit)}
}

func (c costs) floored() costs {
	return costs{hold: asCost(c.hold), stream: asCost(c.stream), credit: asCost(c.credit)}
}

// in is the amount in the currency of a payment type.
func (c costs) in(payment string) decimal.Decimal {
	switch payment {
	case message.PaymentCredit:
		return c.credit
	case message.PaymentSuperfluid:
		return c.stream
	}
	return c.hold
}

// The kinds of cost lines (NETWORK.md 10.4; the spelling is the network's).
const (
	costExecution  = "EXECUTION"
	costCode       = "EXECUTION_PROGRAM_VOLUME_CODE"
	costRuntime    = "EXECUTION_PROGRAM_VOLUME_RUNTIME"
	costData       = "EXECUTION_PROGRAM_VOLUME_DATA"
	costRootfs     = "EXECUTION_INSTANCE_VOLUME_ROOTFS"
	costImmutable  = "EXECUTION_VOLUME_INMUTABLE"
	costPersistent = "EXECUTION_VOLUME_PERSISTENT"
	costDiscount   = "EXECUTION_VOLUME_DISCOUNT"
	costStorage    = "STORAGE"
)

// costLine is one position of a bill.
type costLine struct {
	kind, name string
	costs
	// ref is the STORE whose file is billed, if any.
	ref string
	// sizeMiB is the size that the content itself tells; nil when it is a file's.
	sizeMiB *float64
}

// bill is what a message costs.
type bill struct {
	payment string
	lines   []costLine
}

func (b bill) total() costs {
	var sum costs
	for _, line := range b.lines {
		sum = sum.plus(line.costs)
	}
	return sum.floored()
}

// cost is what the owner pays, in the currency of the payment.
func (b bill) cost() decimal.Decimal { return b.total().in(b.payment) }

// sizes tells how many bytes a file has, to a price: by the hash of a file, or by a reference to a STORE.
type sizes interface {
	fileSize(hash string) (int64, bool)
	refSize(ref string, useLatest bool) (int64, bool)
}

// minCreditsPerHour is the least that a line costs in credits (NETWORK.md 10.3).
const minCreditsPerHour = 1

// minStoreMiB is the least size that a STORE is billed for in credits.
const minStoreMiB = 25

// storeBill prices a STORE. estimatedMiB, when positive, stands for a file that is not there yet. A file that is
// unknown or empty has no line at all.
func (p priceList) storeBill(store *message.Store, estimatedMiB decimal.Decimal, hash string, known sizes) bill {
	b := bill{payment: paymentOf(store.Payment)}
	size := estimatedMiB
	var told *float64
	if size.IsPositive() {
		f := size.InexactFloat64()
		told = &f
	} else if bytes, ok := known.fileSize(store.ItemHash); ok {
		size = mebibytes(bytes)
	}
	if size.IsZero() {
		return b
	}
	least := decimal.NewFromInt(minStoreMiB)
	if b.payment == message.PaymentCredit && size.LessThan(least) {
		size = least
	}
	line := costLine{kind: costStorage, name: costStorage, ref: hash, sizeMiB: told}
	line.costs = p.volumeCosts(productStorage, size, b.payment)
	b.lines = append(b.lines, line)
	return b
}

// volumeCosts prices a volume of a product.
func (p priceList) volumeCosts(of product, size decimal.Decimal, payment string) costs {
	c := p.products[of].Price.Storage.times(size).floored()
	if payment == message.PaymentCredit {
		c.credit = decimal.Max(c.credit, minCredits())
	}
	return c
}

func minCredits() decimal.Decimal { return asCost(perSecond(decimal.NewFromInt(minCreditsPerHour))) }

// executableBill prices a PROGRAM, an INSTANCE or a V-PROGRAM.
func (p priceList) executableBill(e *executable, known sizes) (bill, error) {
	b := bill{payment: paymentOf(e.Payment)}
	storage := e.product()
	if e.usesGPU() {
		lines, err := p.gpuLines(e)
		if err != nil {
			return b, err
		}
		b.lines = lines
		storage = productPremiumGPU // whatever the processor, volumes cost what they cost with a premium one
	} else {
		b.lines = []costLine{p.executionLine(e, storage, b.payment)}
	}
	volumes := p.volumeLines(e, storage, b.payment, known)
	b.lines = append(b.lines, volumes...)
	b.lines = append(b.lines, p.discountLine(e, storage, volumes))
	return b, nil
}

func (p priceList) executionLine(e *executable, of product, payment string) costLine {
	price := p.products[of]
	units := e.computeUnits(price.ComputeUnit.MemoryMiB) * e.multiplier()
	line := costLine{kind: costExecution, name: string(of)}
	line.costs = price.Price.ComputeUnit.times(decimal.NewFromInt(units)).floored()
	if payment == message.PaymentCredit {
		line.credit = decimal.Max(line.credit, minCredits())
	}
	return line
}

// gpuLines prices graphics processors: one line for each tier in use, in the order in which they are asked for. The
// machine's own resources raise the units when they come to more than the processors'.
func (p priceList) gpuLines(e *executable) ([]costLine, error) {
	var order []product
	units := map[product]int64{}
	var total int64
	for _, gpu := range e.Requirements.GPU {
		model, ok := p.gpuModels[gpu.DeviceID]
		if !ok {
			return nil, fmt.Errorf("GPU device_id %s not found in compatible GPUs", gpu.DeviceID)
		}
		of, n := productPremiumGPU, p.products[productPremiumGPU].units(model)
		if n == 0 {
			of, n = productStandardGPU, p.products[productStandardGPU].units(model)
		}
		if n == 0 {
			return nil, fmt.Errorf("GPU model %s not found in any pricing tier (premium or standard)", model)
		}
		if units[of] == 0 {
			order = append(order, of)
		}
		units[of] += n
		total += n
	}
	dominant := productStandardGPU
	if units[productPremiumGPU] > 0 {
		dominant = productPremiumGPU
	}
	if own := e.computeUnits(p.products[dominant].ComputeUnit.MemoryMiB); own > total {
		units[dominant] += own - total
	}
	lines := make([]costLine, 0, len(order))
	for _, of := range order {
		lines = append(lines, costLine{
			kind: costExecution, name: string(of),
			costs: p.products[of].Price.ComputeUnit.times(decimal.NewFromInt(units[of])).floored(),
		})
	}
	return lines, nil
}

func (p priceList) volumeLines(e *executable, of product, payment string, known sizes) []costLine {
	var lines []costLine
	for _, v := range e.billedVolumes() {
		size, told := v.size, (*float64)(nil)
		if size.IsPositive() {
			f := size.InexactFloat64()
			told = &f
		} else {
			bytes, ok := known.refSize(v.ref, v.useLatest)
			if !ok {
				continue // a reference to nothing costs nothing
			}
			size = mebibytes(bytes)
		}
		line := costLine{kind: v.kind, name: v.name, ref: v.ref, sizeMiB: told}
		line.costs = p.volumeCosts(of, size, payment)
		lines = append(lines, line)
	}
	return lines
}

// discountLine takes the disk space that comes with the compute units off the volumes.
func (p priceList) discountLine(e *executable, of product, volumes []costLine) costLine {
	price := p.products[of]
	included := price.ComputeUnit.DiskMiB * e.computeUnits(price.ComputeUnit.MemoryMiB)
	most := price.Price.Storage.times(decimal.NewFromInt(included))
	var sum costs
	for _, line := range volumes {
		sum = sum.plus(line.costs)
	}
	off := costs{hold: smaller(sum.hold, most.hold), stream: smaller(sum.stream, most.stream), credit: smaller(sum.credit, most.credit)}
	return costLine{kind: costDiscount, name: costDiscount, costs: costs{}.minus(off).floored()}
}

// paymentOf is the type of a payment: an absent one means hold.
func paymentOf(p *message.Payment) string {
	if p == nil {
		return message.PaymentHold
	}
	return p.Type
}
