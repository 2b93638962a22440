// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

const (
	mounting    = "aleph_program.test"
	createFirst = "lifecycle { create_before_destroy = true }"
)

// programOn is a program that runs one volume.
func programOn(volume string) string {
	return fmt.Sprintf(`resource "aleph_program" "test" {
  code = { ref = aleph_volume.%s.ref, encoding = "plain", entrypoint = "main:app", use_latest = aleph_volume.%[1]s.use_latest }
  lifecycle { create_before_destroy = true }
%[2]s}
`, volume, acctest.NodeStores().RuntimeArgument())
}

// TestMount_ofMutableVolume: programs follow the latest version of a file, and keep their own hash and URL.
func TestMount_ofMutableVolume(t *testing.T) {
	env := acctest.Start(t)
	itemHash, url := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	step := func(content string, volume, program plancheck.ResourceActionType) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), createFirst)+programOn("test"), acctest.Actions{at: volume, mounting: program},
			itemHash.AddStateValue(mounting, tfjsonpath.New("item_hash")), url.AddStateValue(mounting, tfjsonpath.New("url")))
	}
	acctest.Test(t, step("a", acctest.Create, acctest.Create), step("b", acctest.Update, acctest.NoOp), step("c", acctest.Update, acctest.NoOp))
}

// TestMount_ofImmutableVolume: the new volume comes first, then the program is amended, and then the old ones go.
func TestMount_ofImmutableVolume(t *testing.T) {
	env := acctest.Start(t)
	sent := watch(env)
	var volume, program string
	both := checks{acctest.Remember(at, "id", &volume), acctest.Remember(mounting, "id", &program)}
	step := func(content string, volume, program plancheck.ResourceActionType, order string) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), "use_latest = false", createFirst)+programOn("test"),
			acctest.Actions{at: volume, mounting: program}, sent.expectOrder(order), both)
	}
	var oldVolume, oldProgram string
	remember := func() { oldVolume, oldProgram = volume, program }
	replaced := step("b", acctest.Replace, acctest.Update, "STORE PROGRAM FORGET FORGET")
	replaced.ConfigStateChecks = append(replaced.ConfigStateChecks, env.ExpectStatus(t, &oldVolume, message.StatusForgotten),
		env.ExpectStatus(t, &oldProgram, message.StatusForgotten))
	acctest.Test(t, step("a", acctest.Create, acctest.Create, "STORE PROGRAM"), acctest.Before(remember, replaced))
}

// TestReplacement_ofMountedVolume: without create_before_destroy the network refuses to forget the file, the error says
// what to do, and doing it heals.
func TestReplacement_ofMountedVolume(t *testing.T) {
	env := acctest.Start(t)
	var program string
	actions := acctest.Actions{at: acctest.Replace, mounting: acctest.Update}
	step := func(content, lifecycle string, actions acctest.Actions) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), "use_latest = false", lifecycle)+programWithout("test"), actions,
			acctest.Remember(mounting, "id", &program))
	}
	acctest.Test(t,
		step("a", "", acctest.Actions{at: acctest.Create, mounting: acctest.Create}),
		resource.TestStep{
			Config:      one(env, `content = "b"`, "use_latest = false") + programWithout("test"),
			ExpectError: blockedBy(env.Account.Address()),
		},
		step("b", createFirst, actions),
	)
}

// TestSwap_ofMountedVolume: the same for a volume that leaves the configuration, where the lifecycle has to be recorded
// before.
func TestSwap_ofMountedVolume(t *testing.T) {
	env := acctest.Start(t)
	a, b := `content = "a"`, `content = "b"`
	removed := env.Provider() + block("b", b) + programWithout("b")
	acctest.Test(t,
		acctest.Apply(env.Provider()+block("a", a)+programWithout("a"), acctest.Actions{"aleph_volume.a": acctest.Create}),
		resource.TestStep{Config: removed, ExpectError: blockedBy(env.Account.Address())},
		acctest.Apply(env.Provider()+block("a", a, createFirst)+block("b", b)+programWithout("a"),
			acctest.Actions{"aleph_volume.a": acctest.NoOp, mounting: acctest.NoOp}),
		acctest.Apply(removed, acctest.Actions{"aleph_volume.a": acctest.Destroy, mounting: acctest.Update}),
	)
}

