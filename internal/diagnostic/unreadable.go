// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Unreadable warns of an object that a list leaves out: it is alive and genuine, and breaks the rules for its content.
func Unreadable(noun, hash string, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewWarningDiagnostic(capital(WithArticle(noun))+" is left out",
		"The "+noun+" "+hash+" is alive, and cannot be understood: "+Sentence(err)+" Another tool published it so.")}
}
