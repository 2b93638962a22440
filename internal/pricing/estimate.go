// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package pricing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// EstimateType is the name of the estimate in configurations.
const EstimateType = "aleph_price_estimate"

var (
	_ datasource.DataSourceWithConfigure      = (*Estimate)(nil)
	_ datasource.DataSourceWithValidateConfig = (*Estimate)(nil)
)

// Estimate is aleph_price_estimate.
type Estimate struct {
	client *aleph.Client
}

// NewEstimate makes the data source.
func NewEstimate() datasource.DataSource { return &Estimate{} }

// Metadata implements datasource.DataSource.
func (e *Estimate) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = EstimateType
}

// Configure implements datasource.DataSourceWithConfigure.
func (e *Estimate) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	e.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (e *Estimate) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = estimateSchema()
}

// ofPrograms are the arguments that an estimate of a file does not take.
var ofPrograms = []string{"resources", "on", "environment", "code", "runtime", "data", "volumes"}

// ValidateConfig refuses what is half a file and half a program.
func (e *Estimate) ValidateConfig(_ context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var attributes map[string]tftypes.Value
	if err := req.Config.Raw.As(&attributes); err != nil {
		resp.Diagnostics.AddError("Unable to read the configuration", err.Error())
		return
	}
	if attributes["size"].IsNull() {
		return
	}
	for _, name := range ofPrograms {
		if !attributes[name].IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Neither a file nor a program",
				"`size` makes this the estimate of a file, and `"+name+"` is of a program. Take one of them out, or make it two estimates.")
		}
	}
}

// Read prices what is described, and looks at what its owner has. Where the network does not tell, there is no figure,
// and no failure: an estimate stands in the way of nothing.
func (e *Estimate) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m EstimateModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if e.client != nil {
		if err := e.fill(ctx, &m); err != nil {
			resp.Diagnostics.Append(diagnostic.Failure{Action: "estimate a price", State: "What could not be read is null.", Err: err}.Warning())
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (e *Estimate) fill(ctx context.Context, m *EstimateModel) error {
	bill, err := e.client.Money.Bill(ctx, m.item(e.client.Defaults.PaymentType))
	if bill == nil || err != nil {
		return err
	}
	m.price(*bill)
	owner := m.owner(e.client.Defaults.Owner)
	if owner == "" {
		return nil
	}
	means, err := e.client.Money.Means(ctx, owner, bill.PaymentType)
	if means != nil {
		m.means(*means, means.With(*bill))
	}
	return err
}
