// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// ErrorCode is why a node rejected a message (NETWORK.md 11.1).
type ErrorCode int

// The error codes of the network.
const (
	CodeInternal            ErrorCode = -1
	CodeInvalidFormat       ErrorCode = 0
	CodeInvalidSignature    ErrorCode = 1
	CodePermissionDenied    ErrorCode = 2
	CodeContentUnavailable  ErrorCode = 3
	CodeFileUnavailable     ErrorCode = 4
	CodeBalanceInsufficient ErrorCode = 5
	CodeCreditInsufficient  ErrorCode = 6
	CodePostAmendNoTarget   ErrorCode = 100
	CodePostAmendNotFound   ErrorCode = 101
	CodePostAmendAmend      ErrorCode = 102
	CodeStoreRefNotFound    ErrorCode = 200
	CodeStoreUpdateUpdate   ErrorCode = 201
	CodeInvalidPayment      ErrorCode = 202
	CodeVMRefNotFound       ErrorCode = 300
	CodeVMVolumeNotFound    ErrorCode = 301
	CodeVMAmendNotAllowed   ErrorCode = 302
	CodeVMUpdateUpdate      ErrorCode = 303
	CodeVMVolumeTooSmall    ErrorCode = 304
	CodeForgetNoTarget      ErrorCode = 500
	CodeForgetNotFound      ErrorCode = 501
	CodeForgetForget        ErrorCode = 502
	CodeForgetNotAllowed    ErrorCode = 503
)

// meanings say in plain words what each code means: a clause that completes "the network rejected it: ".
var meanings = map[ErrorCode]string{
	CodeInternal:            "the node failed while it processed the message",
	CodeInvalidFormat:       "the message does not follow the format of its type",
	CodeInvalidSignature:    "the signature does not belong to the sender",
	CodePermissionDenied:    "the sender may not act for the owner",
	CodeContentUnavailable:  "the content of the message could not be found on the network",
	CodeFileUnavailable:     "the file could not be found on the network",
	CodeBalanceInsufficient: "the owner holds too few ALEPH tokens",
	CodeCreditInsufficient:  "the owner has too few credits",
	CodePostAmendNoTarget:   "the amend names no post",
	CodePostAmendNotFound:   "the post to amend does not exist",
	CodePostAmendAmend:      "an amend of a post cannot itself be amended",
	CodeStoreRefNotFound:    "the file to update does not exist, or its first version was forgotten",
	CodeStoreUpdateUpdate:   "an update of a file cannot itself be updated: name its first version",
	CodeInvalidPayment:      "this type of payment is not accepted for this kind of object",
	CodeVMRefNotFound:       "the version to amend does not exist",
	CodeVMVolumeNotFound:    "a file that the program uses does not exist",
	CodeVMAmendNotAllowed:   "the version to amend does not allow it (allow_amend = false)",
	CodeVMUpdateUpdate:      "an amend cannot itself be amended: name the first version",
	CodeVMVolumeTooSmall:    "a volume is smaller than the file that it starts from",
	CodeForgetNoTarget:      "the FORGET names nothing",
	CodeForgetNotFound:      "something to forget does not exist, or was forgotten before",
	CodeForgetForget:        "a FORGET cannot be forgotten",
	CodeForgetNotAllowed:    "a program or an instance still uses the file",
}

// String says what the code means, in plain words.
func (c ErrorCode) String() string {
	if text, ok := meanings[c]; ok {
		return text
	}
	return "for a reason that this provider does not know"
}

// RejectedError is the definite refusal of a message by the network.
type RejectedError struct {
	ItemHash string
	Type     Type
	Code     ErrorCode
	// Details are the entries of the node's `details.errors`: texts or JSON objects, by code (NETWORK.md 11.2).
	Details []json.RawMessage
}

func (e *RejectedError) Error() string {
	kind := cmp.Or(OneLine(string(e.Type), maxDetail), "message")
	text := fmt.Sprintf("the network rejected %s %s: %s (error code %d)", kind, e.ItemHash, e.Code, int(e.Code))
	if details := e.Texts(); len(details) > 0 {
		text += ": " + strings.Join(details, "; ")
	}
	return text
}

