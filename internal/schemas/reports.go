// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Report is what a read found out about an object besides its content.
type Report struct {
	// Noun is what the object is called: "program".
	Noun     string
	ItemHash string
	// Status is empty when the message never arrived at the network.
	Status message.Status
	// Reason is why the network removes an object.
	Reason string
	// Rejection is why it was rejected, if it was.
	Rejection *message.RejectedError
}

// Warnings tell the user what the state alone does not show.
func (r Report) Warnings() diag.Diagnostics {
	name := r.Noun + " " + r.ItemHash
	var diags diag.Diagnostics
	switch r.Status {
	case message.StatusPending:
		diags.AddWarning("The "+r.Noun+" is still pending",
			fmt.Sprintf("The network has %s, and has not processed it yet. The state is kept as it is. Apply again later.", name))
	case message.StatusRemoving:
		diags.AddWarning("The "+r.Noun+" is about to be removed",
			fmt.Sprintf("The network removes %s soon (%s). It is still there, and stays when the owner's balance is refilled in time.", name, r.Reason))
	case message.StatusRemoved:
		diags.AddWarning("The "+r.Noun+" was removed",
			fmt.Sprintf("The network removed %s (%s), so it is gone. The next apply creates it anew: refill the owner's balance first.", name, r.Reason))
	case message.StatusRejected:
		cause := "it gave no reason"
		if r.Rejection != nil {
			cause = r.Rejection.Error()
		}
		diags.AddWarning("The "+r.Noun+" was rejected",
			fmt.Sprintf("The network did not accept %s: %s. It does not exist, and nothing is paid for it. The next apply publishes it anew.", name, cause))
	case "":
		diags.AddWarning("The "+r.Noun+" never arrived",
			fmt.Sprintf("The message %s was sent, its outcome was never confirmed, and the network does not know it. It does not exist. The next apply publishes it anew.", name))
	case message.StatusProcessed, message.StatusForgotten:
		// The plan shows it.
	}
	return diags
}

// StillPending is the warning of a create whose outcome is not known when its time is up: with an error the object
// would be tainted, and replaced although it may well be processed a moment later (plan-semantics 6).
func StillPending(noun, hash string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The "+noun+" is not confirmed yet", fmt.Sprintf(
		"%s\n\nIts item hash %s is kept in the state. The next plan reads what became of it: processed, there is nothing more to do; rejected, the next apply creates it anew.",
		Sentence(err), hash))
}

// CheckImport refuses an import by something that is no item hash.
func CheckImport(ctx context.Context, at path.Path, resp *resource.ImportStateResponse) {
	var hash types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, at, &hash)...)
	if err := message.CheckItemHash(hash.ValueString()); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Unable to import", Sentence(err)+" Import by the item hash of a message.")
	}
}

// Dropped are the elements of the prior list that the planned one no longer has.
func Dropped(prior, planned types.List) []string {
	kept := StringsOf(planned)
	return slices.DeleteFunc(StringsOf(prior), func(hash string) bool { return slices.Contains(kept, hash) })
}

// ForgetFailure is an error while older versions are forgotten.
func ForgetFailure(noun, live string, err error) Failure {
	return Failure{
		Action: "forget the superseded versions of " + noun + " " + live,
		State:  "The live version is not affected. The older ones stay in `superseded`, and are still paid; the next apply tries again.",
		Err:    err,
	}
}

// KeptAsItIs says what became of the state when a read failed.
const KeptAsItIs = "The state is kept as it is: an answer that is missing, late or wrong never means that the object is gone."

// Overtaken says what is alive when somebody else forgot what was to be amended, or the amend itself.
const Overtaken = "Another apply, or another tool, amended or destroyed it at the same time. What was published last is alive, and paid."
