// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// ShortageError is that an owner cannot pay for what is planned.
type ShortageError struct {
	Owner, PaymentType string
	// Refused says that the network refuses what is planned, and Order that it does unless what is replaced is forgotten first;
	// with neither, the credits do not last a week.
	Refused, Order bool
	// Objects are how many were planned until now.
	Objects int
	// Cost is what they add, Runs what runs already, and After what everything costs once old versions are forgotten:
	// credits a second, or ALEPH to hold.
	Cost, Runs, After decimal.Decimal
	// Have is what the owner has, and Need what is needed: for the network to accept it, or for a week. Least is what is
	// needed when every old version is forgotten before the new one is published.
	Have, Need, Least decimal.Decimal
	// At is when that was so.
	At time.Time

	stops bool
}

func (b *budget) shortage(v verdict, stops bool, now time.Time) *ShortageError {
	s := &ShortageError{
		Owner: b.owner, PaymentType: b.paymentType, Refused: v == verdictRefused, Order: v == verdictOrder, Objects: b.objects,
		Cost: b.cost, Runs: b.means.Runs, After: b.afterwards(), Have: b.means.Have, Need: b.needed(), Least: b.least(), At: now,
	}
	if v == verdictDry {
		s.Need = s.After.Mul(perWeek)
	}
	// What does not raise the costs is no reason to stop, and neither is what may well succeed.
	s.stops = stops && (s.Refused || v == verdictDry && s.After.GreaterThan(s.Runs))
	return s
}

// Stops reports whether the plan must not go on.
func (e *ShortageError) Stops() bool { return e.stops }

// Action is what cannot be done.
func (e *ShortageError) Action() string {
	switch {
	case e.Refused:
		return "pay for what is planned"
	case e.Order:
		return "pay for old and new versions at once"
	}
	return "pay for what is planned for a week"
}

func (e *ShortageError) Error() string {
	objects := fmt.Sprintf("the %d objects that were planned until now cost", e.Objects)
	if e.Objects == 1 {
		objects = "the object that was planned until now costs"
	}
	missing := e.Need.Sub(e.Have)
	if e.PaymentType != message.PaymentCredit {
		return fmt.Sprintf("%s %s ALEPH to hold; everything that %s has on hold already takes %s. The network accepts them when %s are held. %s There are %s, so %s are missing",
			objects, tokens(e.Cost), e.Owner, tokens(e.Runs), tokens(e.Need), e.oldCounts(tokens), tokens(e.Have), tokens(missing))
	}
	text := fmt.Sprintf("%s %s credits an hour, %s a day; everything that %s runs already costs %s a day. ",
		objects, credits(e.Cost.Mul(perHour)), credits(e.Cost.Mul(perDay)), e.Owner, credits(e.Runs.Mul(perDay)))
	if e.Refused || e.Order {
		text += fmt.Sprintf("The network accepts a message only when its owner has the credits for one day of everything, %s. %s", credits(e.Need), e.oldCounts(credits))
	} else {
		text += fmt.Sprintf("Once the old versions of what is amended or replaced are forgotten, all of it costs %s a day, %s a week. What is destroyed still counts.",
			credits(e.After.Mul(perDay)), credits(e.Need))
	}
	text += fmt.Sprintf(" There are %s, so %s are missing", credits(e.Have), credits(missing))
	if e.After.IsPositive() {
		text += ". What is there lasts until " + e.until().Format("2006-01-02 15:04 MST")
	}
	return text
}

// oldCounts says what counts although it ends, and with which order it does not.
func (e *ShortageError) oldCounts(amount func(decimal.Decimal) string) string {
	text := "Old versions count until they are forgotten, which is after the new ones are processed where those amend, or have `create_before_destroy`; what is destroyed counts as well."
	if e.Order {
		text += fmt.Sprintf(" Where the old ones are forgotten first, as a replacement does otherwise, %s are enough.", amount(e.Least))
	}
	return text
}

// until is the hour in which the credits end, at what everything costs afterwards.
func (e *ShortageError) until() time.Time {
	const century = 100 * 365 * 24 * 3600
	seconds := min(e.Have.Div(e.After).IntPart(), century) // more than a Duration could hold
	return e.At.UTC().Add(time.Duration(seconds) * time.Second).Truncate(time.Hour)
}

// Remedy says what to do.
func (e *ShortageError) Remedy() string {
	what := "Buy credits"
	if e.PaymentType != message.PaymentCredit {
		what = "Buy tokens, set `payment.type` to `credit`"
	}
	const how = " The provider's `check_balance` says whether this is told (`warn`), stops the plan (`error`), or is not looked at (`off`)."
	if e.Order {
		return "An amend needs both at once: `terraform apply -replace=ADDRESS` forgets the old version before it publishes the new one, at the price of a gap. " +
			"A replacement does so by itself, unless it has `lifecycle { create_before_destroy = true }`: then the network refuses the new version, and the old one stays. " + what + " for both." + how
	}
	return what + ", make the plan smaller, or forget something first. A replacement with `create_before_destroy` needs enough for both versions at once; without, it forgets the old one first." + how
}

// UncheckedError is a check of the balance that was not possible.
type UncheckedError struct{ Err error }

func (e *UncheckedError) Error() string { return e.Err.Error() }

func (e *UncheckedError) Unwrap() error { return e.Err }

// Action is what cannot be done.
func (e *UncheckedError) Action() string { return "check whether what is planned can be paid" }

// Stops reports whether the plan must not go on.
func (e *UncheckedError) Stops() bool { return false }

// Remedy says what to do.
func (e *UncheckedError) Remedy() string {
	return "Plan again to check it. The network refuses by itself what cannot be paid for."
}

// credits are hundredths at least: prices are millionths of a dollar.
func credits(amount decimal.Decimal) string { return grouped(amount.Round(2).String()) }

// tokens are millionths: the smallest files cost no more.
func tokens(amount decimal.Decimal) string { return grouped(amount.Round(6).String()) }

// grouped puts commas between thousands.
func grouped(number string) string {
	whole, fraction, _ := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}
