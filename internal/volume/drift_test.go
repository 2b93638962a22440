// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func now() message.Time { return message.TimeOf(time.Now()) }

// TestDrift changes a volume of two living versions behind Terraform's back, and lets Terraform go on.
func TestDrift(t *testing.T) {
	const mine = `content = "mine"`
	for _, test := range []struct {
		name string
		// keep is whether older versions are kept: then there are three.
		keep  bool
		drift func(t *testing.T, h *history)
		// heals is what the next plan does, and alive how many versions there are after it.
		heals acctest.Actions
		alive int
	}{
		{
			name: "amended with another content", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) { h.sees(store(t, h.tool, "theirs", h.id, now())) },
		},
		{
			name: "amended with the same content", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) { h.sees(store(t, h.tool, "mine", h.id, now())) },
		},
		{
			name: "amended twice", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) {
				h.sees(store(t, h.tool, "theirs", h.id, now()))
				h.sees(store(t, h.tool, "theirs again", h.id, now()))
			},
		},
		{
			name: "amended twice, and the last back to what it was", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) {
				h.sees(store(t, h.tool, "theirs", h.id, now()))
				h.sees(store(t, h.tool, "mine", h.id, now()))
			},
		},
		{
			name: "amended with an older time", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) { h.sees(store(t, h.tool, "late", h.id, now()-3600)) },
		},
		{
			name: "superseded version forgotten", keep: true, heals: nothing, alive: 2,
			drift: func(t *testing.T, h *history) { forget(t, h.tool, h.past[1]) },
		},
		{
			name: "live version forgotten", heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) { forget(t, h.tool, h.live) },
		},
		{
			name: "every amend forgotten", keep: true, heals: updates, alive: 2,
			drift: func(t *testing.T, h *history) { forget(t, h.tool, h.past[1:]...) },
		},
		{
			name: "everything forgotten", heals: creates, alive: 1,
			drift: func(t *testing.T, h *history) { forget(t, h.tool, h.id, h.live) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			versions := follow(t, env)
			step := func(actions acctest.Actions, content string, alive int) resource.TestStep {
				keep := map[bool]string{true: "keep_superseded = true"}[test.keep]
				return acctest.Apply(one(env, content, keep), actions, supersedes(0), versions.alive(alive))
			}
			steps := []resource.TestStep{step(creates, `content = "first"`, 1)}
			if test.keep {
				steps = append(steps, step(updates, `content = "second"`, 2))
			}
			last := step(updates, mine, len(steps)+1)
			last.ConfigStateChecks = last.ConfigStateChecks[1:]
			steps = append(steps, last, acctest.Before(func() { test.drift(t, versions) }, step(test.heals, mine, test.alive)))
			acctest.Test(t, steps...)
			versions.ended()
		})
	}
}

// TestFrozen: once the first version is gone the network accepts no amend any more, so the next plan replaces, though nothing
// else changes.
func TestFrozen(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(t *testing.T, env *acctest.Env, first string)
	}{
		{"forgotten", func(t *testing.T, env *acctest.Env, first string) { forget(t, env.OtherTool(t), first) }},
		{"removed", func(t *testing.T, env *acctest.Env, first string) { env.Starve(t, first) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			versions := follow(t, env)
			acctest.Test(t,
				acctest.Apply(one(env, `content = "a"`), creates, versions.alive(1)),
				acctest.Apply(one(env, `content = "b"`), updates, versions.alive(2)),
				acctest.Before(func() { test.end(t, env, versions.id) },
					acctest.Planned(acctest.Apply(one(env, `content = "b"`), replaces, versions.alive(1)), acctest.ExpectReplacedBy(at, "id"))),
				acctest.Apply(one(env, `content = "c"`), updates, versions.alive(2)),
			)
			versions.ended()
		})
	}
}

