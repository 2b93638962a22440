// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// BalanceDiagnostics tell what a check of the balance found; nothing when err is nil. What does not stop the plan is a
// warning.
func BalanceDiagnostics(err error) diag.Diagnostics {
	var found interface {
		Action() string
		Stops() bool
	}
	if !errors.As(err, &found) {
		return nil
	}
	failure := Failure{
		Action: found.Action(),
		State:  "What is known only after apply, such as the size of a file that is not there yet, counts for nothing.",
		Err:    err,
	}
	if found.Stops() {
		return diag.Diagnostics{failure.Error()}
	}
	return diag.Diagnostics{failure.Warning()}
}
