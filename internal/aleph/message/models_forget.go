// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// forgetContent is the model of a FORGET (protocol.md 3.4).
var forgetContent = closed(extend(baseContent,
	required("hashes", listOf(itemHash).where(atMost(MaxForgetHashes))),
	defaulted("aggregates", listOf(itemHash).where(atMost(MaxForgetHashes)), []any{}),
	optional("reason", textAtMost(MaxForgetReason)),
)...)
