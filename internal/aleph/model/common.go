// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"fmt"
)

// baseContent are the fields that every content begins with.
var baseContent = []field{
	required("address", text),
	required("time", kind(decimal).where(untilMaxTime)),
}

func untilMaxTime(v any, at place) {
	if seconds, err := v.(json.Number).Float64(); err != nil || seconds < 0 || seconds > MaxTime {
		at.refuse(RuleEnvelope, fmt.Sprintf("must be seconds since the Unix epoch, from 0 to %d", MaxTime))
	}
}

// payment says who pays how.
var payment = open(
	optional("chain", oneOf(Chains...)),
	optional("receiver", text),
	required("type", oneOf(PaymentTypes...)),
)

// tags are words to find something by.
var tags = listOf(textAtMost(MaxTag).where(notBlank)).where(atMost(MaxTags))

func notBlank(v any, at place) {
	if v == "" {
		at.refuse(RuleEmpty, "must not be empty")
	}
}

// nestedTags checks the tags that a POST or an AGGREGATE carries in its own content.
func nestedTags(v any, at place) {
	if nested := dig(v, "tags"); nested != nil {
		tags(nested, at.in("tags"))
	}
}
