// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import "github.com/hashicorp/terraform-plugin-framework/diag"

// NotPermitted is the warning of a plan that the network would refuse, as the owner's authorisations are now: the same apply
// may change them. The summary is always the same, so that Terraform shows one warning for all owners.
func NotPermitted(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{Failure{
		Action: "sign for the owner",
		State:  "Nothing was sent. The network refuses it at apply (error code 2), unless the owner authorises this key before.",
		Err:    err,
	}.Warning()}
}
