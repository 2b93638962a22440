// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package diagnostic is the one way from an error to a diagnostic of Terraform: a summary, the cause, what state things
// are in, and what to do.
package diagnostic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Failure is an error on its way to the user.
type Failure struct {
	// Action is what was tried, as it follows "Unable to": "amend program a1b2...".
	Action string
	// State says what is alive, kept and paid now, in a sentence or two.
	State string
	Err   error
	// Otherwise says what to do about an error that does not say it itself; to try again when empty.
	Otherwise string
	// At finds the attribute that the error is about, when it is the user's input; the empty path when there is none.
	At func(error) path.Path
}

// Error is the diagnostic: a summary in a few words, then cause, present state and remedy.
func (f Failure) Error() diag.Diagnostic {
	summary, detail := f.texts()
	if at, ok := f.path(); ok {
		// Terraform shows the line of a nested attribute only while it plans, so the text names it as well.
		return diag.NewAttributeErrorDiagnostic(at, summary, "Attribute `"+at.String()+"`: "+detail)
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// Warning is the same for a failure that one more apply heals.
func (f Failure) Warning() diag.Diagnostic {
	summary, detail := f.texts()
	return diag.NewWarningDiagnostic(summary, detail)
}

func (f Failure) path() (path.Path, bool) {
	if f.At == nil {
		return path.Empty(), false
	}
	at := f.At(f.Err)
	return at, !at.Equal(path.Empty())
}

func (f Failure) texts() (summary, detail string) {
	paragraphs := []string{Sentence(f.Err)}
	if f.State != "" {
		paragraphs = append(paragraphs, f.State)
	}
	paragraphs = append(paragraphs, cmp.Or(remedyOf(f.Err), f.Otherwise, tryAgain))
	return "Unable to " + f.Action, strings.Join(paragraphs, "\n\n")
}

// remedies say what to do about a rejection, by its code.
var remedies = map[message.ErrorCode]string{
	message.CodeInternal: "Apply again. If it happens again, try another node with `api_url`.",
	message.CodeInvalidFormat: "Change the value that the node finds fault with. Nodes are not equally strict: another one, named with `api_url`, may take it as it is. " +
		"If the fault is in nothing that you wrote, report it to the developers of the provider, with the item hash.",
	message.CodeInvalidSignature:    "Check that nothing between this machine and the node changes what is sent.",
	message.CodePermissionDenied:    "Ask the owner to authorise the address of your key in the owner's aggregate `security`, or give the provider a key of the owner's.",
	message.CodeContentUnavailable:  "Apply again; if it happens again, the node cannot reach the rest of the network: try another one with `api_url`.",
	message.CodeFileUnavailable:     "Check the file's hash; a file that is only on IPFS must be online while the network fetches it. Then apply again.",
	message.CodeBalanceInsufficient: "Buy tokens, forget something, or set `payment.type` to `credit`; then apply again." + bothAtOnce,
	message.CodeCreditInsufficient:  "Buy credits or forget something, then apply again." + bothAtOnce,
	message.CodePostAmendNoTarget:   notOurs,
	message.CodePostAmendNotFound:   notOurs,
	message.CodePostAmendAmend:      notOurs,
	message.CodeStoreRefNotFound: "The first version of the volume was forgotten outside Terraform, and from then on no update is accepted. " +
		"Run `terraform apply` again: the next plan finds that it is gone, and replaces the volume, with what mounts it.",
	message.CodeStoreUpdateUpdate: "The state names an update as the volume's first version. Take the volume out of the state with `terraform state rm ADDRESS`, and import it again: an import finds the first one.",
	message.CodeInvalidPayment:    "Set `payment.type` to `credit`: the network takes no other payment for this any more.",
	message.CodeVMRefNotFound:     "Run `terraform apply` again: the next plan reads which version is alive.",
	message.CodeVMVolumeNotFound:  "Check the hash. A reference that follows the latest version (`use_latest = true`) must name the first STORE of a file, never an update: `ref` of an aleph_volume, and not its `item_hash`, which every change of the file changes.",
	message.CodeVMAmendNotAllowed: "The program was published as immutable: `terraform apply -replace=ADDRESS` publishes a new one.",
	message.CodeVMUpdateUpdate:    "Run `terraform apply` again: the next plan reads which version is alive, and can be amended.",
	message.CodeVMVolumeTooSmall:  "Raise `size_mib` of the volume to the size of its parent at least.",
	message.CodeForgetNoTarget:    notOurs,
	message.CodeForgetForget:      notOurs,
	message.CodeForgetNotFound:    "Run `terraform apply` again: the next plan reads what is alive.",
	message.CodeForgetNotAllowed:  "The network does not forget a file that a program or an instance uses, whoever owns it. Forget that one first, or let it name another file; then apply again.",
}

// bothAtOnce says what a replacement may do without.
const bothAtOnce = " A replacement with `create_before_destroy` needs enough for both versions at once; without, the old one is forgotten first."

// notOurs is for what no message of this provider can be refused for.
const notOurs = "Please report this to the developers of the provider, with the item hash: nothing that it publishes can be refused for this."

// remedyOf says what to do: as the error itself says, or by the code of a rejection; empty when neither does.
func remedyOf(err error) string {
	var other *object.KindError
	if errors.As(err, &other) {
		return standsFor(other)
	}
	var own interface{ Remedy() string }
	if errors.As(err, &own) {
		return own.Remedy()
	}
	var rejected *message.RejectedError
	if errors.As(err, &rejected) {
		return remedies[rejected.Code]
	}
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return "Check the path, and that the user who runs Terraform may read it; when another resource makes the file, take the path from that resource."
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "Apply again to go on from here; a longer limit can be set in `timeouts`."
	}
	return ""
}

// tryAgain is what to do when nothing better is known.
const tryAgain = "Run `terraform apply` again: the next plan reads what the network has."

// plain are the words for what Go's libraries say in their own.
var plain = strings.NewReplacer(
	context.DeadlineExceeded.Error(), "the time for it was up",
	context.Canceled.Error(), "Terraform was interrupted",
)

// Sentence is an error's text in plain words, with a capital and a full stop, fit for a terminal.
func Sentence(err error) string {
	text := err.Error()
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		text = strings.ReplaceAll(text, file.Error(), fmt.Sprintf("%q cannot be read: %v", file.Path, file.Err))
	}
	return SentenceOf(visible(plain.Replace(text)))
}

// The most that an error's text has: a screen.
const (
	maxLines = 20
	maxText  = 2000
)

// visible is a text without what a terminal would take for a command, or not show, and no longer than a screen. What a
// node says is cleaned where it is read; this is for what comes another way.
func visible(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, text)
	if lines := strings.SplitN(text, "\n", maxLines+1); len(lines) > maxLines {
		text = strings.Join(lines[:maxLines], "\n") + "…"
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}

// SentenceOf is a text with a capital and a full stop.
func SentenceOf(text string) string {
	if text == "" {
		return text
	}
	if first, _, _ := strings.Cut(text, " "); message.ItemTypeOf(first) == "" {
		text = capital(text) // a hash is another one with a capital
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// InvalidValue is the summary of every value that breaks a rule.
const InvalidValue = "Invalid value"
