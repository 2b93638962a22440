// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// both are a volume and a program that runs it; vcpus and content are what tests change.
func both(vcpus int, content string) string {
	return fmt.Sprintf(`
resource "aleph_volume" "code" {
  content = %q

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "test" {
  name      = "test"
  code      = { ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "main:app" }
  resources = { vcpus = %d }
%s}
`, content, vcpus, acctest.NodeStores().RuntimeArgument())
}

const (
	program = "aleph_program.test"
	volume  = "aleph_volume.code"
)

func expectText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in:\n%s", part, text)
		}
	}
}

// expectNothingToDo checks that a plan changes nothing.
func expectNothingToDo(terraform *acctest.CLI) {
	terraform.Run("plan", "-detailed-exitcode")
}

func expectNoText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("there is %q in:\n%s", part, text)
		}
	}
}
