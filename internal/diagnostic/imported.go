// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// DefaultsOfImport is the warning of a plan that changes something which was imported to what the configuration defaults to
// at these places, since other tools have other defaults.
func DefaultsOfImport(noun Noun, replaces bool, places path.Paths) diag.Diagnostic {
	names := make([]string, len(places))
	for i, place := range places {
		names[i] = "`" + place.String() + "`"
	}
	change := "This plan amends the " + noun.Word + ", so that it is what the configuration says."
	if replaces {
		change = "This plan replaces the " + noun.Word + " by one that is what the configuration says."
	}
	return diag.NewWarningDiagnostic("What is left out is not what was imported",
		"The configuration leaves out "+strings.Join(names, ", ")+", and the "+noun.Word+" that was imported has something else there than the default: other tools have other defaults.\n\n"+
			"Nothing was sent. "+change+"\n\n"+
			"To keep what is there, write it into the configuration: the plan shows it, and `terraform plan -generate-config-out=FILE` writes the whole block.")
}