// TestRemoval_ofMountedVolume: a volume that goes together with its mount is refused at every apply, and create_before_destroy
// comes too late, as Terraform takes it from the state. Both ways that the error names lead out.
func TestRemoval_ofMountedVolume(t *testing.T) {
	program := `resource "aleph_program" "test" {
  code    = { ref = aleph_volume.code.ref, encoding = "plain", entrypoint = "main:app" }
  volumes = [for v in MOUNTED : { mount = "/test", ref = v.ref }]
}
`
	config := func(env *acctest.Env, count, mounted, lifecycle string) string {
		return env.Provider() + block("code", `content = "code"`) + block("test", "count = "+count, `content = "test"`, lifecycle) + strings.Replace(program, "MOUNTED", mounted, 1)
	}
	const all, none = "aleph_volume.test", "[]"
	for name, ways := range map[string]func(*acctest.Env) []string{
		"the flag first": func(env *acctest.Env) []string {
			return []string{config(env, "1", all, createFirst), config(env, "0", all, createFirst)}
		},
		"the mount first": func(env *acctest.Env) []string {
			return []string{config(env, "1", none, ""), config(env, "0", none, "")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, config(env, "1", all, ""))
			cli.Run("apply")
			for _, lifecycle := range []string{"", createFirst} {
				cli.Configure(config(env, "0", all, lifecycle))
				if output := cli.Fail("apply"); !blockedBy(env.Account.Address()).MatchString(output) {
					t.Errorf("the error does not name the ways out:\n%s", output)
				}
			}
			for _, step := range ways(env) {
				cli.Configure(step)
				cli.Run("apply")
			}
			contains(t, cli.Run("plan"), "No changes.")
			cli.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// programWithout is a program without the lifecycle that hands create_before_destroy on to what it mounts.
func programWithout(volume string) string {
	return strings.Replace(programOn(volume), createFirst, "", 1)
}

// blockedBy is what Terraform says of a file that a program of an owner still uses.
func blockedBy(owner string) *regexp.Regexp {
	return words("a program or an instance still uses the file (error code 503): File HASH used on vm HASH. It is used by HASH, which belongs to " +
		owner + ". It stays in the state; what is still alive is still paid. A program of the same configuration has to be changed first. If this is replaced, " +
		"give it `lifecycle { create_before_destroy = true }`, and apply again. If it is destroyed in the same apply as its mount, that comes too late, " +
		"since Terraform takes it from the state: put it back with `create_before_destroy = true`, apply, and take it out again; " +
		"or take out the mount first, apply, and then the rest.")
}

// TestMounted_byOthers: what keeps a file alive is named, also when it is out of Terraform's reach.
func TestMounted_byOthers(t *testing.T) {
	for _, test := range []struct {
		name string
		// end is what becomes of the program, says what Terraform says of it, and healed whether the file is free then.
		end    func(t *testing.T, env *acctest.Env, stranger *object.Client, program string)
		says   string
		healed bool
	}{
		{
			name: "by a stranger", says: "which belongs to ", healed: true,
			end: func(t *testing.T, _ *acctest.Env, stranger *object.Client, program string) {
				forget(t, stranger, program)
			},
		},
		{
			name: "by a program that was removed", says: "was removed for lack of funds: such a program can no longer be forgotten, and blocks its files for good",
			end: func(t *testing.T, env *acctest.Env, _ *object.Client, program string) {
				env.Starve(t, program)
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, one(env, `content = "wanted"`))
			cli.Run("apply")
			stranger := env.Stranger(t)
			program := runs(t, stranger, cli.State(at, "id"))
			if !test.healed {
				test.end(t, env, stranger, program)
			}
			output := cli.Fail("destroy")
			for _, text := range []string{program, test.says, "It stays in the state"} {
				if !strings.Contains(output, text) {
					t.Errorf("the error does not say %q:\n%s", text, output)
				}
			}
			contains(t, output, "`removed { lifecycle { destroy = false } }`", "`terraform state rm ADDRESS`")
			if output := cli.Run("plan"); !strings.Contains(output, "No changes.") {
				t.Errorf("the volume is not kept:\n%s", output)
			}
			if test.healed {
				test.end(t, env, stranger, program)
				cli.Run("destroy")
				return
			}
			cli.Configure(env.Provider() + "removed {\n  from = " + at + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
			contains(t, cli.Run("apply"), "0 destroyed")
			contains(t, cli.Run("plan"), "No changes.")
		})
	}
}

// TestMounted_byOwnRemovedProgram: a program of the same configuration that was removed for lack of funds is no longer in
// the state, and still keeps the volume from being forgotten: the error says which one it was, and why.
func TestMounted_byOwnRemovedProgram(t *testing.T) {
	env := acctest.Start(t)
	cli := acctest.NewCLI(t, one(env, `content = "a"`)+programOn("test"))
	cli.Run("apply")
	program := cli.State(mounting, "id")
	env.Starve(t, program)
	contains(t, cli.Run("plan"), "The network removed program "+program, "1 to add, 0 to change, 0 to destroy")
	contains(t, cli.Fail("destroy"), "used by "+program, "belongs to "+env.Account.Address(), "was removed for lack of funds", "blocks its files for good", "It stays in the state")
	contains(t, cli.Run("state", "list"), at)
}

// runs publishes a program that runs a file, and returns its item hash.
func runs(t *testing.T, tool *object.Client, ref string) string {
	t.Helper()
	return runsPacked(t, tool, ref, "plain")
}

// runsPacked is runs for code that is packed in a way.
func runsPacked(t *testing.T, tool *object.Client, ref, encoding string) string {
	t.Helper()
	m, err := tool.Publish(t.Context(), &message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Machine: message.Machine{
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 2048, Seconds: 30},
			Payment:     &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		Code:    message.Code{Encoding: encoding, Entrypoint: "main:app", Ref: ref, UseLatest: true},
		Runtime: message.Runtime{Ref: acctest.NodeStores().Runtime, UseLatest: true},
		On:      message.Triggers{HTTP: true},
	}, object.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m.ItemHash
}
