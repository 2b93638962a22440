// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// hostRequirements say which hosts may run something.
var hostRequirements = closed(
	optional("cpu", closed(
		optional("architecture", oneOf(architectures...)),
		optional("vendor", text),
		optional("features", listOf(text)),
	)),
	optional("node", closed(
		optional("owner", text),
		optional("address_regex", checked(RuleExpression, checkAddressRegex)),
		optional("node_hash", itemHash),
		optional("terms_and_conditions", itemHash),
	)),
	optional("gpu", listOf(closed(
		required("vendor", text),
		required("device_name", text),
		required("device_class", oneOf(gpuClasses...)),
		required("device_id", text),
	))),
)
