// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// An element that another resource gives as a whole is unknown until the apply, and may turn out to be any.
func TestUnknown_elementsOfLists(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	config := func(mount string, port int, class string, run int) string {
		return env.Provider() + fmt.Sprintf(`
resource "terraform_data" "given" {
  input = jsonencode({
    run    = %d
    volume = { mount = %q, size_mib = 1 }
    port   = { port = %d }
    gpu    = { vendor = "NVIDIA", device_name = "L40S", device_class = %q, device_id = "10de:26b9" }
  })
}

locals {
  given = jsondecode(terraform_data.given.output)
}

resource "aleph_program" "test" {
  code         = { ref = %q, encoding = "squashfs", entrypoint = "main:app" }
  volumes      = [{ mount = "/first", size_mib = 1 }, local.given.volume]
  resources    = { published_ports = [{ port = 22 }, local.given.port] }
  requirements = { gpu = [local.given.gpu] }
}
`, run, mount, port, class, python)
	}
	terraform := acctest.NewCLI(t, config("/a", 80, "0300", 1))
	terraform.Run("apply")
	published := func() string { return terraform.State("aleph_program.test", "item_hash") }
	for i, step := range []struct {
		mount, class string
		port         int
		amends       bool
	}{
		{"/a", "0300", 80, false}, {"/b", "0300", 80, true}, {"/b", "0300", 81, true}, {"/b", "0302", 81, true},
	} {
		before := published()
		terraform.Configure(config(step.mount, step.port, step.class, i+2))
		for _, change := range terraform.Plan().ResourceChanges {
			if !change.Change.Actions.Update() {
				t.Errorf("step %d: the plan does %v to %s", i, change.Change.Actions, change.Address)
			}
		}
		terraform.Run("apply", acctest.SavedPlan)
		if amends := published() != before; amends != step.amends {
			t.Errorf("step %d: it amends: %t, want %t", i, amends, step.amends)
		}
		terraform.Run("plan", "-detailed-exitcode")
	}
}
