// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// maxLeftOut is how many messages one warning names.
const maxLeftOut = 10

// LeftOut warns of messages that a node hands out as belonging to something, and that are not believed: errs say which, and
// why. Of is what they are left out of, and called how that is known when it is one of many.
func LeftOut(noun Noun, of, called string, errs []error) diag.Diagnostics {
	if len(errs) == 0 {
		return nil
	}
	causes := make([]string, 0, maxLeftOut+1)
	for _, err := range errs[:min(len(errs), maxLeftOut)] {
		causes = append(causes, Sentence(err))
	}
	if more := len(errs) - maxLeftOut; more > 0 {
		causes = append(causes, fmt.Sprintf("There are %d more.", more))
	}
	if called != "" {
		causes[0] = "Of " + called + ": " + causes[0]
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Messages are left out of "+of, strings.Join([]string{
		strings.Join(causes, "\n"),
		"They are not read, amended or forgotten, and everything else is as it is without them. What is alive of them stays alive" + noun.ifBilled(", and is paid by its owner") + ".",
		cmp.Or(remedyOf(errs[0]), tryAgain),
	}, "\n\n"))}
}
