// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"fmt"
)

// executable are the fields that everything that runs has (NETWORK.md 3.8). A type replaces some and adds others.
var executable = extend(baseContent,
	required("allow_amend", boolean),
	optional("metadata", mapOf(text, anything).where(atMost(MaxMetadata), scalarMetadata)),
	optional("authorized_keys", listOf(textAtMost(MaxAuthorizedKey)).where(atMost(MaxAuthorizedKeys))),
	optional("variables", mapOf(textAtMost(MaxVariableKey), textAtMost(MaxVariableValue)).where(atMost(MaxVariables))),
	required("environment", either(functionEnvironment, instanceEnvironment)),
	required("resources", open(machineResources...)),
	optional("payment", payment),
	optional("requirements", hostRequirements),
	defaulted("volumes", listOf(machineVolume).where(atMost(MaxVolumes)), []any{}),
	optional("replaces", textAtMost(MaxReplaces)),
)

// functionEnvironment says what a program may reach.
var functionEnvironment = open(
	defaulted("reproducible", boolean, false),
	defaulted("internet", boolean, false),
	defaulted("aleph_api", boolean, false),
	defaulted("shared_cache", boolean, false),
)

var machineResources = []field{
	defaulted("vcpus", from(1, MaxVCPUs, integer), json.Number("1")),
	defaulted("memory", from(1, MaxMemoryMiB, integer), json.Number("128")),
	defaulted("seconds", from(1, MaxSeconds, integer), json.Number("1")),
	optional("published_ports", listOf(open(publishedPort...))),
}

var publishedPort = []field{
	defaulted("protocol", oneOf(protocols...), "tcp"),
	required("port", from(1, MaxPort, integer)),
}

// scalarMetadata keeps metadata flat: scalars, and a list of tags.
func scalarMetadata(v any, at place) {
	short := textAtMost(MaxMetadataValue)
	for key, value := range sorted(v) {
		textAtMost(MaxMetadataKey)(key, at.in(key))
		if key == "tags" {
			tags(value, at.in(key))
			continue
		}
		switch value.(type) {
		case string:
			short(value, at.in(key))
		case []any, map[string]any:
			at.in(key).refuse(RuleFlat, fmt.Sprintf("must be text, a number, true, false or null, not %s: only tags may be a list",
				describe(value)))
		}
	}
}
