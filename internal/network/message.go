// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*Message)(nil)

// Message is the data source aleph_message.
type Message struct{ reader }

// NewMessage makes the data source.
func NewMessage() datasource.DataSource { return &Message{} }

// MessageModel is the data source aleph_message as Terraform sees it.
type MessageModel struct {
	ItemHash    types.String `tfsdk:"item_hash"`
	Type        types.String `tfsdk:"type"`
	Address     types.String `tfsdk:"address"`
	Sender      types.String `tfsdk:"sender"`
	Chain       types.String `tfsdk:"chain"`
	Channel     types.String `tfsdk:"channel"`
	PublishedAt types.String `tfsdk:"published_at"`
	Content     types.String `tfsdk:"content"`
	Signature   types.String `tfsdk:"signature"`
	Rejection   types.String `tfsdk:"rejection"`
	ForgottenBy []string     `tfsdk:"forgotten_by"`
	attribute.Standing
}

// Metadata implements datasource.DataSource.
func (*Message) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aleph_message"
}

// Schema implements datasource.DataSource.
func (*Message) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A message of any type, in whatever status it is now. What it says is verified: the item hash is that of its content, and its sender signed it. " +
			"Of a message that is rejected, forgotten or removed, nothing is left to verify but what became of it. Needs no key.",
		Attributes: attribute.WithStanding(map[string]schema.Attribute{
			"item_hash": schema.StringAttribute{
				Required: true, MarkdownDescription: "Item hash of the message.",
				Validators: []validator.String{attribute.Check("an item hash", model.CheckItemHash)},
			},
			"type":         attribute.Told("Type of the message, such as `PROGRAM`, `STORE`, `AGGREGATE` or `POST`; null when nothing is left of it, as the following attributes are then."),
			"address":      attribute.Told("Address that owns what the message makes, and pays for it: the sender may speak for it, or reading fails. Of a FORGET, the address that its sender wrote, which has no effect."),
			"sender":       attribute.Told("Address that signed the message."),
			"chain":        attribute.Told("Chain by whose rules it is signed, such as `ETH`."),
			"channel":      attribute.Told("Channel that it is published in, as the node says, since no signature covers it; null when it is in none."),
			"published_at": attribute.Told("When it was published, by its sender's clock, as a date by RFC 3339."),
			"content":      attribute.Told("Content exactly as it was signed: a JSON object, for `jsondecode`."),
			"signature":    attribute.Told("Signature of the sender."),
			"rejection":    attribute.Told("Why the network rejected it; null when it did not."),
			"forgotten_by": attribute.ToldTexts("Item hashes of the FORGET messages that ended it; empty when none did."),
		}),
	}
}

// Read reads the message.
func (d *Message) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config MessageModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	hash := config.ItemHash.ValueString()
	record, err := d.client.FetchOwned(ctx, hash)
	if err == nil {
		err = config.take(record)
	} else {
		err = absent(err, "the node does not know a message "+hash)
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read message " + hash, State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

// take reads what a node says of the message, which is verified.
func (m *MessageModel) take(record node.Record) error {
	m.Standing = attribute.StandingOf(record.Status, record.Reason, record.ReceivedAt, record.Confirmations)
	m.ForgottenBy = append([]string{}, record.ForgottenBy...)
	if record.Rejection != nil {
		m.Rejection = types.StringValue(record.Rejection.Error())
	}
	sent := record.Message
	if sent == nil {
		return nil
	}
	var content message.Base
	if err := json.Unmarshal([]byte(sent.ItemContent), &content); err != nil {
		return fmt.Errorf("message %s: %w", sent.ItemHash, err)
	}
	m.Type, m.Address, m.Sender = types.StringValue(string(sent.Type)), types.StringValue(content.Address), types.StringValue(sent.Sender)
	m.Chain, m.Channel, m.PublishedAt = types.StringValue(sent.Chain), attribute.Text(sent.Channel), attribute.Instant(sent.Time)
	m.Content, m.Signature = types.StringValue(sent.ItemContent), types.StringValue(sent.Signature)
	return nil
}
