// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Report is what a read found out about an object besides its content.
type Report struct {
	Noun     Noun
	ItemHash string
	// Status is empty when the message has not arrived at the network, Open when it may still come alive.
	Status message.Status
	Open   bool
	// Reason is why the network removes an object.
	Reason string
	// Rejection is why it was rejected, if it was.
	Rejection *message.RejectedError
}

// Warnings tell the user what the state alone does not show.
func (r Report) Warnings() diag.Diagnostics {
	name := r.Noun.Word + " " + r.ItemHash
	warn := func(summary string, paragraphs ...string) diag.Diagnostics {
		return diag.Diagnostics{diag.NewWarningDiagnostic("The "+r.Noun.Word+" "+summary, strings.Join(paragraphs, "\n\n"))}
	}
	switch r.Status {
	case message.StatusPending:
		return warn("is still pending", "The network has "+name+", and has not processed it yet.",
			"The state is kept as it is."+r.Noun.ifBilled(" Nothing is paid for it until it is processed."), "Apply again later.")
	case message.StatusRemoving:
		return warn("is about to be removed", fmt.Sprintf("The network removes %s soon: %s.", name, r.reason()),
			"It is still there, and paid as far as the balance goes.", "Refill the owner's balance: it stays when that is done in time. Or destroy it in time: what was removed can no longer be forgotten, and a program that was removed holds on to the files that it mounts for good.")
	case message.StatusRemoved:
		return warn("was removed", fmt.Sprintf("The network removed %s: %s.", name, r.reason()),
			"It is gone, and nothing is paid for it any more.", "Refill the owner's balance first: the next apply creates it anew.")
	case message.StatusRejected:
		cause, remedy := "it gave no reason", tryAgain
		if r.Rejection != nil {
			cause, remedy = r.Rejection.Error(), cmp.Or(remedyOf(r.Rejection), tryAgain)
		}
		return warn("was rejected", fmt.Sprintf("The network did not accept %s: %s.", name, cause),
			"It does not exist"+r.Noun.ifBilled(", and nothing is paid for it")+".", remedy+" The next apply publishes it anew.")
	case "":
		if r.Open {
			return warn("has not arrived", fmt.Sprintf("The message of %s was sent, its outcome was never confirmed, and the node does not know it.", name),
				"The state is kept as it is.", fmt.Sprintf("Apply again: an apply that changes the %s sends the same message once more%s.", r.Noun.Word, r.Noun.ifBilled(", so that nothing is paid twice")))
		}
		return warn("never arrived", fmt.Sprintf("The message %s was sent, its outcome was never confirmed, and the network does not know it.", name),
			"It does not exist"+r.Noun.ifBilled(", and nothing is paid for it")+".", "Apply again: that publishes it anew.")
	case message.StatusProcessed, message.StatusForgotten:
		// The plan shows it.
	}
	return nil
}

// reason says in words why the network removes an object (NETWORK.md 8.4).
func (r Report) reason() string {
	switch r.Reason {
	case "credit_insufficient":
		return message.CodeCreditInsufficient.String()
	case "balance_insufficient":
		return message.CodeBalanceInsufficient.String()
	}
	return "the owner's balance did not suffice"
}

// StillPending is the warning of a create whose outcome is not known when its time is up: with an error the object
// would be tainted, and replaced although it may well be processed a moment later.
func StillPending(noun Noun, hash string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The "+noun.Word+" is not confirmed yet", fmt.Sprintf(
		"%s\n\nIts item hash %s is kept in the state.%s\n\n"+
			"Plan again later, which reads what became of it: processed, there is nothing more to do; rejected, the next apply creates it anew.",
		Sentence(err), hash, noun.ifBilled(" It is paid from when it is processed, and not before.")))
}

// ForgetFailure is an error while older versions are forgotten.
func ForgetFailure(noun, live string, err error) Failure {
	return Failure{
		Action: "forget superseded versions",
		State:  "The live version of the " + noun + ", " + live + ", is not affected. The older ones stay in `superseded`, and are still paid; the next apply tries again. With `keep_superseded = true` they stay.",
		Err:    err,
	}
}

// OnlyRead says what became of everything when nothing but reading was asked for.
const OnlyRead = "Nothing was changed, and nothing is paid for reading."

// KeptAsItIs says what became of the state when a read failed.
const KeptAsItIs = "The state is kept as it is: an answer that is missing, late or wrong never means that the object is gone."

// AliveAsItIs says what is alive when a message cannot be taken into the state.
func (n Noun) AliveAsItIs() string {
	return "The message is alive" + n.ifBilled(", and paid,") + " as it is on the network."
}

// NothingSent says what is alive after a plan that failed: what was before.
const NothingSent = "Nothing was sent, and nothing has changed."

// CostsAlone is a sentence on what one version costs, after a refusal for money; none when the node does not tell: what
// it does tell is why it refused.
func CostsAlone(price fmt.Stringer, err error) string {
	if err != nil {
		return ""
	}
	return " The new version alone costs " + price.String() + "."
}

// Unsure says what is alive when the message in the state had not arrived before.
func (n Noun) Unsure() string {
	return "The message in the state had not arrived before. The next plan reads what became of it" + n.ifBilled("; only what is alive is paid") + "."
}

// Overtaken says what is alive when somebody else forgot what was to be amended, or the amend itself.
func (n Noun) Overtaken() string {
	return "Another apply, or another tool, amended or destroyed it at the same time. What was published last is alive" + n.ifBilled(", and paid") + "."
}

// Stale says what is alive when somebody else changed since the plan what was to be changed.
func (n Noun) Stale() string {
	return "Nothing was sent: what they published stays as it is" + n.ifBilled(", alive and paid") + ". The state is kept as it is, too."
}
