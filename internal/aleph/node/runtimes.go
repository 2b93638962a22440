// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
)

// DefaultRuntime is the STORE of the Python runtime that the network recommends when nobody says otherwise
// (NETWORK.md 10.9).
const DefaultRuntime = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"

// The network says in an aggregate of its own what is there to run on (NETWORK.md 10.8).
const (
	networkOwner = "0xFba561a84A537fCaa567bb7A2257e7142701ae2A"
	imagesKey    = "vm-images"
)

// Image is something that programs run on.
type Image struct {
	// Hash is the item hash of the STORE.
	Hash        string `json:"hash"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
	Deprecated  bool   `json:"deprecated"`
}

// Runtimes are what the network recommends for programs.
type Runtimes struct {
	// Images are the runtimes by their name, such as python3.12.
	Images map[string]Image
	// Default is the name of the one to take without a reason for another.
	Default string
}

// Runtimes reads what the network recommends. A network that says nothing, such as a local node, is taken to recommend
// DefaultRuntime, under the name "python".
func (c *Client) Runtimes(ctx context.Context) (Runtimes, error) {
	var images struct {
		Runtimes map[string]Image `json:"runtimes"`
		Defaults struct {
			Runtime string `json:"runtime"`
		} `json:"defaults"`
	}
	err := c.Aggregate(ctx, networkOwner, imagesKey, &images)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Runtimes{}, err
	}
	if len(images.Runtimes) == 0 {
		python := Image{Hash: DefaultRuntime, DisplayName: "Python", Description: "Debian 12 with Python 3"}
		return Runtimes{Images: map[string]Image{"python": python}, Default: "python"}, nil
	}
	return Runtimes{Images: images.Runtimes, Default: images.Defaults.Runtime}, nil
}
