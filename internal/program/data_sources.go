// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

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

// DataSources is the data source aleph_programs.
type DataSources struct {
	client *aleph.Client
}

// NewDataSources makes the data source.
func NewDataSources() datasource.DataSource { return &DataSources{} }

// ReadAllModel is the data source aleph_programs as Terraform sees it.
type ReadAllModel struct {
	Filter
	Programs []SummaryModel `tfsdk:"programs"`
}

// SummaryModel is an element of `programs`.
type SummaryModel struct {
	ItemHash    types.String `tfsdk:"item_hash"`
	Name        types.String `tfsdk:"name"`
	Tags        []string     `tfsdk:"tags"`
	Channel     types.String `tfsdk:"channel"`
	CodeRef     types.String `tfsdk:"code_ref"`
	Persistent  types.Bool   `tfsdk:"persistent"`
	PublishedAt types.String `tfsdk:"published_at"`
	Status      types.String `tfsdk:"status"`
	Superseded  types.List   `tfsdk:"superseded"`
	URL         types.String `tfsdk:"url"`
	HostURL     types.String `tfsdk:"host_url"`
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
	attributes := attribute.FilterAttributes("name", filterName)
	attributes["programs"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The programs, what was published last first; empty when there is none.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"item_hash":    attribute.Told("Item hash of the live version, for `hash` of an `aleph_program`."),
			"name":         attribute.Told("Name shown by explorers; null when it has none."),
			"tags":         attribute.ToldTexts("Tags of the program."),
			"channel":      attribute.ToldChannel(),
			"code_ref":     attribute.Told("Item hash of the STORE message that holds the code."),
			"persistent":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it runs all the time, instead of on demand."},
			"published_at": attribute.Told("When the live version was published, by its sender's clock, as a date by RFC 3339."),
			"status":       attribute.Told("`processed`, or `removing` when the network is about to remove it for lack of funds."),
			"superseded":   attribute.ToldTexts("Item hashes of older versions that are still alive, and billed: they are no elements of their own."),
			"url":          attribute.Told("URL of the program."),
			"host_url":     attribute.Told("URL of the program with a host name of its own."),
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The programs of an owner that are alive now, each once: the live version, with the versions that it superseded. Needs no key.",
		Attributes:          attributes,
	}
}

// Read lists the programs anew, whatever was read before.
func (d *DataSources) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config ReadAllModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	owner, programs, err := config.list(ctx, d.client)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "list programs", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	config.Address, config.Programs = types.StringValue(owner), []SummaryModel{}
	for program, unreadable := range programs {
		resp.Diagnostics.Append(unreadable...)
		if program != nil {
			config.Programs = append(config.Programs, program.summary())
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

func (p *listed) summary() SummaryModel {
	return SummaryModel{
		ItemHash: p.ItemHash, Name: p.Name, Tags: p.Tags, Channel: p.Channel, CodeRef: p.Code.Ref, Persistent: p.On.Persistent,
		PublishedAt: attribute.Instant(p.object.Record.Message.Time), Status: types.StringValue(string(p.object.Record.Status)),
		Superseded: p.Superseded, URL: p.URL, HostURL: p.HostURL,
	}
}
