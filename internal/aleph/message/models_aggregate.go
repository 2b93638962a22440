// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// aggregateContent is the model of an AGGREGATE (protocol.md 3.2).
var aggregateContent = closed(extend(baseContent,
	required("key", either(text, closed(required("name", text)))),
	required("content", mapOf(text, anything).where(nestedTags)),
)...)
