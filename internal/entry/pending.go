// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// pendingKey is where a resource's private data has the item hash of a message that was sent, and whose outcome is not
// known.
const pendingKey = "pending"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func readPending(ctx context.Context, private privateReader) (hash string, diags diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, pendingKey)
	if len(raw) == 0 || diags.HasError() {
		return "", diags
	}
	if err := json.Unmarshal(raw, &hash); err != nil {
		diags.AddError("Unable to read what was noted of a pending message", err.Error())
	}
	return hash, diags
}

func writePending(ctx context.Context, private privateWriter, hash string) diag.Diagnostics {
	raw, err := json.Marshal(hash)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to note a pending message", err.Error())}
	}
	return private.SetKey(ctx, pendingKey, raw)
}

func clearPending(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, pendingKey, nil)
}

// mayArrive reports whether an entry that is not there may still come from a message that was sent, and tells what became of
// that. Should it come after another was written in its place, it changes nothing, since it is older.
func (r *theResource) mayArrive(ctx context.Context, hash string, diags *diag.Diagnostics) (bool, error) {
	record, err := r.client.Fetch(ctx, hash)
	if errors.Is(err, node.ErrNotFound) {
		record, err = node.Record{}, nil
	}
	if err != nil {
		return false, err
	}
	diags.Append(diagnostic.Report{Noun: diagnostic.Noun{Word: r.Word, Free: true}, ItemHash: hash, Status: record.Status, Rejection: record.Rejection}.Warnings()...)
	return record.Status == message.StatusPending, nil
}
