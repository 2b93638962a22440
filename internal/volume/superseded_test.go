// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestForget_refusedAfterAmend: an amend is not lost because the older one could not be forgotten. A warning says so, the
// older one stays in the state, every plan shows the clean-up until it succeeds, and a destroy takes everything.
func TestForget_refusedAfterAmend(t *testing.T) {
	const unable = "Unable to forget superseded versions"
	for _, test := range []struct {
		name string
		// then is what happens once FORGETs are no longer refused; keep and clean write the configuration with
		// keep_superseded and without. alive are the STOREs before the destroy.
		then  func(t *testing.T, cli *acctest.CLI, keep, clean string)
		alive int
	}{
		{"cleaned up", func(t *testing.T, cli *acctest.CLI, _, _ string) {
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
			contains(t, cli.Run("plan"), "No changes.")
		}, 2},
		{"kept", func(t *testing.T, cli *acctest.CLI, keep, _ string) {
			cli.Configure(keep)
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
			contains(t, cli.Run("plan"), "No changes.")
		}, 3},
		{"kept and cleaned up", func(t *testing.T, cli *acctest.CLI, keep, clean string) {
			cli.Configure(keep)
			cli.Run("apply")
			cli.Configure(clean)
			contains(t, cli.Run("plan"), "~ superseded")
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
		}, 2},
		{"destroyed", func(*testing.T, *acctest.CLI, string, string) {}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, "")
			for _, content := range []string{"a", "b"} {
				cli.Configure(one(env, fmt.Sprintf("content = %q", content)))
				cli.Run("apply")
			}
			sent := watch(env)
			refused := env.Inject(core.Fault{Type: message.TypeForget, Times: -1, Do: core.Reject(message.CodePermissionDenied)})
			clean := one(env, `content = "c"`)
			cli.Configure(clean)
			contains(t, cli.Run("apply"), "Warning: "+unable, "The older ones stay in `superseded`, and are still paid", "0 added, 1 changed")
			contains(t, cli.Run("plan"), "~ superseded", "0 to add, 1 to change, 0 to destroy")
			contains(t, cli.Fail("apply"), "Error: "+unable)
			refused.Remove()
			test.then(t, cli, one(env, `content = "c"`, "keep_superseded = true"), clean)
			if n := storesAlive(env, env.Account.Address()); n != test.alive {
				t.Errorf("%d STOREs are alive, want %d", n, test.alive)
			}
			if n := sent.stores(); n != 1 {
				t.Errorf("%d STOREs were published for one change", n)
			}
			cli.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}
