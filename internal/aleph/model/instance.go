// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import "fmt"

// instanceContent is the model of an INSTANCE (NETWORK.md 3.11, with the rules of aleph-message 1.7.0).
var instanceContent = closed(extend(executable,
	required("environment", instanceEnvironment),
	required("rootfs", open(
		required("parent", parentVolume),
		required("persistence", oneOf(persistences...)),
		required("size_mib", persistentSize),
		optional("forgotten_by", listOf(text)),
	)),
)...).where(streamNamesANode, gpuNamesANode, termsNameANode, measuredIsOnCredit)

// instanceEnvironment says what an instance may reach, and how it is run. An empty trusted_execution slips through the
// official rule that it needs QEMU, so the rule looks at what is written and not at what is read.
var instanceEnvironment kind = func(v any, at place) any {
	if size(dig(v, "trusted_execution")) > 0 && dig(v, "hypervisor") != "qemu" {
		at.in("hypervisor").refuse(RuleTogether, "must be qemu when trusted_execution is given")
	}
	return environmentOfInstance(v, at)
}

var environmentOfInstance = open(
	defaulted("internet", boolean, false),
	defaulted("aleph_api", boolean, false),
	optional("hypervisor", oneOf(hypervisors...)),
	optional("trusted_execution", trustedExecution),
	defaulted("reproducible", boolean, false),
	defaulted("shared_cache", boolean, false),
)

func nodeHash(v any) string {
	hash, _ := dig(v, "requirements", "node", "node_hash").(string)
	return hash
}

func paidBy(v any) any { return dig(v, "payment", "type") }

func needNodeHash(at place, why string) {
	at.in("requirements").in("node").in("node_hash").refuse(RuleRequired, "is required "+why)
}

func streamNamesANode(v any, at place) {
	if dig(v, "requirements") != nil && paidBy(v) == superfluid && nodeHash(v) == "" {
		needNodeHash(at, "when requirements are given and payment.type is superfluid")
	}
}

func gpuNamesANode(v any, at place) {
	if size(dig(v, "requirements", "gpu")) == 0 {
		return
	}
	if dig(v, "environment", "trusted_execution", "gpu") != nil {
		at.in("requirements").in("gpu").refuse(RuleForbidden, "must be left out when environment.trusted_execution.gpu is given")
	}
	if paidBy(v) != credit && nodeHash(v) == "" {
		needNodeHash(at, "when requirements.gpu is given, unless payment.type is credit")
	}
	if dig(v, "environment", "hypervisor") != "qemu" {
		at.in("environment").in("hypervisor").refuse(RuleTogether, "must be qemu when requirements.gpu is given")
	}
}

func termsNameANode(v any, at place) {
	if dig(v, "requirements", "node", "terms_and_conditions") == nil {
		return
	}
	if nodeHash(v) == "" {
		needNodeHash(at, "when requirements.node.terms_and_conditions is given")
	}
	streamed := paidBy(v) == superfluid || paidBy(v) == credit
	if !streamed && dig(v, "environment", "trusted_execution") == nil {
		at.in("payment").in("type").refuse(RulePayment,
			"must be superfluid or credit when requirements.node.terms_and_conditions is given without trusted_execution")
	}
}

func measuredIsOnCredit(v any, at place) {
	mode := dig(v, "environment", "trusted_execution", "mode")
	if measured(mode) && paidBy(v) != credit {
		at.in("payment").in("type").refuse(RulePayment, fmt.Sprintf("must be credit when trusted_execution.mode is %s", mode))
	}
}
