// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// aggregateContent is the model of an AGGREGATE (NETWORK.md 3.5).
var aggregateContent = closed(extend(baseContent,
	required("key", either(text, closed(required("name", text)))),
	required("content", mapOf(text, anything).where(nestedTags)),
)...)
