// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// madeOf refuses to change an entry that a plan was not made of: what the document has now is neither what the state says,
// nor what is wanted. Before is the model of the state. The error is an *entry.StaleError. What was sent before, and is not confirmed, may be missing.
func (r *theResource) madeOf(ctx context.Context, req resource.UpdateRequest, before Model, now map[string]any) error {
	note, diags := readPending(ctx, req.Private)
	if note != "" || diags.HasError() || r.says(ctx, req.State.Get, now) || r.says(ctx, req.Plan.Get, now) {
		return nil
	}
	was, err := before.ToEntries(now, r.client.Clock.Now())
	if err != nil {
		return err
	}
	planned := deleted(before.Keys(now))
	maps.Copy(planned, was)
	return &entry.StaleError{Place: r.place(before), Planned: planned, Found: now}
}

// afterFailedChange says what is there now.
func (r *theResource) afterFailedChange(err error) string {
	if stale := (*entry.StaleError)(nil); errors.As(err, &stale) {
		return diagnostic.Noun{Word: r.Word, Free: true}.Stale()
	}
	return "The state is kept as it is. The next plan reads what the network has."
}

// says reports whether a document has the content of a state or a plan.
func (r *theResource) says(ctx context.Context, get func(context.Context, any) diag.Diagnostics, now map[string]any) bool {
	said, found := r.Empty(), r.Empty()
	diags := get(ctx, said)
	diags.Append(get(ctx, found)...)
	if diags.HasError() || found.FromEntries(&Document{Entries: now}) != nil {
		return false
	}
	made := r.declared(ctx)
	values, d := plan.ValuesOf(ctx, made.schema, said)
	other, more := plan.ValuesOf(ctx, made.schema, found)
	if d.HasError() || more.HasError() {
		return false
	}
	for _, name := range made.set.Names(attribute.RoleContent) {
		if !values[name].Equal(other[name]) {
			return false
		}
	}
	return true
}
