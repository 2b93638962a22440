// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// programContent is the model of a PROGRAM (NETWORK.md 3.10).
var programContent = closed(extend(executable,
	required("type", oneOf("vm-function")),
	required("code", open(
		required("encoding", oneOf(encodings...)),
		required("entrypoint", text),
		required("ref", itemHash),
		optional("interface", oneOf(interfaces...)),
		optional("args", listOf(text)),
		defaulted("use_latest", boolean, false),
	)),
	required("runtime", open(
		required("ref", itemHash),
		defaulted("use_latest", boolean, true),
		required("comment", text),
	)),
	optional("data", open(
		required("encoding", oneOf(encodings...)),
		required("mount", text),
		required("ref", itemHash),
		defaulted("use_latest", boolean, false).orNull(),
	)),
	optional("export", open(
		required("encoding", oneOf(encodings...)),
		required("mount", text),
	)),
	required("on", closed(
		required("http", boolean),
		optional("message", listOf(subscription)),
		optional("persistent", boolean),
	)),
)...)

// subscription is a filter of messages that start the program.
var subscription = withoutNulls(mapOf(text, anything).where(atMost(MaxSubscription)))
