// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/redact"
	"github.com/aleph-im/terraform-provider-aleph/internal/workspace"
)

// Serve serves the provider until Terraform closes it, or, for a debugger, until it is interrupted. It keeps what it
// remembers in a directory; without one it remembers nothing.
func Serve(version, home string, debug bool) error {
	if debug {
		// Such a process outlives many runs of Terraform, and works in a directory of its own.
		return serve(New(version, home, nil), tf6server.WithManagedDebug())
	}
	// A signal to the whole group of processes, as `timeout` and CI send it, is Terraform's to act on: it lets what runs
	// come to an end, and keeps what is told. The plugin library passes over SIGINT in the same way.
	signal.Ignore(syscall.SIGTERM)
	go endWithTerraform()
	kept, err := newJournal(home)
	if err != nil {
		return err
	}
	if err := serve(with(version, home, nil, kept)); err != nil {
		return err
	}
	return kept.Finish()
}

func serve(made func() provider.Provider, options ...tf6server.ServeOpt) error {
	return tf6server.Serve(Address, func() tfprotov6.ProviderServer { return NewServer(made()) }, options...)
}

// NewServer serves a provider to Terraform, by version 6 of the protocol. Each call of it ends in bounded time, and no
// diagnostic of it repeats a key.
func NewServer(p provider.Provider) redact.Protocol {
	var variables []string
	for _, s := range table {
		if s.sensitive {
			variables = append(variables, s.env...)
		}
	}
	server := &bounded{providerserver.NewProtocol6(p)().(redact.Protocol)}
	return redact.Server(server, variables...)
}

// endWithTerraform ends the process when Terraform has ended without closing it. Nobody would hear of what it still
// publishes; the journal has what was sent.
func endWithTerraform() {
	if workspace.AwaitParent() == nil {
		os.Exit(1)
	}
}

// newJournal makes the journal of this process; nil when nothing is to be kept.
func newJournal(home string) (*journal.Journal, error) {
	if home == "" {
		return nil, nil
	}
	scope, err := workspace.Scope()
	if err != nil {
		return nil, err
	}
	return journal.New(home, scope, journal.Ledger{Current: sync.OnceValue(workspace.State), Lacks: workspace.Lacks}), nil
}
