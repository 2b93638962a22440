// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money_test

import (
	"encoding/json"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
)

// TestOffers_hugeNumber: a price of a few bytes that is a number of gigabytes is refused before anybody calculates with it.
func TestOffers_hugeNumber(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{
		`1e999999999`: false, `"1E-999999999"`: false, `"much"`: false, `true`: false,
		`0.000000000000000001`: true, `"125000"`: true, `1.5e3`: true, `null`: true,
	} {
		var offers money.Offers
		err := json.Unmarshal([]byte(`{"storage": {"price": {"storage": {"credit": `+text+`}, "fixed": `+text+`}}}`), &offers)
		if (err == nil) != valid {
			t.Errorf("a price of %s: %v", text, err)
		}
	}
}
