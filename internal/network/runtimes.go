// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*Runtimes)(nil)

// Runtimes is the data source aleph_runtimes.
type Runtimes struct{ reader }

// NewRuntimes makes the data source.
func NewRuntimes() datasource.DataSource { return &Runtimes{} }

// RuntimesModel is the data source aleph_runtimes as Terraform sees it.
type RuntimesModel struct {
	Default  types.String            `tfsdk:"default"`
	Runtimes map[string]RuntimeModel `tfsdk:"runtimes"`
}

// RuntimeModel is an entry of `runtimes`.
type RuntimeModel struct {
	Ref         types.String `tfsdk:"ref"`
	DisplayName types.String `tfsdk:"display_name"`
	Description types.String `tfsdk:"description"`
	Deprecated  types.Bool   `tfsdk:"deprecated"`
}

// Metadata implements datasource.DataSource.
func (*Runtimes) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aleph_runtimes"
}

// Schema implements datasource.DataSource.
func (*Runtimes) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What the network recommends programs to run on, now, for `runtime.ref` of an `aleph_program`. " +
			"A network that recommends nothing, such as a local node, has the Python runtime that the provider takes by itself, under the name `python`. Needs no key.",
		Attributes: map[string]schema.Attribute{
			"default": attribute.Told("Item hash of the runtime to take without a reason for another."),
			"runtimes": schema.MapNestedAttribute{
				Computed: true, MarkdownDescription: "All of them, by their name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"ref":          attribute.Told("Item hash of the STORE message of the runtime."),
					"display_name": attribute.Told("Name to show; null when the network tells none."),
					"description":  attribute.Told("What is in it; null when the network does not tell."),
					"deprecated":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether new programs should take another one."},
				}},
			},
		},
	}
}

// Read reads what the network recommends.
func (r *Runtimes) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(diagnostic.RequireClient(r.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := r.client.Node.Runtimes(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read what the network recommends to run on", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	model := RuntimesModel{
		Default:  types.StringValue(cmp.Or(found.Images[found.Default].Hash, node.DefaultRuntime)),
		Runtimes: make(map[string]RuntimeModel, len(found.Images)),
	}
	for name, image := range found.Images {
		model.Runtimes[name] = RuntimeModel{
			Ref: types.StringValue(image.Hash), DisplayName: attribute.Text(image.DisplayName),
			Description: attribute.Text(image.Description), Deprecated: types.BoolValue(image.Deprecated),
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
