// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"errors"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// Compute starts a compute node, which runs the programs that are published to the test's own node (StartLocal), and ends
// it with the test. What programs print is the test's output. It skips the test, and says why, where programs cannot run.
func (e *Env) Compute(t *testing.T, config compute.Config) *compute.Node {
	t.Helper()
	if config.Log == nil {
		config.Log = t.Output()
	}
	node, err := compute.Listen(t.Context(), "127.0.0.1:0", e.Local, config)
	if errors.Is(err, compute.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return node
}
