// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// postContent is the model of a POST (NETWORK.md 3.4).
var postContent = closed(extend(baseContent,
	optional("content", kind(anything).where(nestedTags)),
	optional("ref", either(text, chainRef)),
	required("type", text),
)...).where(amendNamesItsTarget)

// chainRef is a message quoted as the ref of a POST.
var chainRef = open(
	required("chain", oneOf(Chains...)),
	optional("channel", textAtMost(MaxChannel)),
	required("item_content", text),
	required("item_hash", itemHash),
	required("item_type", oneOf(itemTypes...)),
	required("sender", text),
	required("signature", text),
	required("time", decimal),
	defaulted("type", oneOf("POST"), "POST"),
)

func amendNamesItsTarget(v any, at place) {
	if ref := dig(v, "ref"); dig(v, "type") == "amend" && (ref == nil || ref == "") {
		at.in("ref").refuse(RuleRequired, "is required when type is amend: write the item hash of the post to amend")
	}
}
