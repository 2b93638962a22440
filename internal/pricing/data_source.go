// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package pricing is the data sources about money: aleph_pricing, the network's list of prices, and
// aleph_price_estimate, what a program or a file would cost by it.
package pricing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// DataSourceType is the name of the list of prices in configurations.
const DataSourceType = "aleph_pricing"

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// DataSource is aleph_pricing.
type DataSource struct {
	client *aleph.Client
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = DataSourceType
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	price := func(description string) schema.SingleNestedAttribute {
		return computedObject(description, map[string]schema.Attribute{
			"holding": computedText("ALEPH to hold."),
			"payg":    computedText("ALEPH an hour, as a stream."),
			"credit":  computedText("Credits an hour."),
		})
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The network's list of prices, as its nodes charge them. Prices are exact decimals as texts, which Terraform takes for numbers wherever it calculates; " +
			"one that the network does not name is null. For what a program or a file costs, see `aleph_price_estimate`. Works without a key.",
		Attributes: map[string]schema.Attribute{
			"products": schema.MapNestedAttribute{
				Computed: true,
				MarkdownDescription: "Prices by product: `storage` (files), `program` (on demand), `program_persistent`, `instance`, and whatever else the network sells. " +
					"Empty when the node does not keep the list, as local nodes may not.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"price": computedObject("Prices of the product.", map[string]schema.Attribute{
						"storage":      price("Of a MiB; null when the product has no such price."),
						"compute_unit": price("Of a compute unit; null when the product is not sold in units."),
						"fixed":        computedText("Of the whole, for a product with one price."),
					}),
					"compute_unit": computedObject("What comes with a compute unit; null when the product is not sold in units.", map[string]schema.Attribute{
						"vcpus":      computedNumber("Virtual processors."),
						"memory_mib": computedNumber("Memory in MiB."),
						"disk_mib":   computedNumber("Disk space in MiB, for files and volumes, before more is charged."),
					}),
					"tiers": schema.ListNestedAttribute{
						Computed:            true,
						MarkdownDescription: "Sizes in which the product is offered; the network also takes what is between.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"id":            computedText("Name of the tier."),
							"compute_units": computedNumber("How many compute units it counts for."),
							"model":         computedText("Model of the graphics processor; null without one."),
							"vram":          computedNumber("Memory of the graphics processor in MiB; null without one."),
						}},
					},
				}},
			},
		},
	}
}

// Read asks for the list.
func (d *DataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	prices, err := d.client.Money.Prices(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read the network's prices", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, modelOf(prices))...)
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func computedObject(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}
