// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
)

// The ways to run in a trusted execution environment. A measured one proves to the client what was booted.
const (
	teeSEV = "sev"
	teeSNP = "sev_snp"
	teeTDX = "tdx"
)

const (
	// defaultSEVPolicy forbids debugging.
	defaultSEVPolicy = json.Number("1")
	// defaultSNPPolicy is 0x30000: the reserved bit 17, and bit 16 (multi-threading).
	defaultSNPPolicy = json.Number("196608")
	snpReservedBit   = 17
)

func measured(mode any) bool { return mode == teeSNP || mode == teeTDX }

// trustedExecution is the trusted execution environment of an INSTANCE.
var trustedExecution = closed(
	optional("firmware", itemHash),
	defaulted("policy", integer, defaultSEVPolicy),
	optional("mode", oneOf(teeSEV, teeSNP, teeTDX)),
	optional("runtime", itemHash),
	optional("measurements", listOf(launchMeasurement).where(atMost(maxMeasurements))),
	optional("attestation_port", from(1, MaxPort, integer)),
	optional("gpu", confidentialGPU),
).where(fitsMode)

// fitsMode keeps apart what belongs to SEV and what belongs to the measured modes.
func fitsMode(v any, at place) {
	mode := dig(v, "mode")
	if !measured(mode) {
		for _, key := range []string{"runtime", "measurements", "attestation_port", "gpu"} {
			if dig(v, key) != nil {
				at.in(key).refuse(RuleForbidden, "must be left out unless mode is sev_snp or tdx")
			}
		}
		return
	}
	if dig(v, "firmware") != nil {
		at.in("firmware").refuse(RuleForbidden, "must be left out unless mode is sev: write runtime instead")
	}
	if dig(v, "runtime") == nil {
		at.in("runtime").refuse(RuleRequired, fmt.Sprintf("is required when mode is %s", mode))
	}
	if size(dig(v, "measurements")) == 0 {
		at.in("measurements").refuse(RuleRequired, fmt.Sprintf("is required when mode is %s", mode))
	}
	if mode == teeTDX {
		if dig(v, "policy") != defaultSEVPolicy {
			at.in("policy").refuse(RuleForbidden, "must be left out when mode is tdx")
		}
		if dig(v, "gpu") != nil {
			at.in("gpu").refuse(RuleForbidden, "must be left out unless mode is sev_snp")
		}
	} else {
		snpPolicy(dig(v, "policy"), at.in("policy"))
	}
	measurementsFit(dig(v, "measurements"), mode, at.in("measurements"))
}

// snpPolicy is the 64 bits of a SEV-SNP guest policy.
func snpPolicy(v any, at place) {
	from(0, math.MaxUint64, integer).where(func(v any, at place) {
		if policy, _ := new(big.Int).SetString(v.(json.Number).String(), 10); policy.Bit(snpReservedBit) == 0 {
			at.refuse(RuleTogether, fmt.Sprintf("must have bit %d set, as %s has", snpReservedBit, defaultSNPPolicy))
		}
	})(v, at)
}

// measurementsFit demands measurements of one platform only; TDX has exactly one, whatever the processor.
func measurementsFit(v, platform any, at place) {
	list, _ := v.([]any)
	for i, measurement := range list {
		if dig(measurement, "platform") != platform {
			at.in(i).in("platform").refuse(RuleTogether, fmt.Sprintf("must be %s, as the environment is", platform))
		}
	}
	if platform == teeTDX && len(list) > 1 {
		at.refuse(RuleCount, "must have exactly one entry for tdx")
	}
}

// launchMeasurement is what the hardware measures of a start: the registers depend on the platform.
var launchMeasurement = closed(
	required("platform", oneOf(teeSNP, teeTDX)),
	required("registers", either(
		closed(required("launch", register)),
		closed(
			required("mrtd", register),
			required("rtmr1", register),
			required("rtmr2", register),
			required("mrconfigid", register),
		),
	)),
	optional("vcpu_type", textAtMost(maxVCPUType)),
).where(func(v any, at place) {
	snp := dig(v, "registers", "launch") != nil
	if snp != (dig(v, "platform") == teeSNP) {
		at.in("registers").refuse(RuleTogether, "must be launch for sev_snp, and mrtd, rtmr1, rtmr2 and mrconfigid for tdx")
	}
})

var register = form(sha384Hex, "96 lower-case hexadecimal digits")

// confidentialGPU asks for graphics processors of one architecture, in confidential mode.
var confidentialGPU = closed(
	required("vendor", oneOf("nvidia")),
	required("arch", oneOf("hopper", "blackwell")),
	required("count", from(1, maxConfidentialGPUs, strictInteger)),
	optional("models", listOf(pciDevice).where(notEmpty, atMost(maxConfidentialGPUKind), distinct)),
	required("mode", oneOf("cc")),
)

var pciDevice = form(pciDeviceID, "a PCI vendor and device in lower-case hexadecimal digits, like 10de:2b85")

func distinct(v any, at place) {
	seen := map[any]bool{}
	for i, item := range v.([]any) {
		if seen[item] {
			at.in(i).refuse(RuleCount, "must not be given twice")
		}
		seen[item] = true
	}
}
