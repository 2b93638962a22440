// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"maps"
	"math"
)

// verifiableContent is the model of a V-PROGRAM: everything that reaches the guest is measured, so nothing may be read
// leniently and nothing may change (NETWORK.md 3.12, with the rules of aleph-message 1.7.0).
var verifiableContent = closed(extend(executable,
	required("time", kind(strictDecimal).where(untilMaxTime)),
	required("allow_amend", strictBoolean),
	required("resources", open(strictResources...)),
	required("payment", payment),
	required("environment", closed(defaulted("internet", strictBoolean, false))),
	required("runtime", closed(required("ref", itemHash), verifiedComment)),
	required("workload", closed(verified...)),
	required("verification", verification),
	defaulted("volumes", listOf(closed(extend(verified, verifiedComment)...)).where(atMost(maxVerifiedVolumes)), []any{}),
	optional("gpu", confidentialGPU),
)...).where(verifiableOnCredit, verifiableNeverChanges, verifiableGPU)

var strictResources = extend(machineResources,
	defaulted("vcpus", from(1, MaxVCPUs, strictInteger), json.Number("1")),
	defaulted("memory", from(1, MaxMemoryMiB, strictInteger), json.Number("128")),
	defaulted("seconds", from(1, MaxSeconds, strictInteger), json.Number("1")),
	optional("published_ports", listOf(open(extend(publishedPort,
		required("port", from(1, MaxPort, strictInteger)))...))),
)

// verified is a read-only image bound to its hash tree.
var verified = []field{
	required("ref", itemHash),
	required("hash_tree", itemHash),
	required("roothash", form(storageHash, "64 lower-case hexadecimal digits")),
}

var verifiedComment = defaulted("comment", textAtMost(maxVerifiedComment), "")

// verification says what the hardware must attest.
var verification kind = func(v any, at place) any {
	in, ok := v.(map[string]any)
	if _, given := in["policy"]; ok && !given && in["backend"] == teeSNP {
		in = maps.Clone(in)
		in["policy"] = defaultSNPPolicy
		v = in
	}
	return attestation(v, at)
}

var attestation = closed(
	required("backend", oneOf(teeSNP, teeTDX)),
	optional("policy", from(0, math.MaxUint64, strictInteger)),
	required("measurements", listOf(launchMeasurement).where(notEmpty, atMost(maxMeasurements))),
).where(func(v any, at place) {
	backend, policy := dig(v, "backend"), dig(v, "policy")
	switch {
	case backend == teeSNP && policy == nil:
		at.in("policy").refuse(RuleRequired, "is required when backend is sev_snp")
	case backend == teeSNP:
		snpPolicy(policy, at.in("policy"))
	case policy != nil:
		at.in("policy").refuse(RuleForbidden, "must be left out when backend is tdx")
	}
	measurementsFit(dig(v, "measurements"), backend, at.in("measurements"))
})

func verifiableOnCredit(v any, at place) {
	if paidBy(v) != credit {
		at.in("payment").in("type").refuse(RulePayment, "must be credit for a verifiable program")
	}
}

// verifiableNeverChanges refuses every way to change the program, or what reaches it, after it was measured.
func verifiableNeverChanges(v any, at place) {
	if dig(v, "allow_amend") == true {
		at.in("allow_amend").refuse(RuleTogether, "must be false for a verifiable program")
	}
	if dig(v, "replaces") != nil {
		at.in("replaces").refuse(RuleForbidden, "must be left out of a verifiable program: publish a new one instead")
	}
	for _, key := range []string{"variables", "authorized_keys"} {
		if size(dig(v, key)) > 0 {
			at.in(key).refuse(RuleForbidden, "must be left out of a verifiable program: put it into the workload")
		}
	}
}

func verifiableGPU(v any, at place) {
	if size(dig(v, "requirements", "gpu")) > 0 {
		at.in("requirements").in("gpu").refuse(RuleForbidden, "must be left out of a verifiable program: write gpu instead")
	}
	if dig(v, "gpu") != nil && dig(v, "verification", "backend") != teeSNP {
		at.in("gpu").refuse(RuleForbidden, "must be left out unless verification.backend is sev_snp")
	}
}
