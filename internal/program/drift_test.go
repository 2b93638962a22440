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
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// amend makes another tool publish a program that replaces one, and leaves that one alive. It returns the item hash.
func amend(t *testing.T, tool *object.Client, hash string, change func(*message.Program)) string {
	t.Helper()
	record, err := tool.Fetch(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	var p message.Program
	if err := message.Decode(record.Message, &p); err != nil {
		t.Fatal(err)
	}
	change(&p)
	p.Replaces = hash
	sent, err := tool.Publish(t.Context(), &p, object.Options{Channel: record.Message.Channel, After: p.Time})
	if err != nil {
		t.Fatal(err)
	}
	return sent.ItemHash
}

// What another tool amends shows as a difference, and is amended back.
func TestAmendedByAnotherTool(t *testing.T) {
	env := acctest.Start(t)
	var live, theirs string
	acctest.Test(t,
		acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &live)),
		acctest.Before(func() {
			theirs = amend(t, env.OtherTool(t), live, func(p *message.Program) { p.Resources.VCPUs = 3 })
			theirs = amend(t, env.OtherTool(t), theirs, func(p *message.Program) { p.Resources.VCPUs = 5 })
		}, acctest.Planned(
			acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Update}, superseded(0),
				env.ExpectStatus(t, &live, message.StatusForgotten), env.ExpectStatus(t, &theirs, message.StatusForgotten),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("replaces"), knownvalue.StringFunc(func(got string) error { return same(got, theirs) }))),
			acctest.ExpectUnknown(address, amended...),
		)),
	)
}

// Two amends of one version by others fork it: the newer one is live, and one apply leaves a single version.
func TestForkedByOthers(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	first := terraform.State(address, "item_hash")
	amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.VCPUs = 3 })
	newest := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.VCPUs = 5 })
	expectText(t, terraform.Run("plan"), "~ vcpus = 5 -> 1", "0 to add, 1 to change, 0 to destroy")
	terraform.Run("apply")
	if err := same(terraform.State(address, "replaces"), newest); err != nil {
		t.Error(err)
	}
	if alive := env.Messages(message.TypeProgram); len(alive) != 1 {
		t.Errorf("%d versions are alive, want 1", len(alive))
	}
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// Another tool's amend that says the same is taken over: only the older version is cleaned up.
func TestAmendedAlikeByAnotherTool(t *testing.T) {
	env := acctest.Start(t)
	var live, theirs string
	acctest.Test(t,
		acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &live)),
		acctest.Before(func() { theirs = amend(t, env.OtherTool(t), live, func(*message.Program) {}) }, acctest.Planned(
			acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Update}, superseded(0),
				env.ExpectStatus(t, &live, message.StatusForgotten), env.ExpectStatus(t, &theirs, message.StatusProcessed),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("item_hash"), knownvalue.StringFunc(func(got string) error { return same(got, theirs) }))),
			acctest.ExpectUnknown(address),
		)),
	)
}

// What another tool amends between plan and apply is not overwritten: nothing is sent, and a plan that is made of it can be
// applied.
func TestStalePlan(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	first := terraform.State(address, "item_hash")
	terraform.Configure(config(env, vcpus(2)))
	terraform.Run("plan", "-out=saved")
	theirs := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.Memory = 4096 })
	expectSent(t, published, 2, 0)
	for _, arguments := range [][]string{{"apply", "saved"}, {"apply", "-refresh=false"}} {
		expectText(t, terraform.Fail(arguments...), "Error: Unable to amend program "+first, "version "+theirs+" is the live one, which "+env.Account.Address()+" published at",
			"Nothing was sent", "Plan again", "-refresh=false")
	}
	expectSent(t, published, 0, 0)
	expectStatus(t, env, message.StatusProcessed, first, theirs)

	expectText(t, terraform.Run("plan"), "~ memory = 4096 -> 2048", "~ vcpus = 1 -> 2")
	terraform.Run("apply")
	if err := same(terraform.State(address, "replaces"), theirs); err != nil {
		t.Error(err)
	}
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// Two applies that want the same agree, whichever comes first: the second one publishes nothing.
func TestStalePlan_ofTheSame(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	first := terraform.State(address, "item_hash")
	terraform.Configure(config(env, vcpus(2)))
	terraform.Run("plan", "-out=saved")
	theirs := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.VCPUs = 2 })
	expectSent(t, published, 2, 0)
	terraform.Run("apply", "saved")
	expectSent(t, published, 0, 1)
	if err := same(terraform.State(address, "item_hash"), theirs); err != nil {
		t.Error(err)
	}
	expectNoChanges(terraform)
}

