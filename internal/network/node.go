// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*Node)(nil)

// Node is the data source aleph_node.
type Node struct{ reader }

// NewNode makes the data source.
func NewNode() datasource.DataSource { return &Node{} }

// NodeModel is the data source aleph_node as Terraform sees it.
type NodeModel struct {
	URL     types.String `tfsdk:"url"`
	Version types.String `tfsdk:"version"`
	Storage *LimitsModel `tfsdk:"storage"`
	IPFS    *LimitsModel `tfsdk:"ipfs"`
}

// LimitsModel is the attributes `storage` and `ipfs`.
type LimitsModel struct {
	MaxFileSize         types.Int64 `tfsdk:"max_file_size"`
	MaxUnsignedFileSize types.Int64 `tfsdk:"max_unsigned_file_size"`
}

// Metadata implements datasource.DataSource.
func (*Node) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aleph_node"
}

// Schema implements datasource.DataSource.
func (*Node) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	limits := func(description string) schema.Attribute {
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: description,
			Attributes: map[string]schema.Attribute{
				"max_file_size":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Largest file that the node takes with its signed message, as the provider sends it, in bytes."},
				"max_unsigned_file_size": schema.Int64Attribute{Computed: true, MarkdownDescription: "Largest file that the node takes alone, in bytes."},
			},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The core channel node that the provider publishes and reads through: `api_url` of the provider. Needs no key.",
		Attributes: map[string]schema.Attribute{
			"url":     attribute.Told("URL of the node."),
			"version": attribute.Told("Version of the node's software; null when it does not tell."),
			"storage": limits("Limits for files in the network's own storage (`storage_engine` is `storage`): the network's defaults when the node does not tell."),
			"ipfs":    limits("Limits for files on IPFS (`storage_engine` is `ipfs`): the network's defaults when the node does not tell."),
		},
	}
}

// Read asks the node about itself.
func (n *Node) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(diagnostic.RequireClient(n.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	version, err := n.client.Node.Version(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read the version of the node", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	limits, err := n.client.Limits(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read the limits of the node", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &NodeModel{
		URL: types.StringValue(n.client.Node.URL()), Version: attribute.Text(version),
		Storage: limitsOf(limits.Storage.MaxFileSize, limits.Storage.MaxUnauthenticatedUploadFileSize),
		IPFS:    limitsOf(limits.IPFS.MaxUploadFileSize, limits.IPFS.MaxUnauthenticatedUploadFileSize),
	})...)
}

func limitsOf(signed, unsigned int64) *LimitsModel {
	return &LimitsModel{MaxFileSize: types.Int64Value(signed), MaxUnsignedFileSize: types.Int64Value(unsigned)}
}
