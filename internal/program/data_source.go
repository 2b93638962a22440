// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource is the data source aleph_program.
type DataSource struct {
	client *aleph.Client
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// ReadModel is the data source aleph_program as Terraform sees it.
type ReadModel struct {
	Hash types.String `tfsdk:"hash"`
	Published
	attribute.Standing
}

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = ResourceType
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := attribute.WithStanding(attribute.ReadOnly(resourceSchema(ctx).Attributes))
	maps.DeleteFunc(attributes, func(name string, _ schema.Attribute) bool { return name == "keep_superseded" || name == "timeouts" })
	attributes["hash"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Item hash of any version of the program, whether it is alive or forgotten; `item_hash` is that of the live one.",
		Validators:          []validator.String{attribute.Check("an item hash", model.CheckItemHash)},
	}
	attributes["channel"] = attribute.ToldChannel()
	attributes["address"] = attribute.Owner("Address that owns the program, in checksummed form (EIP-55). Defaults to the owner that the message of `hash` names; " +
		"a forgotten one names none, so that it then defaults to the provider's `address`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A program as the network has it now, by the item hash of any of its versions: the live version, and what became of it. Needs no key.",
		Attributes:          attributes,
	}
}

// Read reads the program anew, whatever was read before.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config ReadModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	hash := config.Hash.ValueString()
	found, err := d.client.Newest(ctx, object.Programs, config.Address.ValueString(), hash)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read program " + hash, State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(diagnostic.LeftOut(noun+" "+hash, found.Doubts.Errors())...)
	config.Standing = attribute.StandingOf(found.Record.Status, found.Record.Reason, found.Record.ReceivedAt, found.Record.Confirmations)
	resp.Diagnostics.Append(config.take(found.Versions.Live(), found.Versions.Superseded(), d.client.Defaults.Domain)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
