// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// ExpectKeyless checks that a resource is planned by the address of its owner alone, that an apply without a key sends
// nothing and leaves the state as it is, and that what was planned without a key is applied with one. The blocks are those
// of a resource, and of a change of it that amends.
func (e *Env) ExpectKeyless(t *testing.T, created, changed string) {
	t.Helper()
	provider := func(argument string) string {
		return fmt.Sprintf("variable \"key\" {\n  type = string\n  ephemeral = true\n  default = \"\"\n}\n\n"+
			"provider \"aleph\" {\n  api_url = %q\n  private_key = var.key == \"\" ? null : var.key\n%s}\n\n", e.URL, argument)
	}
	key := "-var=key=" + e.PrivateKey
	owned := provider(fmt.Sprintf("  address = %q\n", e.Account.Address()))

	terraform := NewCLI(t, provider("")+created)
	terraform.expectOneError(terraform.Fail("plan"), "No address was given")
	for _, step := range []struct{ block, planned string }{
		{created, "Plan: 1 to add, 0 to change, 0 to destroy."},
		{changed, "Plan: 0 to add, 1 to change, 0 to destroy."},
	} {
		terraform.Configure(owned + step.block)
		sent := e.Asked(http.MethodPost, "/")
		terraform.expectOneError(terraform.Fail("apply"), "No key was given to sign with", "ALEPH_PRIVATE_KEY_FILE")
		if more := e.Asked(http.MethodPost, "/") - sent; more != 0 {
			t.Errorf("%d requests sent something without a key", more)
		}
		if output := terraform.Run("plan", "-var=key=", "-out=keyless.tfplan"); !strings.Contains(output, step.planned) {
			t.Errorf("%q is not planned:\n%s", step.planned, output)
		}
		terraform.Run("apply", key, "keyless.tfplan")
	}
	terraform.expectOneError(terraform.Fail("destroy"), "No key was given to sign with")
	terraform.Run("destroy", key)
}

// expectOneError checks that a command told one error, with these texts.
func (c *CLI) expectOneError(output string, wanted ...string) {
	c.t.Helper()
	if n := strings.Count(output, "Error: "); n != 1 {
		c.t.Errorf("%d errors, want one:\n%s", n, output)
	}
	for _, want := range wanted {
		if !strings.Contains(output, want) {
			c.t.Errorf("%q is not in:\n%s", want, output)
		}
	}
}
