// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// MountWarnings tell of volumes that are to be destroyed, or replaced, while programs mount them: one of each kind. Where
// the program leaves the volume in the same apply, all depends on the order; Terraform does not tell providers of
// `lifecycle`, so the text has to be true of either.
func MountWarnings(mounts []object.Mount) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, kind := range partings {
		programs := make(map[string][]string)
		for _, mount := range mounts {
			if mount.Leaves == kind.Leaves && (mount.Replaced == kind.Replaced || !kind.Leaves) {
				programs[mount.File] = append(programs[mount.File], mount.Program)
			}
		}
		if len(programs) == 0 {
			continue
		}
		var lines []string
		for _, volume := range slices.Sorted(maps.Keys(programs)) {
			lines = append(lines, "Volume "+volume+", mounted by "+listed(programs[volume]))
		}
		if more := len(lines) - few; more > 0 {
			lines = append(lines[:few], "And "+strconv.Itoa(more)+" more volumes.")
		}
		diags.AddWarning(kind.summary, strings.Join(lines, "\n")+"\n\n"+kind.cause+"\n\n"+kind.remedy)
	}
	return diags
}

const refusedWhileMounted = "The network does not forget a file that a program mounts"

// partings are the ways in which a volume and a program part, and what is said of each.
var partings = []struct {
	object.Parting
	summary, cause, remedy string
}{
	{
		Parting: object.Parting{Leaves: true, Replaced: true},
		summary: "A volume is replaced together with its mount",
		cause: refusedWhileMounted + ", so the program has to be amended before the volume is destroyed. Terraform does that if the volume says " +
			"`lifecycle { create_before_destroy = true }`, and then there is nothing to do. Otherwise it destroys the volume first, which the network refuses (error code 503) at every apply.",
		remedy: "Add it to the volume, and plan again.",
	},
	{
		Parting: object.Parting{Leaves: true},
		summary: "A volume goes together with its mount",
		cause: refusedWhileMounted + ", so the program has to be amended before the volume is destroyed. Terraform does that if the volume was last applied with " +
			"`lifecycle { create_before_destroy = true }`, and then there is nothing to do. Otherwise it destroys the volume first, which the network refuses (error code 503) at every apply.",
		remedy: "Apply twice: first without the mount, then without the volume. Or put the volume back with `create_before_destroy = true`, apply, and take it out again: Terraform takes the flag from the state.",
	},
	{
		Parting: object.Parting{},
		summary: "A volume is still mounted",
		cause:   "The volume is to be destroyed or replaced, and the program goes on to mount it. " + refusedWhileMounted + ": to destroy the volume will fail (error code 503) at every apply.",
		remedy:  "Let the program mount something else, which replaces a program with `allow_amend = false`, or destroy the program first.",
	},
}
