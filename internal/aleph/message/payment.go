// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import "time"

// When nodes stopped, or stop, to take anything but credits (NETWORK.md 10.1).
var (
	persistentNeedsCredit = time.Date(2026, time.March, 11, 0, 0, 0, 0, time.UTC)
	allNeedCredit         = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// TakesPayment reports whether nodes take a type of payment for what is published at a time: a persistent program, or
// anything that does not run all the time.
func TakesPayment(paymentType string, persistent bool, at time.Time) bool {
	limit := allNeedCredit
	if persistent {
		limit = persistentNeedsCredit
	}
	return paymentType == PaymentCredit || at.Before(limit)
}
