// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// Time is seconds since the Unix epoch, to the microsecond: the precision by which a node orders versions
// (NETWORK.md 3.1, 7.1).
type Time float64

// TimeOf converts a clock reading, cut to the microsecond.
func TimeOf(t time.Time) Time { return Time(float64(t.UnixMicro()) / 1e6) }

// After returns t, or the first microsecond after floor when t is not later: an amend that is not strictly later
// than what it amends has no effect (NETWORK.md 7.1), whatever this machine's clock says.
func (t Time) After(floor Time) Time {
	if t.UTC().After(floor.UTC()) {
		return t
	}
	return TimeOf(floor.UTC().Add(time.Microsecond))
}

// UTC converts to a clock reading, rounded to the microsecond as nodes round: what is behind the point by itself.
func (t Time) UTC() time.Time {
	seconds, part := math.Modf(float64(t))
	return time.Unix(int64(seconds), 1000*int64(math.RoundToEven(part*1e6))).UTC()
}

// MarshalJSON writes a plain decimal: some parsers on the network read no exponents.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t), 'f', -1, 64), nil
}

// UnmarshalJSON reads a number, or the ISO text that a node answers for pending and rejected messages
// (NETWORK.md 5.1).
func (t *Time) UnmarshalJSON(data []byte) error {
	var number float64
	if err := json.Unmarshal(data, &number); err == nil {
		*t = Time(number)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("time %s is neither a number nor a text", data)
	}
	parsed, err := model.ParseInstant(text)
	*t = TimeOf(parsed)
	return err
}