// Older versions are not forgotten either when another one has taken over since: it could be one of them that it amends.
func TestStalePlan_ofCleanup(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, "")
	apply(terraform, config(env, keeping(1, "true")))
	first := terraform.State(address, "item_hash")
	apply(terraform, config(env, keeping(2, "true")))
	live := terraform.State(address, "item_hash")
	terraform.Configure(config(env, keeping(2, "false")))
	terraform.Run("plan", "-out=saved")
	theirs := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.VCPUs = 3 })
	expectText(t, terraform.Fail("apply", "saved"), "Error: Unable to forget superseded versions", live, theirs, "Plan again")
	expectStatus(t, env, message.StatusProcessed, first, live, theirs)
	terraform.Run("apply")
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// A destroy destroys the program, whoever amended it since the plan.
func TestStalePlan_ofDestroy(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	terraform.Run("plan", "-destroy", "-out=saved")
	amend(t, env.OtherTool(t), terraform.State(address, "item_hash"), func(p *message.Program) { p.Resources.VCPUs = 3 })
	terraform.Run("apply", "saved")
	env.ExpectNothingAlive(t)
}

// A version that is left without a chain is found again: others amended the program twice, and forgot both older versions.
func TestAmendedTwiceByOthers_olderForgotten(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	first := terraform.State(address, "item_hash")
	second := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Resources.VCPUs = 2 })
	third := amend(t, env.OtherTool(t), second, func(p *message.Program) { p.Resources.VCPUs = 3 })
	forget(t, env.OtherTool(t), first, second)
	expectText(t, terraform.Run("plan"), "~ vcpus = 3 -> 1", "0 to add, 1 to change, 0 to destroy")
	terraform.Run("apply")
	if err := same(terraform.State(address, "replaces"), third); err != nil {
		t.Error(err)
	}
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// What was forgotten together with versions of another program may have gone on as that: nobody guesses, and a warning names
// it.
func TestForgotten_withVersionsOfOthers(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	gone := terraform.State(address, "item_hash")
	other := acctest.NewCLI(t, config(env, arguments{"name": `"other"`}))
	other.Run("apply")
	older := other.State(address, "item_hash")
	live := amend(t, env.OtherTool(t), older, func(p *message.Program) { p.Resources.VCPUs = 2 })
	forget(t, env.OtherTool(t), gone, older)
	expectText(t, terraform.Run("plan"), "Warning: The program may go on under another hash", live, "1 to add, 0 to change, 0 to destroy")
}

// A program that was forgotten is created anew.
func TestForgotten_byAnotherTool(t *testing.T) {
	env := acctest.Start(t)
	var live string
	acctest.Test(t,
		acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &live)),
		acctest.Before(func() {
			forget(t, env.OtherTool(t), live)
		}, acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create})),
	)
}

// When the live version is forgotten and an older one was kept, that one is live again.
func TestLiveVersion_forgottenOlderOneKept(t *testing.T) {
	env := acctest.Start(t)
	var first, live string
	acctest.Test(t,
		acctest.Apply(config(env, keeping(1, "true")), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &first)),
		acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}, acctest.Remember(address, "item_hash", &live)),
		acctest.Before(func() {
			forget(t, env.OtherTool(t), live)
		}, acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}, superseded(1),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("replaces"), knownvalue.StringFunc(func(got string) error { return same(got, first) })))),
	)
	env.ExpectNothingAlive(t)
}

// A stranger's program that claims to replace ours is his own: it changes nothing.
func TestStrangersAmend(t *testing.T) {
	env := acctest.Start(t)
	var live, theirs string
	acctest.Test(t,
		acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &live)),
		acctest.Before(func() {
			theirs = amend(t, env.Stranger(t), live, func(p *message.Program) { p.Resources.VCPUs = 9 })
		}, acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.NoOp})),
		acctest.Apply(config(env, vcpus(2)), acctest.Actions{address: acctest.Update}, env.ExpectStatus(t, &theirs, message.StatusProcessed)),
	)
	env.ExpectNothingAlive(t)
	expectStatus(t, env, message.StatusProcessed, theirs)
}

