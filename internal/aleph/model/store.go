// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// storeContent is the model of a STORE (NETWORK.md 3.6).
var storeContent = open(extend(baseContent,
	required("item_type", oneOf(itemTypes...)),
	required("item_hash", itemHash),
	optional("size", integer),
	optional("content_type", text),
	optional("ref", text),
	optional("tags", tags),
	optional("metadata", mapOf(text, anything)),
	optional("payment", payment.where(notStreamed)),
)...)

func notStreamed(v any, at place) {
	if dig(v, "type") == superfluid {
		at.in("type").refuse(RulePayment, "must be hold or credit: storage cannot be paid by a stream")
	}
}
