// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// MountWarning tells of a volume that is to be destroyed, or replaced, while a program mounts it. Where the program leaves
// it in the same apply, all depends on the order; Terraform does not tell providers of `lifecycle`, so the text has to be
// true of either.
func MountWarning(volume, program string, leaves bool) diag.Diagnostic {
	if leaves {
		return diag.NewWarningDiagnostic(fmt.Sprintf("Volume %s goes together with its mount in program %s", volume, program),
			"The network does not forget a file that a program mounts, so the program has to be amended first. Terraform does that if the volume says "+
				"`lifecycle { create_before_destroy = true }`, and then there is nothing to do. Otherwise it destroys the volume first, which the network refuses "+
				"(error code 503) at every apply.\n\n"+
				"Add it to the volume (one that leaves the configuration is put back with it, applied, and then taken out), or apply twice: first with the mount changed, then without the volume.")
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("Volume %s is still mounted by program %s", volume, program),
		"The volume is to be destroyed or replaced, and the program goes on to mount it. The network does not forget a file that a program mounts: "+
			"to destroy the volume will fail (error code 503) at every apply.\n\n"+
			"Let the program mount something else, which replaces a program with `allow_amend = false`, or destroy the program first.")
}