// A program whose owner runs out of funds stays while the network may still keep it, and is gone when it is.
func TestOutOfFunds(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	terraform := acctest.NewCLI(t, "")
	apply(terraform, config(env, vcpus(1)))
	live := env.Messages(message.TypeProgram)[0].ItemHash
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	must(env.Local.SetRemoving(live, core.CreditInsufficient))
	expectText(t, terraform.Run("plan"), "Warning: The program is about to be removed", "the owner has too few credits", "No changes.")

	must(env.Local.Refill(live))
	expectNoText(t, terraform.Run("plan"), "Warning")

	must(env.Local.SetRemoving(live, core.CreditInsufficient))
	must(env.Local.SetRemoved(live))
	expectText(t, terraform.Run("plan"), "Warning: The program was removed", "the owner has too few credits", "1 to add, 0 to change, 0 to destroy")
	expectText(t, terraform.Run("apply"), "1 added, 0 changed, 0 destroyed")
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// A node that lies, is out of reach or knows nothing is an error: never a reason to create the program again.
func TestUnbelievableNode(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, "")
	provider := env.ProviderWith("  max_retries = 0\n")
	apply(terraform, provider+block("test", vcpus(1)))
	for name, fault := range map[string]struct {
		do   core.Action
		want string
	}{
		"altered content":   {core.AlterContent(), "not genuine"},
		"altered signature": {core.AlterSignature(), "not genuine"},
		"unknown":           {core.Status(404), "404"},
		"out of order":      {core.Status(503), "503"},
	} {
		injected := env.Inject(core.Fault{Method: "GET", Path: "/api/v0/messages", Times: -1, Do: fault.do})
		text := terraform.Fail("plan")
		injected.Remove()
		t.Log(name)
		expectText(t, text, "Error: Unable to read program", "The state is kept as it is", fault.want)
	}
	expectNoChanges(terraform)
	terraform.Run("destroy")
}

// kept is a program of three living versions, oldest first, and a command line to go on with.
func kept(t *testing.T, env *acctest.Env) (*acctest.CLI, [3]string) {
	t.Helper()
	terraform := acctest.NewCLI(t, "")
	var versions [3]string
	for i := range versions {
		apply(terraform, config(env, keeping(i+1, "true")))
		versions[i] = terraform.State(address, "item_hash")
	}
	return terraform, versions
}

// forget forgets messages behind Terraform's back.
func forget(t *testing.T, tool *object.Client, hashes ...string) {
	t.Helper()
	if _, err := tool.Publish(t.Context(), message.NewForget("not mine", hashes...), object.Options{}); err != nil {
		t.Fatal(err)
	}
}

// What others forget of a program with older versions, or the network removes, is healed by one apply, and what is left
// of it is destroyed: the dead are never named in a FORGET.
func TestVersionsGone(t *testing.T) {
	for name, test := range map[string]struct {
		gone func(t *testing.T, env *acctest.Env, versions [3]string)
		// says is what the plan does then, and alive how many versions there are once it is applied.
		says  string
		alive int
	}{
		"a superseded one": {func(t *testing.T, env *acctest.Env, v [3]string) { forget(t, env.OtherTool(t), v[1]) }, "No changes.", 2},
		"the first one":    {func(t *testing.T, env *acctest.Env, v [3]string) { forget(t, env.OtherTool(t), v[0]) }, "No changes.", 2},
		"the live one":     {func(t *testing.T, env *acctest.Env, v [3]string) { forget(t, env.OtherTool(t), v[2]) }, "0 to add, 1 to change, 0 to destroy", 3},
		"all but the first": {
			func(t *testing.T, env *acctest.Env, v [3]string) { forget(t, env.OtherTool(t), v[1], v[2]) },
			"0 to add, 1 to change, 0 to destroy", 2,
		},
		"all":                                 {func(t *testing.T, env *acctest.Env, v [3]string) { forget(t, env.OtherTool(t), v[:]...) }, "1 to add, 0 to change, 0 to destroy", 1},
		"a superseded one, for lack of funds": {func(t *testing.T, env *acctest.Env, v [3]string) { env.Starve(t, v[0]) }, "No changes.", 2},
		"the live one, for lack of funds": {
			func(t *testing.T, env *acctest.Env, v [3]string) { env.Starve(t, v[2]) },
			"0 to add, 1 to change, 0 to destroy", 3,
		},
		"all, for lack of funds": {func(t *testing.T, env *acctest.Env, v [3]string) { env.Starve(t, v[:]...) }, "1 to add, 0 to change, 0 to destroy", 1},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform, versions := kept(t, env)
			test.gone(t, env, versions)
			expectText(t, terraform.Run("plan"), test.says)
			terraform.Run("apply")
			expectNoChanges(terraform)
			if alive := env.Messages(message.TypeProgram); len(alive) != test.alive {
				t.Errorf("%d versions are alive, want %d", len(alive), test.alive)
			}
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// What the network once took and rejects after the fact is gone, with the reason, and is created anew.
func TestRejected_afterTheFact(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	hash := terraform.State(address, "item_hash")
	rejected := env.Reject(hash, message.CodeCreditInsufficient)
	expectText(t, terraform.Run("plan"), "Warning: The program was rejected", "did not accept program "+hash, "error code 6",
		"1 to add, 0 to change, 0 to destroy")
	rejected()
	expectNoChanges(terraform)
}
