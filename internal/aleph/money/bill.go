// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Amounts are a cost by each way of paying: ALEPH to hold, ALEPH a second, credits a second.
type Amounts struct{ Hold, Stream, Credit decimal.Decimal }

// In is the amount in the unit of a payment type.
func (a Amounts) In(paymentType string) decimal.Decimal {
	switch paymentType {
	case message.PaymentCredit:
		return a.Credit
	case message.PaymentSuperfluid:
		return a.Stream
	}
	return a.Hold
}

func (a Amounts) plus(b Amounts) Amounts {
	return Amounts{Hold: kept(a.Hold.Add(b.Hold)), Stream: kept(a.Stream.Add(b.Stream)), Credit: kept(a.Credit.Add(b.Credit))}
}

func (a Amounts) min(b Amounts) Amounts {
	return Amounts{Hold: decimal.Min(a.Hold, b.Hold), Stream: decimal.Min(a.Stream, b.Stream), Credit: decimal.Min(a.Credit, b.Credit)}
}

// off is a discount of as much: it is floored after its sign has changed, as the node does.
func (a Amounts) off() Amounts {
	return Amounts{Hold: a.Hold.Neg(), Stream: a.Stream.Neg(), Credit: a.Credit.Neg()}.floored()
}

func (a Amounts) floored() Amounts {
	return Amounts{Hold: floored(a.Hold), Stream: floored(a.Stream), Credit: floored(a.Credit)}
}

// Line is a position of a bill, in the network's words (NETWORK.md 10.4): Name tells two lines of a kind apart.
type Line struct {
	Kind, Name string
	Amounts
}

// The kinds of lines; the spelling is the network's.
const (
	KindExecution  = "EXECUTION"
	KindCode       = "EXECUTION_PROGRAM_VOLUME_CODE"
	KindRuntime    = "EXECUTION_PROGRAM_VOLUME_RUNTIME"
	KindData       = "EXECUTION_PROGRAM_VOLUME_DATA"
	KindImmutable  = "EXECUTION_VOLUME_INMUTABLE"
	KindPersistent = "EXECUTION_VOLUME_PERSISTENT"
	KindDiscount   = "EXECUTION_VOLUME_DISCOUNT"
	KindStorage    = "STORAGE"
)

// Bill is what a message costs.
type Bill struct {
	// PaymentType is one of the message package's payment types.
	PaymentType string
	Lines       []Line
	Demand      Demand
}

// Demand is what the owner must be able to pay for a node to accept a message (NETWORK.md 10.2).
type Demand int

// What a node looks at.
const (
	// DemandAll is everything that the owner runs, and the message: tokens to hold for it, or credits for one day of it.
	DemandAll Demand = iota
	// DemandRest is everything but the message itself.
	DemandRest
	// DemandNone is nothing.
	DemandNone
)

// Item is what has a price.
type Item interface {
	// Bill fails with ErrNoPrice when the list has no price for it.
	Bill(p Prices, sizes Sizes) (Bill, error)
}

// Sizes finds the size in bytes of the file that a STORE keeps, or its newest version; false when nobody knows it.
type Sizes func(ref string, useLatest bool) (bytes int64, known bool)

// Cost is the sum in the unit of the payment: ALEPH to hold, ALEPH a second, or credits a second.
func (b Bill) Cost() decimal.Decimal {
	var sum Amounts
	for _, line := range b.Lines {
		sum = sum.plus(line.Amounts)
	}
	return floored(sum.In(b.PaymentType))
}

// Text writes a cost as nodes do, with all its decimals.
func Text(cost decimal.Decimal) string { return cost.StringFixed(decimals) }

// leastCredits is what a line costs at least, in credits an hour.
var leastCredits = floored(perSecond(decimal.NewFromInt(1)))

func atLeast(a Amounts, paymentType string) Amounts {
	if paymentType == message.PaymentCredit {
		a.Credit = decimal.Max(a.Credit, leastCredits)
	}
	return a
}
