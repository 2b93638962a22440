// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// significant is how many digits the node's arithmetic keeps: Python's default decimal context, which rounds half to
// even after every operation.
const significant = 28

// costDigits is how many decimals a cost has; costs are floored to them (NETWORK.md 10.3).
const costDigits = 18

// rounded cuts a result to the significant digits of the node's arithmetic.
func rounded(d decimal.Decimal) decimal.Decimal {
	excess := d.NumDigits() - significant
	if excess <= 0 {
		return d
	}
	return d.RoundBank(-d.Exponent() - int32(excess))
}

func multiply(a, b decimal.Decimal) decimal.Decimal { return rounded(a.Mul(b)) }

// perSecond turns a price per hour into one per second.
func perSecond(perHour decimal.Decimal) decimal.Decimal {
	const guard = 60 // far more decimals than are kept, so that the only rounding is the one to significant digits
	return rounded(perHour.DivRound(decimal.NewFromInt(3600), guard))
}

// asCost floors to the decimals of a cost.
func asCost(d decimal.Decimal) decimal.Decimal { return d.RoundFloor(costDigits) }

// costText writes a cost with all its decimals, as every answer of a node does.
func costText(d decimal.Decimal) string { return d.StringFixed(costDigits) }

const mebibyte = 1 << 20

// mebibytes is a size in bytes as the exact number of MiB, which is a finite decimal: 2^-20 is 5^20 * 10^-20.
func mebibytes(bytes int64) decimal.Decimal {
	fifths := new(big.Int).Exp(big.NewInt(5), big.NewInt(20), nil)
	return decimal.NewFromBigInt(fifths.Mul(fifths, big.NewInt(bytes)), -20)
}

func smaller(a, b decimal.Decimal) decimal.Decimal {
	if b.LessThan(a) {
		return b
	}
	return a
}
