// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*DataSources)(nil)

// DataSources is the data source aleph_volumes.
type DataSources struct {
	client *aleph.Client
}

// NewDataSources makes the data source.
func NewDataSources() datasource.DataSource { return &DataSources{} }

// ReadAllModel is the data source aleph_volumes as Terraform sees it.
type ReadAllModel struct {
	Filter
	Volumes []SummaryModel `tfsdk:"volumes"`
}

// SummaryModel is an element of `volumes`.
type SummaryModel struct {
	ID            types.String `tfsdk:"id"`
	ItemHash      types.String `tfsdk:"item_hash"`
	Ref           types.String `tfsdk:"ref"`
	RefName       types.String `tfsdk:"ref_name"`
	Tags          []string     `tfsdk:"tags"`
	Channel       types.String `tfsdk:"channel"`
	ContentHash   types.String `tfsdk:"content_hash"`
	StorageEngine types.String `tfsdk:"storage_engine"`
	PublishedAt   types.String `tfsdk:"published_at"`
	Status        types.String `tfsdk:"status"`
	Superseded    types.List   `tfsdk:"superseded"`
}

// Metadata implements datasource.DataSource.
func (d *DataSources) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = ResourceType + "s"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSources) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *DataSources) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := attribute.FilterAttributes("ref_name", filterName)
	attributes["volumes"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The volumes, what was published last first; empty when there is none.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":             attribute.Told("Item hash of the first STORE message: the network's own stable name for the file."),
			"item_hash":      attribute.Told("Item hash of the live STORE message, for `hash` of an `aleph_volume`."),
			"ref":            attribute.Told("What a mount must name: `id`; or `item_hash`, with `use_latest = false`, when the volume has a `ref_name`."),
			"ref_name":       attribute.Told("Name that the owner gave the file; null when it has none."),
			"tags":           attribute.ToldTexts("Tags of the volume."),
			"channel":        attribute.ToldChannel(),
			"content_hash":   attribute.Told("Hash of the file itself: SHA-256 in hexadecimal, or a CID on IPFS."),
			"storage_engine": attribute.Told("Where the file is kept: `storage` or `ipfs`."),
			"published_at":   attribute.Told("When the live version was published, by its sender's clock, as a date by RFC 3339."),
			"status":         attribute.Told("`processed`, or `removing` when the network is about to remove it for lack of funds."),
			"superseded": attribute.ToldTexts("Item hashes of older versions that are still alive, and billed, the first one aside: " +
				"they are no elements of their own."),
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The volumes of an owner that are alive now, each once: the live version, with the versions that it superseded. Needs no key.",
		Attributes:          attributes,
	}
}

// Read lists the volumes anew, whatever was read before.
func (d *DataSources) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config ReadAllModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	owner, volumes, err := config.list(ctx, d.client)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "list volumes", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	config.Address, config.Volumes = types.StringValue(owner), []SummaryModel{}
	for volume, unreadable := range volumes {
		resp.Diagnostics.Append(unreadable...)
		if volume != nil {
			config.Volumes = append(config.Volumes, volume.summary())
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

func (v *listed) summary() SummaryModel {
	return SummaryModel{
		ID: v.ID, ItemHash: v.ItemHash, Ref: v.Ref, RefName: v.RefName, Tags: v.Tags, Channel: v.Channel,
		ContentHash: v.ContentHash, StorageEngine: v.StorageEngine, PublishedAt: attribute.Instant(v.object.Record.Message.Time),
		Status: types.StringValue(string(v.object.Record.Status)), Superseded: v.Superseded,
	}
}
