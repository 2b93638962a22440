// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

type account struct {
	Address    string `json:"address"`
	PrivateKey string `json:"private_key"`
}

// announcement is all that is needed to use the network.
type announcement struct {
	// URL is that of the core node.
	URL string `json:"url"`
	// Domain is what the provider takes as its domain, and ComputeURL the compute node; both are empty where programs cannot
	// run.
	Domain     string    `json:"domain"`
	ComputeURL string    `json:"compute_url"`
	Accounts   []account `json:"accounts"`
}

func announced(node *core.Node, programs *compute.Node) announcement {
	a := announcement{URL: node.URL()}
	if programs != nil {
		a.Domain, a.ComputeURL = programs.URL(), programs.URL()
	}
	for _, known := range core.Accounts() {
		a.Accounts = append(a.Accounts, account{Address: known.Address, PrivateKey: known.PrivateKey})
	}
	return a
}

func (a announcement) json(out io.Writer) error { return json.NewEncoder(out).Encode(a) }

func (a announcement) text(out io.Writer) error {
	text := fmt.Sprintf("A core channel node, in memory, at %s\n", a.URL)
	if a.ComputeURL != "" {
		text += fmt.Sprintf("A compute node, which runs the programs that are published to it, at %s\n", a.ComputeURL)
	}
	text += fmt.Sprintf("\nFor Terraform:\n\n  export ALEPH_API_URL=%s\n  export ALEPH_PRIVATE_KEY=%s\n", a.URL, a.Accounts[0].PrivateKey)
	if a.Domain != "" {
		text += fmt.Sprintf("  export ALEPH_DOMAIN=%s\n", a.Domain)
	}
	text += "\nFunded accounts (their keys are public and worth nothing: never send them anything):\n\n"
	for _, known := range a.Accounts {
		text += fmt.Sprintf("  %s  %s\n", known.Address, known.PrivateKey)
	}
	_, err := fmt.Fprintln(out, text+"\nInterrupt to stop; everything is forgotten then.")
	return err
}