// The most that is told of the details: how many, and how many bytes of each.
const (
	maxDetails = 10
	maxDetail  = 400
)

// Texts are the details as text: a string as it is, what is known of an object in words, and anything else as JSON. Each
// is on one line, without control characters; of too many, the last says how many more there are.
func (e *RejectedError) Texts() []string {
	if shortfall, ok := e.Shortfall(); ok {
		return []string{OneLine(shortfall.String(), maxDetail)}
	}
	var texts []string
	for i, raw := range e.Details {
		if i == maxDetails {
			return append(texts, fmt.Sprintf("and %d more", len(e.Details)-i))
		}
		texts = append(texts, OneLine(textOf(raw), maxDetail))
	}
	return texts
}

// textOf reads one detail (NETWORK.md 11.2).
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var d struct {
		Message    string `json:"message"`
		Aggregate  string `json:"aggregate"`
		Volume     string `json:"volume_name"`
		VolumeSize int64  `json:"volume_size"`
		ParentSize int64  `json:"parent_size"`
		Loc        []any  `json:"loc"`
		Problem    string `json:"msg"`
	}
	if json.Unmarshal(raw, &d) != nil {
		return string(raw)
	}
	switch {
	case d.ParentSize > 0:
		return fmt.Sprintf("the volume %q has %d bytes, and its parent %d", d.Volume, d.VolumeSize, d.ParentSize)
	case d.Problem != "":
		return fmt.Sprintf("%s: %s", model.Path(d.Loc), d.Problem)
	}
	return cmp.Or(d.Message, d.Aggregate, string(raw))
}

// Shortfall is what codes 5 and 6 say of the owner's means: tokens for hold, credits otherwise, as decimal texts.
type Shortfall struct {
	Required, Available string
	// MinRuntimeDays is for how many days of everything that the owner runs the credits must last; 0 for hold.
	MinRuntimeDays int
}

// String says it as a clause, credits as whole ones: no part of one can be bought.
func (s Shortfall) String() string {
	if s.MinRuntimeDays == 0 {
		return fmt.Sprintf("the owner must hold %s ALEPH for everything that it runs, and holds %s", significant(s.Required), significant(s.Available))
	}
	required := s.Required
	if exact, ok := new(big.Rat).SetString(required); ok {
		required = WholeCredits(exact)
	}
	days := "a day"
	if s.MinRuntimeDays > 1 {
		days = fmt.Sprintf("%d days", s.MinRuntimeDays)
	}
	return fmt.Sprintf("the owner needs %s credits, enough for %s of everything that it runs, and has %s", required, days, s.Available)
}

// WholeCredits rounds up.
func WholeCredits(exact *big.Rat) string {
	whole := new(big.Int).Add(exact.Num(), new(big.Int).Sub(exact.Denom(), big.NewInt(1)))
	return whole.Div(whole, exact.Denom()).String()
}

// significant is a decimal without the zeros that say nothing.
func significant(decimal string) string {
	if !strings.Contains(decimal, ".") {
		return decimal
	}
	return strings.TrimRight(strings.TrimRight(decimal, "0"), ".")
}

// Shortfall reads the details of codes 5 and 6; false when there are none.
func (e *RejectedError) Shortfall() (Shortfall, bool) {
	if len(e.Details) == 0 || (e.Code != CodeBalanceInsufficient && e.Code != CodeCreditInsufficient) {
		return Shortfall{}, false
	}
	var d struct {
		RequiredBalance string `json:"required_balance"`
		AccountBalance  string `json:"account_balance"`
		RequiredCredits string `json:"required_credits"`
		AccountCredits  string `json:"account_credits"`
		MinRuntimeDays  int    `json:"min_runtime_days"`
	}
	if json.Unmarshal(e.Details[0], &d) != nil {
		return Shortfall{}, false
	}
	if e.Code == CodeBalanceInsufficient {
		return Shortfall{Required: d.RequiredBalance, Available: d.AccountBalance}, true
	}
	return Shortfall{Required: d.RequiredCredits, Available: d.AccountCredits, MinRuntimeDays: d.MinRuntimeDays}, true
}
