// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Unreadable warns of an object that a list leaves out: it is alive and genuine, and breaks the rules for its content.
func Unreadable(noun, hash string, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewWarningDiagnostic(capital(WithArticle(noun))+" is left out",
		"The "+noun+" "+hash+" is alive, and cannot be understood: "+Sentence(err)+" Another tool published it so.")}
}

// MayHaveTakenOver warns of messages that may be the newer version of one that is forgotten, and may as well be something
// else: nobody guesses which.
func MayHaveTakenOver(noun Noun, hash string, candidates []string) diag.Diagnostics {
	if len(candidates) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The "+noun.Word+" may go on under another hash",
		"The "+noun.Word+" "+hash+" was forgotten together with others, by another tool. What replaced one of those is alive, and may be its newer version, or something else: "+strings.Join(candidates, ", ")+
			".\n\nThe state does not follow it"+noun.ifBilled(", and it is paid whatever is applied")+
			".\n\nLook at it. If it is this "+noun.Word+", import it before you apply: `terraform import ADDRESS ITEM_HASH`. If it is nothing that you need, forget it with another tool.")}
}

// FirstVersionGone is the warning of a plan that replaces an object of which only amends are left (NETWORK.md 7.1). Mutable
// is the flag that says whether it is to be amended; empty when it has none.
func FirstVersionGone(noun Noun, id, mutable string) diag.Diagnostic {
	otherwise := "There is nothing else to do."
	if mutable != "" {
		otherwise = "To keep the one that is left as it is, set `" + mutable + " = false`."
	}
	return diag.NewWarningDiagnostic("The first version of the "+noun.Word+" is gone",
		"Somebody forgot the first version of the "+noun.Word+" "+id+", and left an amend of it alive. From then on the network accepts no other amend, and no use of the "+noun.Word+" that follows its latest version.\n\n"+
			"The amend that is left is alive"+noun.ifBilled(", and paid")+". This plan publishes the "+noun.Word+" anew and forgets what is left, and what uses it follows in the same apply.\n\n"+otherwise)
}
