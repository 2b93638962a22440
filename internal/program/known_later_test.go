// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// What another resource gives is judged as soon as it is known: by the plan when that resource is there already, and
// otherwise by the apply, before anything is sent.
func TestKnownLater(t *testing.T) {
	env := acctest.Start(t)
	given := env.Provider() + `
resource "terraform_data" "x" {
  input = { vcpus = 257, memory = 0.5, hash = "abc", tag = "", json = "[]" }
}
`
	bad := fmt.Sprintf(`
resource "aleph_program" "test" {
  code      = { ref = %q, encoding = "squashfs", entrypoint = "main:app" }
  resources = { vcpus = terraform_data.x.output.vcpus, memory = terraform_data.x.output.memory }
  volumes   = [{ ref = terraform_data.x.output.hash }]
}

resource "aleph_volume" "test" {
  content  = "x"
  tags     = [terraform_data.x.output.tag]
  metadata = terraform_data.x.output.json
}
`, python)
	want := []string{"`resources.vcpus` must be a whole number from 1 to 256", "`resources.memory` must be a whole number, not the number 0.5", "`volumes[0].ref` is invalid", "`tags[0]` must not be empty", "`metadata` must be a JSON object"}
	for _, command := range []string{"apply", "plan"} {
		output := ""
		if command == "apply" {
			terraform := acctest.NewCLI(t, given+bad)
			terraform.Run("plan")
			output = terraform.Fail("apply")
		} else {
			terraform := acctest.NewCLI(t, given)
			terraform.Run("apply")
			terraform.Configure(given + bad)
			output = terraform.Fail("plan")
		}
		for _, text := range want {
			if !strings.Contains(strings.Join(strings.Fields(output), " "), text) {
				t.Errorf("%s does not say %q:\n%s", command, text, output)
			}
		}
	}
	if n := env.Asked(http.MethodPost, ""); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}
