// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package money

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// The network keeps its prices and its list of graphics processors in two aggregates of one owner (NETWORK.md 10.8).
const (
	pricesOwner = "0xFba561a84A537fCaa567bb7A2257e7142701ae2A"
	pricingKey  = "pricing"
	settingsKey = "settings"
)

// Product is what something is sold as.
type Product string

// The products that messages are billed as.
const (
	ProductStorage           Product = "storage"
	ProductProgram           Product = "program"
	ProductPersistentProgram Product = "program_persistent"
	ProductInstance          Product = "instance"
	ProductConfidential      Product = "instance_confidential"
	ProductPremiumGPU        Product = "instance_gpu_premium"
	ProductStandardGPU       Product = "instance_gpu_standard"
)

// Rates are the prices of one unit: ALEPH to hold, ALEPH an hour and credits an hour.
type Rates struct {
	Holding Rate `json:"holding"`
	Payg    Rate `json:"payg"`
	Credit  Rate `json:"credit"`
}

// Rate is one price. One that the list leaves out is not valid, and costs nothing.
type Rate struct{ decimal.NullDecimal }

// UnmarshalJSON implements json.Unmarshaler. A number that only looks small is refused.
func (r *Rate) UnmarshalJSON(data []byte) error {
	if text := strings.Trim(string(data), `"`); text != "null" {
		if err := message.CheckAmount(text); err != nil {
			return err
		}
	}
	return r.NullDecimal.UnmarshalJSON(data)
}

// Tier is a size in which a product is offered.
type Tier struct {
	ID           string `json:"id"`
	ComputeUnits int64  `json:"compute_units"`
	// Model is a graphics processor, and VRAM its memory in MiB; empty and zero for a tier without one.
	Model string `json:"model"`
	VRAM  int64  `json:"vram"`
}

// Offer is how the network sells a product.
type Offer struct {
	Price struct {
		// Storage is for a MiB, ComputeUnit for a unit, Fixed for the whole; nil where the product has no such price.
		Storage     *Rates `json:"storage"`
		ComputeUnit *Rates `json:"compute_unit"`
		Fixed       Rate   `json:"fixed"`
	} `json:"price"`
	Tiers []Tier `json:"tiers"`
	// ComputeUnit is what comes with a unit; nil for what is not sold in units.
	ComputeUnit *Unit `json:"compute_unit"`
}

// Unit is what comes with a compute unit.
type Unit struct {
	VCPUs     int64 `json:"vcpus"`
	MemoryMiB int64 `json:"memory_mib"`
	DiskMiB   int64 `json:"disk_mib"`
}

// Offers are the aggregate "pricing".
type Offers map[Product]Offer

// Settings are the part of the aggregate "settings" that prices depend on.
type Settings struct {
	GPUs []struct {
		Model    string `json:"model"`
		DeviceID string `json:"device_id"`
	} `json:"compatible_gpus"`
}

// Prices are what things cost.
type Prices struct {
	Offers   Offers
	Settings Settings
}

// ErrNoPrice is a product, or a graphics processor, that the list has no price for.
var ErrNoPrice = errors.New("the network names no price for it")

// units finds the offer of something that is sold in compute units.
func (p Prices) units(of Product) (Offer, error) {
	offer, ok := p.Offers[of]
	if !ok || offer.Price.Storage == nil || offer.Price.ComputeUnit == nil || offer.ComputeUnit == nil || offer.ComputeUnit.MemoryMiB <= 0 {
		return offer, fmt.Errorf("product %s: %w", of, ErrNoPrice)
	}
	return offer, nil
}

// gpu finds the product that a graphics processor is sold as, and for how many compute units it counts.
func (p Prices) gpu(deviceID string) (Product, int64, error) {
	for _, known := range p.Settings.GPUs {
		if known.DeviceID != deviceID {
			continue
		}
		for _, of := range []Product{ProductPremiumGPU, ProductStandardGPU} {
			for _, tier := range p.Offers[of].Tiers {
				if tier.Model == known.Model {
					return of, tier.ComputeUnits, nil
				}
			}
		}
		break // of several models with one device id, the first counts
	}
	return "", 0, fmt.Errorf("graphics processor %s: %w", deviceID, ErrNoPrice)
}
