// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Two applies of one program at the same time, each with a state of its own: whatever comes of them, the next applies
// find everything that is alive, and leave one version.
func TestConcurrentApplies(t *testing.T) {
	env := acctest.Start(t)
	one := acctest.NewCLI(t, env.Provider()+alone(1))
	one.Run("apply")
	two := acctest.NewCLI(t, env.Provider()+alone(1))
	state, err := os.ReadFile(filepath.Join(one.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	two.Write("terraform.tfstate", string(state))

	one.Configure(env.Provider() + alone(2))
	two.Configure(env.Provider() + alone(3))
	var group errgroup.Group
	for _, terraform := range []*acctest.CLI{one, two} {
		group.Go(func() error {
			if output, err := terraform.Try("apply"); err != nil {
				t.Logf("one of the two failed: %s", output)
			}
			return nil
		})
	}
	_ = group.Wait()

	for _, terraform := range []*acctest.CLI{one, two, one} {
		expectText(t, terraform.Run("apply"), "0 added", "0 destroyed")
		expectNothingToDo(terraform)
		programs := env.Messages(message.TypeProgram)
		if len(programs) != 1 || programs[0].ItemHash != terraform.State(program, "item_hash") {
			t.Errorf("%d programs are alive, want the one in the state", len(programs))
		}
	}
}
