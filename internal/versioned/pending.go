// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// pending is a note in a resource's private data of a message that was sent, and whose outcome is not known yet: after a create it
// is the one in the state, after an update it is the one that may take over from it. It has the whole message, so
// that what may never have arrived is sent again as it was signed.
type pending struct {
	Message *message.Message `json:"message"`
	// Resend is set when the message is the one in the state, and the node does not know it.
	Resend bool `json:"resend,omitempty"`
}

const pendingKey = "pending"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readPending is the note; without a message when there is none.
func readPending(ctx context.Context, private privateReader) (pending, diag.Diagnostics) {
	var note pending
	raw, diags := private.GetKey(ctx, pendingKey)
	if len(raw) == 0 || diags.HasError() {
		return note, diags
	}
	if err := json.Unmarshal(raw, &note); err != nil {
		diags.AddError("Unable to read what was noted of a pending message", err.Error())
	}
	return note, diags
}

// writePending notes a message.
func writePending(ctx context.Context, private privateWriter, note pending) diag.Diagnostics {
	raw, err := json.Marshal(note)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to note a pending message", err.Error())}
	}
	return private.SetKey(ctx, pendingKey, raw)
}

// keepPending notes what is known of the message now, as long as it may still come alive.
func keepPending(ctx context.Context, private privateWriter, note pending, open bool) diag.Diagnostics {
	if !open {
		return clearPending(ctx, private)
	}
	return writePending(ctx, private, note)
}

// clearPending removes the note, and those that the plan which the message came from has gone by.
func clearPending(ctx context.Context, private privateWriter) (diags diag.Diagnostics) {
	for _, key := range []string{pendingKey, changesKey, importedKey} {
		diags.Append(private.SetKey(ctx, key, nil)...)
	}
	return diags
}

const (
	// frozenKey is for an object of which the network accepts no amend any more, whatever its flags say.
	frozenKey = "frozen"
	// importedKey is for an object that was imported, and that no message of ours has changed since.
	importedKey = "imported"
	// absentKey is for an object whose source was not on this machine when it was read.
	absentKey = "absent"
)

// readFlag reports whether something is noted.
func readFlag(ctx context.Context, private privateReader, key string) (bool, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, key)
	return len(raw) > 0, diags
}

// writeFlag notes something, or removes the note.
func writeFlag(ctx context.Context, private privateWriter, key string, holds bool) diag.Diagnostics {
	if !holds {
		return private.SetKey(ctx, key, nil)
	}
	return private.SetKey(ctx, key, []byte("true"))
}

const changesKey = "changes"

// writeChanges notes in a plan the item hash of the live version, also when it changes nothing. Terraform plans an object that
// is replaced a second time, as a new one, and hands over what the first plan noted.
func writeChanges(ctx context.Context, private privateWriter, hash string) diag.Diagnostics {
	raw, err := json.Marshal(hash)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to note what a plan changes", err.Error())}
	}
	return private.SetKey(ctx, changesKey, raw)
}

// readChanges is the note; empty when a new object is planned.
func readChanges(ctx context.Context, private privateReader) (hash string, diags diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, changesKey)
	if len(raw) == 0 || diags.HasError() {
		return "", diags
	}
	if err := json.Unmarshal(raw, &hash); err != nil {
		diags.AddError("Unable to read what was noted of a plan", err.Error())
	}
	return hash, diags
}
