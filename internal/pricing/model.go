// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package pricing

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// Model is aleph_pricing as Terraform sees it.
type Model struct {
	Products map[string]ProductModel `tfsdk:"products"`
}

// ProductModel is an element of `products`.
type ProductModel struct {
	Price       PriceModel  `tfsdk:"price"`
	ComputeUnit *UnitModel  `tfsdk:"compute_unit"`
	Tiers       []TierModel `tfsdk:"tiers"`
}

// PriceModel is the attribute `price`.
type PriceModel struct {
	Storage     *RatesModel  `tfsdk:"storage"`
	ComputeUnit *RatesModel  `tfsdk:"compute_unit"`
	Fixed       types.String `tfsdk:"fixed"`
}

// RatesModel are the prices of one unit.
type RatesModel struct {
	Holding types.String `tfsdk:"holding"`
	Payg    types.String `tfsdk:"payg"`
	Credit  types.String `tfsdk:"credit"`
}

// UnitModel is what comes with a compute unit.
type UnitModel struct {
	VCPUs     types.Int64 `tfsdk:"vcpus"`
	MemoryMiB types.Int64 `tfsdk:"memory_mib"`
	DiskMiB   types.Int64 `tfsdk:"disk_mib"`
}

// TierModel is an element of `tiers`.
type TierModel struct {
	ID           types.String `tfsdk:"id"`
	ComputeUnits types.Int64  `tfsdk:"compute_units"`
	Model        types.String `tfsdk:"model"`
	VRAM         types.Int64  `tfsdk:"vram"`
}

func modelOf(prices *money.Prices) Model {
	m := Model{Products: map[string]ProductModel{}}
	if prices == nil {
		return m
	}
	for product, offer := range prices.Offers {
		p := ProductModel{
			Price: PriceModel{Storage: ratesOf(offer.Price.Storage), ComputeUnit: ratesOf(offer.Price.ComputeUnit), Fixed: exact(offer.Price.Fixed)},
			Tiers: make([]TierModel, len(offer.Tiers)),
		}
		if unit := offer.ComputeUnit; unit != nil {
			p.ComputeUnit = &UnitModel{
				VCPUs: types.Int64Value(unit.VCPUs), MemoryMiB: types.Int64Value(unit.MemoryMiB), DiskMiB: types.Int64Value(unit.DiskMiB),
			}
		}
		for i, tier := range offer.Tiers {
			p.Tiers[i] = TierModel{ID: types.StringValue(tier.ID), ComputeUnits: types.Int64Value(tier.ComputeUnits), Model: attribute.Text(tier.Model)}
			if tier.Model != "" {
				p.Tiers[i].VRAM = types.Int64Value(tier.VRAM)
			}
		}
		m.Products[string(product)] = p
	}
	return m
}

func ratesOf(rates *money.Rates) *RatesModel {
	if rates == nil {
		return nil
	}
	return &RatesModel{Holding: exact(rates.Holding), Payg: exact(rates.Payg), Credit: exact(rates.Credit)}
}

// exact is a price with all its decimals.
func exact(rate money.Rate) types.String {
	if !rate.Valid {
		return types.StringNull()
	}
	return types.StringValue(rate.Decimal.String())
}