// TestStrangers: what others publish under my names is theirs, or refused.
func TestStrangers(t *testing.T) {
	for _, test := range []struct {
		name, argument string
		claim          func(t *testing.T, stranger *object.Client, id string)
	}{
		{"by name", `ref_name = "name"`, func(t *testing.T, stranger *object.Client, _ string) { store(t, stranger, "theirs", "name", now()) }},
		{"by item hash", "", func(t *testing.T, stranger *object.Client, id string) {
			hash := upload(t, stranger, message.ItemTypeStorage, "theirs")
			_, err := stranger.Publish(t.Context(), &message.Store{ItemType: message.ItemTypeStorage, ItemHash: hash, Ref: id}, object.Options{})
			if _, refused := object.AsRejected(err, message.CodePermissionDenied); !refused {
				t.Errorf("a stranger amends the volume: %v", err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, one(env, `content = "mine"`, test.argument))
			cli.Run("apply")
			test.claim(t, env.Stranger(t), cli.State(at, "id"))
			contains(t, cli.Run("plan"), "No changes.")
		})
	}
}

// TestStarved: of a volume with older versions, the network removes some for lack of funds. One apply heals it, and what
// is left of it is destroyed: the dead are never named in a FORGET.
func TestStarved(t *testing.T) {
	for _, test := range []struct {
		name string
		// from and to say which of the three versions are removed, says what the plan does then, and alive how many
		// versions there are once it is applied.
		from, to int
		says     string
		alive    int
	}{
		{"the first one", 0, 1, "1 to add, 0 to change, 1 to destroy", 1},
		{"a superseded one", 1, 2, "No changes.", 2},
		{"the live one", 2, 3, "0 to add, 1 to change, 0 to destroy", 3},
		{"every amend", 1, 3, "0 to add, 1 to change, 0 to destroy", 2},
		{"all", 0, 3, "1 to add, 0 to change, 0 to destroy", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, "")
			var versions []string
			for _, content := range []string{"a", "b", "c"} {
				cli.Configure(one(env, fmt.Sprintf("content = %q", content), "keep_superseded = true"))
				cli.Run("apply")
				versions = append(versions, cli.State(at, "item_hash"))
			}
			env.Starve(t, versions[test.from:test.to]...)
			contains(t, cli.Run("plan"), test.says)
			cli.Run("apply")
			contains(t, cli.Run("plan"), "No changes.")
			if n := storesAlive(env, env.Account.Address()); n != test.alive {
				t.Errorf("%d versions are alive, want %d", n, test.alive)
			}
			cli.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// TestRejected_afterTheFact: what the network once took and rejects later is gone, with the reason, and is created anew.
func TestRejected_afterTheFact(t *testing.T) {
	env := acctest.Start(t)
	cli := acctest.NewCLI(t, one(env, `content = "a"`))
	cli.Run("apply")
	hash := cli.State(at, "id")
	stop := env.Reject(hash, message.CodeCreditInsufficient)
	contains(t, cli.Run("plan"), "1 to add, 0 to change, 0 to destroy", "did not accept volume "+hash, "error code 6")
	stop()
	contains(t, cli.Run("plan"), "No changes.")
}

// TestFunds: a volume that is about to be removed stays in the state, a refill keeps it, and a removed one is created
// anew. Each is said.
func TestFunds(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	cli := acctest.NewCLI(t, one(env, `content = "a"`))
	cli.Run("apply")
	hash := cli.State(at, "id")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(env.Local.SetRemoving(hash, core.CreditInsufficient))
	contains(t, cli.Run("plan"), "No changes.", "removes volume "+hash+" soon: the owner has too few credits", "it stays when that is done in time")
	must(env.Local.Refill(hash))
	contains(t, cli.Run("plan"), "No changes.")
	must(env.Local.SetRemoving(hash, core.CreditInsufficient))
	must(env.Local.SetRemoved(hash))
	contains(t, cli.Run("plan"), "1 to add, 0 to change, 0 to destroy", "The network removed volume "+hash+": the owner has too few credits")
	cli.Run("apply")
	cli.Run("destroy")
}
