// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"cmp"
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// amend publishes the plan as the version that takes over from what was before. It reports false when none did: then the
// state stays at the version that is live.
func (r *theResource) amend(ctx context.Context, m, before Model, tracked object.Tracked, resp *resource.UpdateResponse) bool {
	var done *object.Amendment
	var published message.Content
	noted := false
	id := tracked.Others[0]
	err := r.content(ctx, m, before, func(content message.Content, o object.Options) (err error) {
		o.Sending = func(s *message.Message) {
			noted = true
			resp.Diagnostics.Append(writePending(ctx, resp.Private, pending{Message: s})...)
		}
		o.Resumed = func(s *message.Message) { resp.Diagnostics.Append(diagnostic.TakenOver(r.called(), s)) }
		published = content
		done, err = r.client.Amend(ctx, content, tracked, r.keeps(m), o)
		return err
	})
	if err != nil {
		var unconfirmed *object.PendingError
		var gone *object.GoneError
		if errors.As(err, &unconfirmed) {
			r.client.Journal.Returned(unconfirmed.Message.ItemHash)
		} else if noted && !errors.As(err, &gone) {
			// A note of an earlier amend stays when nothing was sent, since its outcome may still be unknown; and that of
			// one that somebody else has overtaken, since it may be all that leads to theirs.
			resp.Diagnostics.Append(clearPending(ctx, resp.Private)...)
		}
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "amend " + r.Word + " " + id, State: r.afterFailedAmend(ctx, published, m, tracked, err), Err: err, At: r.blame(ctx, m),
		}.Error())
		return false
	}
	resp.Diagnostics.Append(clearPending(ctx, resp.Private)...)
	r.tellAmended(m, done, resp)
	name := id
	if !r.Life.KeepsFirst {
		name = done.Live.ItemHash
	}
	resp.Diagnostics.Append(r.take(ctx, m, name, object.Versions{done.Live}, done.Left)...)
	r.client.Journal.Returned(done.Live.ItemHash)
	return true
}

// keeps reports whether older versions stay.
func (r *theResource) keeps(m Model) bool {
	billed := m.versions().billed
	return billed == nil || billed.KeepSuperseded.ValueBool()
}

// tellAmended tells what an amend that succeeded led to, beside the new version.
func (r *theResource) tellAmended(m Model, done *object.Amendment, resp *resource.UpdateResponse) {
	if done.ForgetErr != nil {
		failure := diagnostic.ForgetFailure(r.Word, done.Live.ItemHash, done.ForgetErr)
		if m.versions().billed.Superseded.IsUnknown() {
			// An error would keep Terraform from changing what may hold on to the older version.
			resp.Diagnostics.Append(failure.Warning())
		} else {
			// The plan says that none is left: Terraform lets only an error save a state that says otherwise.
			resp.Diagnostics.Append(failure.Error())
		}
	}
	if done.Republished {
		resp.Diagnostics.AddWarning("The network forgot the amend together with its original",
			"It keeps amends with what they amend. The "+r.Word+" was therefore published once more, as "+done.Live.ItemHash+
				".\n\nThat version runs, and is the only one that is paid.\n\nThere is nothing to do.")
	}
}

// afterFailedAmend says what is alive now.
func (r *theResource) afterFailedAmend(ctx context.Context, content message.Content, m Model, tracked object.Tracked, err error) string {
	var gap *object.GapError
	var gone *object.GoneError
	var stale *object.StaleError
	var unconfirmed *object.PendingError
	_, poor := object.AsRejected(err, message.CodeBalanceInsufficient, message.CodeCreditInsufficient)
	switch {
	case tracked.Unsure():
		return r.called().Unsure()
	case errors.As(err, &gap):
		return "No version of the " + r.Word + " runs now. The next plan reads what is alive, and publishes it again when nothing is."
	case poor:
		return r.Texts.StillLive + " " + r.Texts.Poor + diagnostic.CostsAlone(r.client.Estimate(ctx, content, m.common().Address.ValueString()))
	case errors.As(err, &gone):
		return r.called().Overtaken()
	case errors.As(err, &stale):
		return r.called().Stale()
	case errors.As(err, &unconfirmed):
		return cmp.Or(r.Texts.Pending, r.Texts.StillLive)
	}
	return r.Texts.StillLive
}
