// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"maps"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// The optional fields of the models: a single message's content has them all, with null for those not set
// (NETWORK.md 5.1).
var (
	postFields       = []string{"content", "ref"}
	storeFields      = []string{"size", "content_type", "ref", "tags", "metadata", "payment"}
	forgetFields     = []string{"reason"}
	executableFields = []string{"metadata", "authorized_keys", "variables", "payment", "requirements", "replaces"}
	programFields    = []string{"data", "export"}
	paymentFields    = []string{"chain", "receiver"}
	resourcesFields  = []string{"published_ports"}
	codeFields       = []string{"interface", "args"}
	triggerFields    = []string{"message", "persistent"}
	hardwareFields   = []string{"hypervisor", "trusted_execution"}
	requiredFields   = []string{"cpu", "node", "gpu"}
	cpuFields        = []string{"architecture", "vendor", "features"}
	nodeFields       = []string{"owner", "address_regex", "node_hash", "terms_and_conditions"}
	volumeFields     = []string{"comment", "mount"}
	persistentFields = []string{"parent", "persistence", "name", "size_mib"}
	rootfsFields     = []string{"forgotten_by"}
)

// dump is a content as the official model writes it: read by the model, and with its nulls. What is free-form in POST
// and AGGREGATE is as it was sent.
func dump(r *record) object {
	content := maps.Clone(r.parsed)
	switch r.Type {
	case message.TypePost, message.TypeAggregate:
		content["content"] = r.content["content"]
		if r.Type == message.TypePost {
			fill(content, postFields)
		}
	case message.TypeStore:
		fill(content, storeFields)
		fillIn(content, "payment", paymentFields)
	case message.TypeForget:
		fill(content, forgetFields)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		dumpExecutable(content, r.Type)
	}
	return content
}

func dumpExecutable(content object, kind message.Type) {
	fill(content, executableFields)
	fillIn(content, "payment", paymentFields)
	fillIn(content, "resources", resourcesFields)
	environment := fillIn(content, "environment", nil)
	if _, ok := environment["hypervisor"]; ok || kind == message.TypeInstance {
		fill(environment, hardwareFields)
	}
	if requirements := fillIn(content, "requirements", requiredFields); requirements != nil {
		fillIn(requirements, "cpu", cpuFields)
		fillIn(requirements, "node", nodeFields)
	}
	if kind == message.TypeProgram {
		fill(content, programFields)
		fillIn(content, "code", codeFields)
		fillIn(content, "on", triggerFields)
	}
	fillIn(content, "rootfs", rootfsFields)
	volumes, _ := content["volumes"].([]any)
	filled := make([]any, len(volumes))
	for i, v := range volumes {
		filled[i] = v
		if volume, ok := v.(object); ok {
			filled[i] = dumpVolume(volume)
		}
	}
	content["volumes"] = filled
}

func dumpVolume(volume object) object {
	filled := maps.Clone(volume)
	fill(filled, volumeFields)
	_, immutable := volume["ref"]
	_, ephemeral := volume["ephemeral"]
	if !immutable && !ephemeral {
		fill(filled, persistentFields)
	}
	return filled
}

// fill adds null for the fields that are not there.
func fill(into object, fields []string) {
	for _, field := range fields {
		if _, ok := into[field]; !ok {
			into[field] = nil
		}
	}
}

// fillIn fills a copy of a member; nil when the member is not an object.
func fillIn(content object, member string, fields []string) object {
	inner, ok := content[member].(object)
	if !ok {
		return nil
	}
	inner = maps.Clone(inner)
	fill(inner, fields)
	content[member] = inner
	return inner
}
