// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Tokens pay for persistent programs until 11 March 2026, and for others until the end of that year.
func TestTakesPayment(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		t.Helper()
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for _, c := range []struct {
		paymentType string
		persistent  bool
		now         string
		want        bool
	}{
		{"credit", true, "2026-03-11T00:00:00Z", true},
		{"credit", false, "2027-01-01T00:00:00Z", true},
		{"hold", true, "2026-03-10T23:59:59Z", true},
		{"hold", true, "2026-03-11T00:00:00Z", false},
		{"superfluid", true, "2026-03-11T00:00:00Z", false},
		{"hold", false, "2026-12-31T23:59:59Z", true},
		{"superfluid", false, "2026-12-31T23:59:59Z", true},
		{"hold", false, "2027-01-01T00:00:00Z", false},
		{"superfluid", false, "2027-01-01T00:00:00Z", false},
	} {
		if got := message.TakesPayment(c.paymentType, c.persistent, at(c.now)); got != c.want {
			t.Errorf("%s, persistent %t, at %s: %t, want %t", c.paymentType, c.persistent, c.now, got, c.want)
		}
	}
}
