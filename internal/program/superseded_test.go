// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// future is a node that treats `replaces` as it is documented, and no node does today.
var future = core.Config{StoresReplaces: true}

func keeping(n int, keep string) arguments {
	return vcpus(n).with(arguments{"keep_superseded": keep})
}

func superseded(n int) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New("superseded"), knownvalue.ListSizeExact(n))
}

// starts are environments with a node of today, and of the future.
var starts = map[string]func(*testing.T) *acctest.Env{
	"today":  acctest.Start,
	"future": func(t *testing.T) *acctest.Env { return acctest.StartLocal(t, future) },
}

// Older versions stay when they are to be kept, and go when they are not any more; and no version is left in the end.
func TestKeepSuperseded(t *testing.T) {
	for name, start := range starts {
		t.Run(name, func(t *testing.T) {
			env := start(t)
			published := env.Watch()
			sent := func(programs, forgets int) statecheck.StateCheck {
				return acctest.Check(func() error { return published.Expect("test", programs, forgets) })
			}
			acctest.Test(t,
				acctest.Apply(config(env, keeping(1, "true")), acctest.Actions{address: acctest.Create}, superseded(0), sent(1, 0)),
				acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}, superseded(1), sent(1, 0)),
				acctest.Apply(config(env, keeping(3, "true")), acctest.Actions{address: acctest.Update}, superseded(2),
					env.ExpectAlive(t, map[string]int{"PROGRAM": 3})),
				acctest.Apply(config(env, keeping(4, "true")), acctest.Actions{address: acctest.Update}, superseded(3)),
			)
			env.ExpectNothingAlive(t)
		})
	}
}

// Taking keep_superseded away forgets the older versions, and publishes nothing.
func TestSuperseded_areCleanedUp(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	var live string
	acctest.Test(t,
		acctest.Apply(config(env, keeping(1, "true")), acctest.Actions{address: acctest.Create}),
		acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}, superseded(1),
			acctest.Remember(address, "item_hash", &live),
			acctest.Check(func() error { return published.Expect("test", 2, 0) })),
		acctest.Planned(
			acctest.Apply(config(env, keeping(2, "false")), acctest.Actions{address: acctest.Update}, superseded(0),
				acctest.Check(func() error { return published.Expect("test", 0, 1) }),
				env.ExpectStatus(t, &live, message.StatusProcessed),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("item_hash"), knownvalue.StringFunc(func(got string) error { return same(got, live) }))),
			acctest.ExpectUnknown(address),
		),
		// What is to be forgotten with the next amend is forgotten with it.
		acctest.Apply(config(env, keeping(3, "true")), acctest.Actions{address: acctest.Update}, superseded(1)),
		acctest.Apply(config(env, keeping(4, "false")), acctest.Actions{address: acctest.Update}, superseded(0),
			acctest.Check(func() error { return published.Expect("test", 2, 2) })),
	)
}

// An amend is not lost because the older version could not be forgotten: an error says so, the older one stays in the
// state, nothing is tainted, and the next apply forgets it.
func TestForget_refusedAfterAmend(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	terraform := acctest.NewCLI(t, "")
	apply(terraform, config(env, vcpus(1)))
	fault := env.Inject(core.Fault{Type: message.TypeForget, Times: -1, Do: core.Reject(message.CodePermissionDenied)})

	terraform.Configure(config(env, vcpus(2)))
	expectText(t, terraform.Fail("apply"),
		"Error: Unable to forget superseded versions",
		"The older ones stay in `superseded`, and are still paid; the next apply tries again")
	expectSent(t, published, 2, 1)

	expectText(t, terraform.Run("plan"), "~ superseded", "0 to add, 1 to change, 0 to destroy")
	expectText(t, terraform.Fail("apply"), "Error: Unable to forget superseded versions")
	expectText(t, terraform.Run("plan"), "~ superseded", "0 to add, 1 to change, 0 to destroy")

	fault.Remove()
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	expectNoChanges(terraform)
	if alive := env.Messages(message.TypeProgram); len(alive) != 1 {
		t.Errorf("%d versions are alive, want 1", len(alive))
	}
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

func expectSent(t *testing.T, published *acctest.Published, programs, forgets int) {
	t.Helper()
	if err := published.Expect("test", programs, forgets); err != nil {
		t.Error(err)
	}
}

// On a network that keeps `replaces`, forgetting the original takes its amend along: the program is then published
// afresh, time after time, and a warning says so.
func TestAmend_onTheFutureNode(t *testing.T) {
	env := acctest.StartLocal(t, future)
	published := env.Watch()
	terraform := acctest.NewCLI(t, "")
	apply(terraform, config(env, vcpus(1)))
	expectSent(t, published, 1, 0)
	for n := 2; n <= 3; n++ {
		expectText(t, apply(terraform, config(env, vcpus(n))), "Warning: The network forgot the amend together with its original", "0 added, 1 changed")
		expectSent(t, published, 2, 1)
		expectNoChanges(terraform)
		if alive := env.Messages(message.TypeProgram); len(alive) != 1 {
			t.Errorf("%d versions are alive, want 1", len(alive))
		}
	}
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// With older versions kept, an amend of an amend is refused there (303), and names the first version instead.
func TestAmend_ofAmendOnTheFutureNode(t *testing.T) {
	env := acctest.StartLocal(t, future)
	var first string
	replacesFirst := statecheck.ExpectKnownValue(address, tfjsonpath.New("replaces"), knownvalue.StringFunc(func(got string) error { return same(got, first) }))
	acctest.Test(t,
		acctest.Apply(config(env, keeping(1, "true")), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &first)),
		acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}, replacesFirst),
		acctest.Apply(config(env, keeping(3, "true")), acctest.Actions{address: acctest.Update}, replacesFirst, superseded(2)),
	)
	env.ExpectNothingAlive(t)
}

// A version that could not be forgotten is destroyed with the others, or kept from then on, if that is what is wanted.
func TestForget_refusedThenOtherwise(t *testing.T) {
	for name, otherwise := range map[string]func(t *testing.T, env *acctest.Env, terraform *acctest.CLI){
		"destroyed": func(*testing.T, *acctest.Env, *acctest.CLI) {},
		"kept": func(t *testing.T, env *acctest.Env, terraform *acctest.CLI) {
			expectText(t, apply(terraform, config(env, keeping(2, "true"))), "0 added, 1 changed, 0 destroyed")
			expectNoChanges(terraform)
			if alive := env.Messages(message.TypeProgram); len(alive) != 2 {
				t.Errorf("%d versions are alive, want 2", len(alive))
			}
			apply(terraform, config(env, keeping(3, "true")))
			expectText(t, apply(terraform, config(env, keeping(3, "false"))), "0 added, 1 changed, 0 destroyed")
			if alive := env.Messages(message.TypeProgram); len(alive) != 1 {
				t.Errorf("%d versions are alive, want 1", len(alive))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewCLI(t, "")
			apply(terraform, config(env, vcpus(1)))
			refused := env.Inject(core.Fault{Type: message.TypeForget, Do: core.Reject(message.CodePermissionDenied)})
			terraform.Configure(config(env, vcpus(2)))
			expectText(t, terraform.Fail("apply"), "Error: Unable to forget superseded versions")
			if refused.Hits() == 0 {
				t.Error("no FORGET was refused")
			}
			otherwise(t, env, terraform)
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}
