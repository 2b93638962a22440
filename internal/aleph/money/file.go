// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// File is what the price of a STORE depends on.
type File struct {
	// PaymentType is one of the message package's payment types.
	PaymentType string
	Bytes       int64
	// Engine is where the file is kept.
	Engine message.ItemType
}

// smallMiB is the least size that a STORE is billed for in credits, and up to which one on hold is accepted for nothing.
const smallMiB = 25

// Bill prices the file; an empty one is free.
func (f File) Bill(p Prices, _ Sizes) (Bill, error) {
	b := Bill{PaymentType: f.PaymentType, Demand: f.demand()}
	rates := p.Offers[ProductStorage].Price.Storage
	if rates == nil {
		return b, fmt.Errorf("product %s: %w", ProductStorage, ErrNoPrice)
	}
	if f.Bytes == 0 {
		return b, nil
	}
	size := mib(f.Bytes)
	if f.PaymentType == message.PaymentCredit {
		size = decimal.Max(size, decimal.NewFromInt(smallMiB))
	}
	b.Lines = []Line{{Kind: KindStorage, Name: KindStorage, Amounts: atLeast(rates.of(size), f.PaymentType)}}
	return b, nil
}

func (f File) demand() Demand {
	small := f.Bytes <= smallMiB<<20
	switch {
	case f.PaymentType == message.PaymentSuperfluid, f.PaymentType == message.PaymentHold && small && f.Engine == message.ItemTypeIPFS:
		return DemandNone
	case f.PaymentType == message.PaymentHold && small:
		return DemandRest
	}
	return DemandAll
}
