// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import "time"

// Clock tells the time of day to whatever dates a message, or compares a date with today: what is measured or waited for
// has the machine's. Without a function it is the machine's as well.
type Clock func() time.Time

// Now is the time of day.
func (c Clock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}
