// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// TestFifty applies, amends and destroys 50 volumes with 50 programs that mount them, as many at once as Terraform
// does by default.
func TestFifty(t *testing.T) {
	const n = 50
	env := acctest.Start(t)
	config := func(revision int) string {
		return env.Provider() + fmt.Sprintf(`resource "aleph_volume" "many" {
  count   = %d
  content = "volume ${count.index}, revision %d"
  lifecycle { create_before_destroy = true }
}

resource "aleph_program" "many" {
  count     = %[1]d
  name      = "program ${count.index}"
  code      = { ref = aleph_volume.many[count.index].ref, encoding = "plain", entrypoint = "main:app" }
  resources = { vcpus = %[2]d }
%[3]s}
`, n, revision, acctest.NodeStores().RuntimeArgument())
	}
	all := func(action plancheck.ResourceActionType) acctest.Actions {
		actions := acctest.Actions{}
		for i := range n {
			actions[fmt.Sprintf("aleph_volume.many[%d]", i)] = action
			actions[fmt.Sprintf("aleph_program.many[%d]", i)] = action
		}
		return actions
	}
	alive := func(programs, stores int) map[string]int {
		return map[string]int{string(message.TypeProgram): programs, string(message.TypeStore): stores}
	}
	acctest.Test(t,
		acctest.Apply(config(1), all(acctest.Create), env.ExpectAlive(t, alive(n, n))),
		acctest.Apply(config(2), all(acctest.Update), env.ExpectAlive(t, alive(n, 2*n))),
	)
	for _, m := range env.Messages(message.TypeProgram, message.TypeStore) {
		if m.Sender == env.Account.Address() {
			t.Errorf("%s %s is alive after everything was destroyed", m.Type, m.ItemHash)
		}
	}
}
