// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Standing is what the network says of a message beside its content. It changes by itself, so that data sources tell it,
// and resources do not.
type Standing struct {
	Status        types.String        `tfsdk:"status"`
	Reason        types.String        `tfsdk:"reason"`
	ReceivedAt    types.String        `tfsdk:"received_at"`
	Confirmations []ConfirmationModel `tfsdk:"confirmations"`
}

// ConfirmationModel is an element of `confirmations`.
type ConfirmationModel struct {
	Chain  types.String `tfsdk:"chain"`
	Height types.Int64  `tfsdk:"height"`
	Hash   types.String `tfsdk:"hash"`
}

// StandingOf converts what a node says of a message.
func StandingOf(status message.Status, reason string, receivedAt message.Time, confirmations []message.Confirmation) Standing {
	s := Standing{
		Status: types.StringValue(string(status)), Reason: Text(reason), ReceivedAt: Instant(receivedAt),
		Confirmations: make([]ConfirmationModel, len(confirmations)),
	}
	for i, c := range confirmations {
		s.Confirmations[i] = ConfirmationModel{
			Chain: types.StringValue(c.Chain), Height: types.Int64Value(c.Height), Hash: types.StringValue(c.Hash),
		}
	}
	return s
}

// Set writes the attributes into the state of a data source.
func (s Standing) Set(ctx context.Context, state *tfsdk.State) diag.Diagnostics {
	diags := state.SetAttribute(ctx, path.Root("status"), s.Status)
	diags.Append(state.SetAttribute(ctx, path.Root("reason"), s.Reason)...)
	diags.Append(state.SetAttribute(ctx, path.Root("received_at"), s.ReceivedAt)...)
	diags.Append(state.SetAttribute(ctx, path.Root("confirmations"), s.Confirmations)...)
	return diags
}

// Instant is a time in the form of Terraform's own functions for times; null for none.
func Instant(t message.Time) types.String {
	if t == 0 {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339Nano))
}

// WithStanding adds the attributes of Standing to those of a data source.
func WithStanding(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"status": Told("What became of the message: `processed` (alive and paid), or `removing` (alive, and about to be removed for lack of funds); " +
			"of something that is not alive `pending`, `rejected`, `forgotten` or `removed`."),
		"reason":      Told("Why the message is being removed, or was: `credit_insufficient` or `balance_insufficient`; null otherwise."),
		"received_at": Told("When the node first had the message, as a date by RFC 3339."),
		"confirmations": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Transactions that anchor the message in a chain, from which on everybody can see that it existed; empty before.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"chain":  Told("Chain of the transaction, such as `ETH`."),
				"height": schema.Int64Attribute{Computed: true, MarkdownDescription: "Block of the transaction."},
				"hash":   Told("Hash of the transaction."),
			}},
		},
	}
	maps.Copy(all, attributes)
	return all
}

// Told is a text that the network tells.
func Told(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// ToldChannel is the channel of an object: the one of which message, in words.
func ToldChannel(of string) schema.StringAttribute {
	return Told("Channel that the " + of + " is published in, as the node says, since no signature covers it; null when it is in none.")
}

// ToldTexts is a list of texts that the network tells.
func ToldTexts(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}
