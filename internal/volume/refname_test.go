// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// TestRefName: an update is published under the same name, and a mount names the live version.
func TestRefName(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	id := statecheck.CompareValue(compare.ValuesSame())
	underName := func(name string) statecheck.StateCheck {
		return acctest.Check(func() error {
			for _, m := range env.Messages(message.TypeStore) {
				var content message.Store
				if err := message.Decode(&m, &content); err != nil {
					return err
				}
				if content.Ref != name {
					return fmt.Errorf("the ref of %s is %q, want %q", m.ItemHash, content.Ref, name)
				}
			}
			return nil
		})
	}
	step := func(actions acctest.Actions, content, name string, alive int) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), fmt.Sprintf("ref_name = %q", name)), actions,
			refersTo("item_hash"), versions.alive(alive), underName(name))
	}
	first, second, third := step(creates, "a", "name", 1), step(updates, "b", "name", 2), step(updates, "c", "name", 2)
	for _, s := range []*resource.TestStep{&first, &second, &third} {
		s.ConfigStateChecks = append(s.ConfigStateChecks, id.AddStateValue(at, tfjsonpath.New("id")))
	}
	acctest.Test(t, first,
		acctest.Planned(second, acctest.ExpectUnknown(at, "item_hash", "ref")),
		third,
		acctest.Planned(step(replaces, "c", "other", 1), acctest.ExpectReplacedBy(at, "ref_name")),
		acctest.Planned(acctest.Apply(one(env, `content = "c"`), replaces, refersTo("id"), versions.alive(1)), acctest.ExpectReplacedBy(at, "ref_name")),
	)
	versions.ended()
}

// TestMount_ofRefName: a program that mounts such a file is amended when the file changes. The version that it ran
// before cannot be forgotten until then, so that it goes with the next apply.
func TestMount_ofRefName(t *testing.T) {
	env := acctest.Start(t)
	step := func(content string, actions acctest.Actions, superseded int) resource.TestStep {
		program := strings.Replace(programOn("test"), "aleph_volume.test.use_latest", "false", 1)
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), `ref_name = "name"`)+program, actions, supersedes(superseded))
	}
	both := acctest.Actions{at: acctest.Update, mounting: acctest.Update}
	left := step("c", both, 1)
	left.ConfigPlanChecks.PostApplyPostRefresh, left.ExpectNonEmptyPlan = nil, true
	acctest.Test(t,
		step("a", acctest.Actions{at: acctest.Create, mounting: acctest.Create}, 0),
		step("b", both, 0),
		left,
		acctest.Planned(step("c", acctest.Actions{at: acctest.Update, mounting: acctest.NoOp}, 0), acctest.ExpectUnknown(at)),
	)
}

// TestRefNameWarning: how such a file is mounted is said where it is created, unless the configuration knows.
func TestRefNameWarning(t *testing.T) {
	const warning = "Mounts must say use_latest = false"
	for _, test := range []struct {
		name      string
		arguments []string
		warned    int
	}{
		{"named", []string{`ref_name = "name"`}, 1},
		{"named and immutable", []string{`ref_name = "name"`, "use_latest = false"}, 0},
		{"not named", nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, one(env, append(test.arguments, `content = "a"`)...))
			if got := strings.Count(cli.Run("plan"), warning); got != test.warned {
				t.Errorf("the plan says it %d times, want %d", got, test.warned)
			}
			cli.Run("apply")
			cli.Configure(one(env, append(test.arguments, `content = "b"`)...))
			if output := cli.Run("plan"); strings.Contains(output, warning) {
				t.Errorf("the plan of a change says it too:\n%s", output)
			}
		})
	}
}
