// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// WillTakeOver is the warning of a plan that creates what an interrupted apply has signed already.
func WillTakeOver(noun Noun, hash string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("An interrupted apply is taken over", fmt.Sprintf(
		"An apply in this directory and workspace ended before it could save the %[1]s %[2]s, which has the content of the one that is created here.\n\n"+
			"This apply takes over that very message, and sends it again where it has not arrived, instead of publishing another%[3]s.\n\n"+
			"There is nothing to do.", noun.Word, hash, noun.paidOnce()))
}

// TakenOver is the warning of a create that has done so.
func TakenOver(noun Noun, m *message.Message) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Taken over from an interrupted apply", fmt.Sprintf(
		"An apply in this directory and workspace signed the %[1]s %[2]s at %[3]s, and ended before it could save it.\n\n"+
			"That message is used, and no other was published%[4]s.\n\n"+
			"There is nothing to do.", noun.Word, m.ItemHash, m.Time.UTC().Format(time.RFC3339), noun.paidOnce()))
}

func (n Noun) paidOnce() string {
	return n.ifBilled(": the " + n.Word + " is paid once")
}
