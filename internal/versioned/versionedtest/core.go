// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versionedtest

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// core is a state with one resource, and what Terraform's core does to it.
type core struct {
	*acctest.Core
	t *testing.T
	// free is whether the noun costs nothing.
	free bool
}

func (n Noun[C, PC]) terraform(t *testing.T, env *acctest.Env) *core {
	t.Helper()
	settings := map[string]any{"api_url": env.URL, "private_key": env.PrivateKey, "max_retries": 0}
	made, err := acctest.NewCore(t.Context(), n.Type, settings, acctest.Factories(t)["aleph"])
	if err != nil {
		t.Fatal(err)
	}
	return &core{made, t, n.live() != "item_hash"}
}

// expect checks that a command did this, and had nothing to tell.
func (c *core) expect(outcome acctest.Outcome, action acctest.Action) {
	c.t.Helper()
	if len(outcome.Diagnostics) > 0 {
		c.t.Fatalf("%v: %s", outcome.Action, described(outcome.Diagnostics))
	}
	if outcome.Action != action {
		c.t.Fatalf("the plan is to %s, want %s", outcome.Action, action)
	}
}

// expectTold checks that a command told exactly one thing of this severity, with these texts in it.
func (c *core) expectTold(outcome acctest.Outcome, severity tfprotov6.DiagnosticSeverity, texts ...string) {
	c.t.Helper()
	told := described(outcome.Diagnostics)
	if len(outcome.Diagnostics) != 1 || outcome.Diagnostics[0].Severity != severity {
		c.t.Fatalf("want one diagnostic, got %q", told)
	}
	if c.free && strings.Contains(told, "paid") {
		c.t.Errorf("what costs nothing is said to be paid: %s", told)
	}
	for _, text := range texts {
		if !strings.Contains(told, text) {
			c.t.Errorf("there is no %q in %q", text, told)
		}
	}
}

func described(diags []*tfprotov6.Diagnostic) string {
	lines := make([]string, len(diags))
	for i, d := range diags {
		lines[i] = d.Summary + ": " + d.Detail
	}
	return strings.Join(lines, "\n")
}
