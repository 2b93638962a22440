// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// rejection is why a message is not processed: now, or for ever.
type rejection struct {
	code message.ErrorCode
	// errors are the details; none are told as null.
	errors []any
}

func reject(code message.ErrorCode, errors ...any) *rejection {
	return &rejection{code: code, errors: errors}
}

// retriedCodes are the errors that may pass: the node tries again before it rejects (NETWORK.md 11.1).
var retriedCodes = []message.ErrorCode{
	message.CodeInternal, message.CodeContentUnavailable, message.CodeFileUnavailable, message.CodePostAmendNotFound,
	message.CodeStoreRefNotFound, message.CodeVMRefNotFound, message.CodeVMVolumeNotFound, message.CodeForgetNotFound,
}

// retried reports whether the node tries again.
func (r *rejection) retried() bool { return slices.Contains(retriedCodes, r.code) }

// details are as GET tells them.
func (r *rejection) details() any {
	if len(r.errors) == 0 {
		return nil
	}
	return object{"errors": r.errors}
}

func fileNotFound(code message.ErrorCode, hash, why string) *rejection {
	return reject(code, fmt.Sprintf("File not found: %s (%s)", hash, why))
}
