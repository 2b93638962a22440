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

var _ datasource.DataSourceWithConfigure = (*Account)(nil)

// Account is the data source aleph_account.
type Account struct{ reader }

// NewAccount makes the data source.
func NewAccount() datasource.DataSource { return &Account{} }

// AccountModel is the data source aleph_account as Terraform sees it.
type AccountModel struct {
	Address  types.String            `tfsdk:"address"`
	Credits  types.Number            `tfsdk:"credits"`
	Balance  types.Number            `tfsdk:"balance"`
	Balances map[string]types.Number `tfsdk:"balances"`
	Locked   types.Number            `tfsdk:"locked"`
}

// Metadata implements datasource.DataSource.
func (*Account) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aleph_account"
}

// Schema implements datasource.DataSource.
func (*Account) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What an address has to pay with, now. An address that the network does not know has nothing. Needs no key.",
		Attributes: map[string]schema.Attribute{
			"address": attribute.Owner("Address of the account, in checksummed form (EIP-55). Defaults to the provider's `address`."),
			"credits": schema.NumberAttribute{Computed: true, MarkdownDescription: "Prepaid credits, of which 1,000,000 are worth a US dollar."},
			"balance": schema.NumberAttribute{Computed: true, MarkdownDescription: "ALEPH tokens held, over all chains."},
			"balances": schema.MapAttribute{
				Computed: true, ElementType: types.NumberType,
				MarkdownDescription: "ALEPH tokens by the chain that they are held on, such as `ETH`; empty when the node does not tell.",
			},
			"locked": schema.NumberAttribute{Computed: true, MarkdownDescription: "ALEPH tokens that must stay held for what is paid by holding them (`payment.type` is `hold`)."},
		},
	}
}

// Read reads the balance.
func (a *Account) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config AccountModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(a.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := a.read(ctx, &config); err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read an account", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

func (a *Account) read(ctx context.Context, m *AccountModel) error {
	owner, err := a.client.OwnerOr(m.Address.ValueString())
	if err != nil {
		return err
	}
	balance, err := a.client.Node.Balance(ctx, owner)
	if err != nil {
		return err
	}
	m.Address, m.Balances = types.StringValue(owner), make(map[string]types.Number, len(balance.Chains))
	for _, part := range []struct {
		text string
		into *types.Number
	}{{balance.Credits, &m.Credits}, {balance.Tokens, &m.Balance}, {balance.Locked, &m.Locked}} {
		if *part.into, err = amount(part.text); err != nil {
			return err
		}
	}
	for chain, tokens := range balance.Chains {
		if m.Balances[chain], err = amount(tokens); err != nil {
			return err
		}
	}
	return nil
}
