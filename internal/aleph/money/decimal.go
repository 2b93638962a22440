// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import "github.com/shopspring/decimal"

// A node calculates with Python's decimals, which keep 28 significant digits and round half to even after every
// operation; a cost is floored to 18 decimals.
const (
	digits   = 28
	decimals = 18
)

const secondsPerHour = 3600

// kept is a result as the node's arithmetic keeps it.
func kept(d decimal.Decimal) decimal.Decimal {
	if excess := d.NumDigits() - digits; excess > 0 {
		return d.RoundBank(-d.Exponent() - int32(excess))
	}
	return d
}

func floored(d decimal.Decimal) decimal.Decimal { return d.RoundFloor(decimals) }

// exactly is what an amount costs at the rates, not floored yet. A price an hour is divided before it is multiplied.
func (r Rates) exactly(amount decimal.Decimal) Amounts {
	return Amounts{
		Hold:   kept(amount.Mul(r.Holding.Decimal)),
		Stream: kept(amount.Mul(perSecond(r.Payg.Decimal))),
		Credit: kept(amount.Mul(perSecond(r.Credit.Decimal))),
	}
}

// of is what an amount costs at the rates.
func (r Rates) of(amount decimal.Decimal) Amounts { return r.exactly(amount).floored() }

func perSecond(perHour decimal.Decimal) decimal.Decimal {
	const exact = 2 * digits // enough decimals for the only rounding to be the one to significant digits
	return kept(perHour.DivRound(decimal.NewFromInt(secondsPerHour), exact))
}

// MiB is a size in bytes as a number of MiB, exactly: a division by a power of two ends.
func mib(bytes int64) decimal.Decimal {
	const powersOfTwo = 20
	return decimal.NewFromInt(bytes).DivRound(decimal.NewFromInt(1<<powersOfTwo), powersOfTwo)
}
