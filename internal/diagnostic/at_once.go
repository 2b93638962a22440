// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// AtOnce makes checks that wait, for a node or for each other, at the same time, and returns what they find in their order.
func AtOnce(checks ...func() diag.Diagnostics) diag.Diagnostics {
	found := make([]diag.Diagnostics, len(checks))
	var group sync.WaitGroup
	for i, check := range checks {
		group.Go(func() { found[i] = check() })
	}
	group.Wait()
	var diags diag.Diagnostics
	for _, some := range found {
		diags.Append(some...)
	}
	return diags
}
