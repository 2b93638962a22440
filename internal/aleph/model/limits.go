// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"math"
	"regexp"
)

// What the official models allow (aleph-message 1.7.0). Lengths count code points; where there is no other word for
// it, a limit is the greatest number that passes.
const (
	// MaxTime bounds the time of a content, in seconds since the epoch: the year 2262.
	MaxTime = 9_223_372_036
	// MaxChannel bounds the channel of an envelope. Nodes have no such limit; compute nodes and SDKs do.
	MaxChannel = 128
	// MaxInline bounds the inline content of a message, in code points (NETWORK.md 3.2).
	MaxInline = 200_000

	MaxTags = 16
	MaxTag  = 256

	MaxForgetHashes = 1000
	MaxForgetReason = 1000

	MaxMetadata      = 256
	MaxMetadataKey   = 64
	MaxMetadataValue = 512

	MaxAuthorizedKeys = 256
	MaxAuthorizedKey  = 8192

	MaxVariables     = 256
	MaxVariableKey   = 128
	MaxVariableValue = 4096

	MaxVolumes = 256
	// MaxVolumeText bounds the comment, the mount point and the name of a volume.
	MaxVolumeText = 256
	// MaxEphemeralMiB and MaxPersistentMiB (2048 GB) bound the size of a volume, and the latter that of a rootfs.
	MaxEphemeralMiB  = 1000
	MaxPersistentMiB = 1_953_125

	MaxVCPUs     = 256
	MaxMemoryMiB = 1 << 20
	// MaxSeconds bounds the running time of one call: ten years.
	MaxSeconds = 10 * 365 * 24 * 3600
	MaxPort    = math.MaxUint16

	// MaxUnpacked bounds a file that compute nodes send into a program's machine, in bytes: code and data that are no
	// squashfs. The models have no such limit: a program with more is accepted, and billed, and never starts.
	MaxUnpacked = 10_000_000

	MaxReplaces     = 128
	MaxAddressRegex = 256
	// MaxSubscription bounds the number of keys of one entry of `on.message`.
	MaxSubscription = 32

	maxVerifiedVolumes     = 8
	maxVerifiedComment     = 1024
	maxMeasurements        = 16
	maxVCPUType            = 64
	maxConfidentialGPUs    = 8
	maxConfidentialGPUKind = 16
)

// The values of the model's enumerations, in the order in which they are offered to a user.
var (
	PaymentTypes = []string{hold, superfluid, credit}

	encodings     = []string{"plain", "zip", "squashfs"}
	interfaces    = []string{"asgi", "binary"}
	persistences  = []string{"host", "store"}
	protocols     = []string{"tcp", "udp"}
	architectures = []string{"x86_64", "arm64"}
	gpuClasses    = []string{"0300", "0302"}
	hypervisors   = []string{"qemu", "firecracker"}
	messageTypes  = []string{"POST", "AGGREGATE", "STORE", "PROGRAM", "INSTANCE", "V-PROGRAM", "FORGET"}
	itemTypes     = []string{inline, "storage", "ipfs"}
)

const (
	hold       = "hold"
	superfluid = "superfluid"
	credit     = "credit"
	// inline is the item type of a message that has its content with it.
	inline = "inline"
)

// The forms of text values.
var (
	sha384Hex   = regexp.MustCompile(`^[0-9a-f]{96}$`)
	pciDeviceID = regexp.MustCompile(`^[0-9a-f]{4}:[0-9a-f]{4}$`)
)
