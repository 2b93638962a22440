// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// The network keeps its prices and its list of graphics processors in two aggregates (NETWORK.md 10.8). A new node
// has them from the start, with the values that real nodes fall back on.
const (
	networkOwner = "0xFba561a84A537fCaa567bb7A2257e7142701ae2A"
	pricingKey   = "pricing"
	settingsKey  = "settings"
)

//go:embed prices.json
var pricesJSON []byte

// product is what something is sold as.
type product string

const (
	productStorage           product = "storage"
	productProgram           product = "program"
	productPersistentProgram product = "program_persistent"
	productInstance          product = "instance"
	productConfidential      product = "instance_confidential"
	productPremiumGPU        product = "instance_gpu_premium"
	productStandardGPU       product = "instance_gpu_standard"
)

// rates are the prices of one unit: tokens to hold, tokens and credits per hour.
type rates struct {
	Hold   decimal.Decimal `json:"holding"`
	Stream decimal.Decimal `json:"payg"`
	Credit decimal.Decimal `json:"credit"`
}

// times is the cost of an amount: tokens to hold, tokens and credits per second. The division by 3600 comes first.
func (r rates) times(amount decimal.Decimal) costs {
	return costs{
		hold:   multiply(amount, r.Hold),
		stream: multiply(amount, perSecond(r.Stream)),
		credit: multiply(amount, perSecond(r.Credit)),
	}
}

type tier struct {
	Model        string `json:"model"`
	ComputeUnits int64  `json:"compute_units"`
}

type productPrice struct {
	Price struct {
		Storage     rates `json:"storage"`
		ComputeUnit rates `json:"compute_unit"`
	} `json:"price"`
	Tiers       []tier `json:"tiers"`
	ComputeUnit struct {
		DiskMiB   int64 `json:"disk_mib"`
		MemoryMiB int64 `json:"memory_mib"`
	} `json:"compute_unit"`
}

// units is how many compute units a tier of graphics processor counts for; 0 when the model is not of this product.
func (p productPrice) units(model string) int64 {
	for _, t := range p.Tiers {
		if t.Model == model {
			return t.ComputeUnits
		}
	}
	return 0
}

// priceList is what the network's two aggregates say.
type priceList struct {
	products map[product]productPrice
	// gpuModels are the models by device id; the first of a duplicate id counts.
	gpuModels map[string]string
}

// networkAggregates are the contents of the network's own aggregates, by key.
func networkAggregates() (map[string]map[string]any, error) {
	var contents map[string]map[string]any
	if err := json.Unmarshal(pricesJSON, &contents); err != nil {
		return nil, fmt.Errorf("prices.json: %w", err)
	}
	return contents, nil
}

func readPriceList() (priceList, error) {
	var list struct {
		Pricing  map[product]productPrice `json:"pricing"`
		Settings struct {
			GPUs []struct {
				Model    string `json:"model"`
				DeviceID string `json:"device_id"`
			} `json:"compatible_gpus"`
		} `json:"settings"`
	}
	if err := json.Unmarshal(pricesJSON, &list); err != nil {
		return priceList{}, fmt.Errorf("prices.json: %w", err)
	}
	models := make(map[string]string, len(list.Settings.GPUs))
	for _, gpu := range list.Settings.GPUs {
		if models[gpu.DeviceID] == "" {
			models[gpu.DeviceID] = gpu.Model
		}
	}
	return priceList{products: list.Pricing, gpuModels: models}, nil
}
