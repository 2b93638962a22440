// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*Aggregate)(nil)

// Aggregate is the data source aleph_aggregate.
type Aggregate struct{ reader }

// NewAggregate makes the data source.
func NewAggregate() datasource.DataSource { return &Aggregate{} }

// AggregateModel is the data source aleph_aggregate as Terraform sees it.
type AggregateModel struct {
	Address types.String `tfsdk:"address"`
	Key     types.String `tfsdk:"key"`
	Content types.String `tfsdk:"content"`
}

// Metadata implements datasource.DataSource.
func (*Aggregate) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aleph_aggregate"
}

// Schema implements datasource.DataSource.
func (*Aggregate) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A document that an owner keeps on the network, now: domains, authorisations, whatever a key stands for. " +
			"The node makes it of the owner's messages, so that, unlike those, it cannot be verified. Needs no key.",
		Attributes: map[string]schema.Attribute{
			"address": attribute.Owner("Address that owns the document, in checksummed form (EIP-55). Defaults to the provider's `address`."),
			"key": schema.StringAttribute{
				Required: true, MarkdownDescription: "Key of the document, such as `domains` or `security`.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"content": attribute.Told("The document as a JSON object, for `jsondecode`."),
		},
	}
}

// Read reads the document.
func (a *Aggregate) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config AggregateModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(a.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := a.read(ctx, &config); err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: fmt.Sprintf("read aggregate %q", config.Key.ValueString()), State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

func (a *Aggregate) read(ctx context.Context, m *AggregateModel) error {
	owner, err := a.client.OwnerOr(m.Address.ValueString())
	if err != nil {
		return err
	}
	var document map[string]any
	if err := a.client.Node.Aggregate(ctx, owner, m.Key.ValueString(), &document); err != nil {
		return absent(err, fmt.Sprintf("%s keeps nothing under the key %q", owner, m.Key.ValueString()))
	}
	text, err := attribute.FormatJSON(document)
	m.Address, m.Content = types.StringValue(owner), types.StringValue(text)
	return err
}
