// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

// machineVolume is one of three kinds, told apart by their keys (NETWORK.md 3.9).
var machineVolume = either(
	closed(extend(volumeLabels,
		required("ref", itemHash),
		defaulted("use_latest", boolean, true),
	)...),
	closed(extend(volumeLabels,
		defaulted("ephemeral", alwaysTrue, true),
		required("size_mib", from(1, MaxEphemeralMiB, strictInteger)),
	)...),
	closed(extend(volumeLabels,
		optional("parent", parentVolume),
		optional("persistence", oneOf(persistences...)),
		optional("name", textAtMost(MaxVolumeText)),
		required("size_mib", persistentSize),
	)...),
)

var volumeLabels = []field{
	optional("comment", textAtMost(MaxVolumeText)),
	optional("mount", textAtMost(MaxVolumeText)),
}

// parentVolume is the file that a volume starts from.
var parentVolume = open(
	required("ref", itemHash),
	defaulted("use_latest", boolean, true),
)

var persistentSize = from(1, MaxPersistentMiB, strictInteger)
