// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// apply applies a configuration, and returns what Terraform printed.
func apply(terraform *acctest.CLI, config string) string {
	terraform.Configure(config)
	return terraform.Run("apply")
}

// expectNoChanges fails the test when there is anything to do.
func expectNoChanges(terraform *acctest.CLI) {
	terraform.Run("plan", "-detailed-exitcode")
}

// expectText checks that a text has all the parts, and says which it lacks.
func expectText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in:\n%s", part, text)
		}
	}
}

// expectNoText checks that a text has none of the parts.
func expectNoText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("there is %q in:\n%s", part, text)
		}
	}
}
