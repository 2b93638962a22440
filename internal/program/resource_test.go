// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

func TestProgramLife(t *testing.T) {
	env := acctest.Start(t)
	config := func(vcpus string) string {
		return env.Provider() + `
resource "aleph_volume" "code" {
  content = "app = 1"
  lifecycle { create_before_destroy = true }
}
resource "aleph_program" "p" {
  name = "hello"
  code = { ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "main:app" }
  resources = { vcpus = ` + vcpus + ` }
  volumes = [{mount="/x", size_mib=10, ephemeral=true}, {mount="/y", ref=aleph_volume.code.ref}, {mount="/z", size_mib=2000, name="data"}]
  variables = { A = "%20 <>& \" \n é 😀" }
}
`
	}
	acctest.Test(t,
		resource.TestStep{
			Config: config("1"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction("aleph_program.p", plancheck.ResourceActionCreate)},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
		resource.TestStep{
			Config: config("4"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction("aleph_program.p", plancheck.ResourceActionUpdate)},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
	)
}
