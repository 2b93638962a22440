// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// forgetContent is the model of a FORGET (NETWORK.md 3.7).
var forgetContent = closed(extend(baseContent,
	required("hashes", listOf(itemHash).where(atMost(MaxForgetHashes))),
	defaulted("aggregates", listOf(itemHash).where(atMost(MaxForgetHashes)), []any{}),
	optional("reason", textAtMost(MaxForgetReason)),
)...)
