// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/workspace"
)

// Serve serves the provider until Terraform closes it, or, for a debugger, until it is interrupted. It keeps what it
// remembers in a directory; without one it remembers nothing.
func Serve(ctx context.Context, version, home string, debug bool) error {
	options := providerserver.ServeOpts{Address: Address, Debug: debug, ProtocolVersion: 6}
	if debug {
		// Such a process outlives many runs of Terraform, and works in a directory of its own.
		return providerserver.Serve(ctx, New(version, home), options)
	}
	// A signal to the whole group of processes, as `timeout` and CI send it, is Terraform's to act on: it lets what runs
	// come to an end, and keeps what is told. The plugin library passes over SIGINT in the same way.
	signal.Ignore(syscall.SIGTERM)
	go endWithTerraform()
	kept, err := newJournal(home)
	if err != nil {
		return err
	}
	if err := providerserver.Serve(ctx, with(version, home, kept), options); err != nil {
		return err
	}
	return kept.Finish()
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
