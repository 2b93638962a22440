// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// forms are the ways to say nothing about an argument that is an object.
var forms = map[string]arguments{
	"omitted": {},
	"empty": {
		"runtime": `{}`, "on": `{}`, "environment": `{}`, "resources": `{}`, "payment": `{}`,
		"volumes": `[]`, "tags": `[]`, "variables": `{}`, "authorized_keys": `[]`,
	},
	"null": {
		"runtime": `null`, "on": `null`, "environment": `null`, "resources": `null`, "payment": `null`, "data": `null`, "export": `null`,
		"volumes": `null`, "tags": `null`, "variables": `null`, "authorized_keys": `null`, "metadata": `null`, "requirements": `null`,
		"allow_amend": `null`, "channel": `null`, "address": `null`, "keep_superseded": `null`, "timeouts": `null`,
	},
	"null_inside": {
		"runtime": `{ ref = null, use_latest = null }`, "on": `{ message = null }`, "environment": `{ internet = null }`,
		"resources": `{ vcpus = null, published_ports = null }`, "payment": `{ type = null, receiver = null }`,
	},
	"partial": {
		"runtime": `{ comment = "" }`, "on": `{ http = true }`, "environment": `{ aleph_api = true }`,
		"resources": `{ seconds = 30 }`, "payment": `{ chain = "ETH" }`,
	},
}

// However an argument is left out, the plan shows its default, and going from one way to another changes nothing.
func TestDefaults(t *testing.T) {
	acctest.Needs(t, acctest.NetworkStores)
	env := acctest.Start(t)
	published := env.Watch()

	before, after := env.Provider(), env.Provider()
	create, nothing := acctest.Actions{}, acctest.Actions{}
	for form, given := range forms {
		before += block(form, given)
		after += block(form, nil)
		create["aleph_program."+form], nothing["aleph_program."+form] = acctest.Create, acctest.NoOp
	}
	sent := func(programs int) statecheck.StateCheck {
		return acctest.Check(func() error {
			for form := range forms {
				if err := published.Expect(form, programs, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	acctest.Test(t,
		acctest.Apply(before, create, append(defaultsOfEveryForm(env), sent(1))...),
		acctest.Apply(after, nothing, append(defaultsOfEveryForm(env), sent(0))...),
	)
}

func defaultsOfEveryForm(env *acctest.Env) []statecheck.StateCheck {
	yes, no, none := knownvalue.Bool(true), knownvalue.Bool(false), knownvalue.ListSizeExact(0)
	want := map[string]knownvalue.Check{
		"runtime":     knownvalue.ObjectExact(map[string]knownvalue.Check{"ref": knownvalue.StringExact(python), "use_latest": yes, "comment": knownvalue.StringExact("")}),
		"on":          knownvalue.ObjectExact(map[string]knownvalue.Check{"http": yes, "persistent": no, "message": none}),
		"environment": knownvalue.ObjectExact(map[string]knownvalue.Check{"internet": yes, "aleph_api": yes, "reproducible": no, "shared_cache": no}),
		"resources": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"vcpus": knownvalue.Int64Exact(1), "memory": knownvalue.Int64Exact(2048), "seconds": knownvalue.Int64Exact(30), "published_ports": none,
		}),
		"payment": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"type": knownvalue.StringExact("credit"), "chain": knownvalue.StringExact("ETH"), "receiver": knownvalue.Null(),
		}),
		"volumes": none, "tags": none, "authorized_keys": none, "variables": knownvalue.MapSizeExact(0),
		"data": knownvalue.Null(), "export": knownvalue.Null(), "requirements": knownvalue.Null(), "metadata": knownvalue.Null(),
		"allow_amend": yes, "keep_superseded": no, "timeouts": knownvalue.Null(),
		"address": knownvalue.StringExact(env.Account.Address()), "channel": knownvalue.StringExact("ALEPH-CLOUDSOLUTIONS"),
	}
	var checks []statecheck.StateCheck
	for form := range forms {
		for attribute, value := range want {
			checks = append(checks, statecheck.ExpectKnownValue("aleph_program."+form, tfjsonpath.New(attribute), value))
		}
	}
	return checks
}

// An argument that is taken out again goes back to its default by an amend.
func TestRemovedAgain(t *testing.T) {
	acctest.Needs(t, acctest.NetworkStores)
	env := acctest.Start(t)
	some := arguments{
		"runtime": `{ comment = "x" }`, "on": `{ http = false }`, "environment": `{ internet = false }`, "resources": `{ vcpus = 2 }`,
		"volumes": `[{ ephemeral = true, size_mib = 1 }]`, "variables": `{ A = "b" }`, "tags": `["a"]`, "data": `{ ref = "` + debian12 + `", encoding = "zip", mount = "/d" }`,
		"requirements": `{}`, "metadata": `jsonencode({ a = 1 })`,
	}
	acctest.Test(t,
		acctest.Apply(config(env, some), acctest.Actions{address: acctest.Create}),
		acctest.Apply(config(env, nil), acctest.Actions{address: acctest.Update},
			statecheck.ExpectKnownValue(address, tfjsonpath.New("volumes"), knownvalue.ListSizeExact(0)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("data"), knownvalue.Null()),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("environment").AtMapKey("internet"), knownvalue.Bool(true)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("metadata"), knownvalue.Null()),
		),
	)
}

// What the provider block says of new objects changes nothing about those that exist, which keep what they have when an
// argument is taken out.
func TestProvider_defaultsAtCreationOnly(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, _ bool) { defaultsAtCreationOnly(t, acctest.StartTuned(t, dated)) })
}

func defaultsAtCreationOnly(t *testing.T, env *acctest.Env) {
	t.Helper()
	expect := func(chain, channel string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("payment").AtMapKey("chain"), knownvalue.StringExact(chain)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("channel"), knownvalue.StringExact(channel)),
		}
	}
	acctest.Test(t,
		acctest.Apply(env.ProviderWith("  channel = \"FIRST\"\n")+block("test", nil), acctest.Actions{address: acctest.Create}, expect("ETH", "FIRST")...),
		acctest.Apply(env.ProviderWith("  channel = \"SECOND\"\n  payment_type = \"hold\"\n")+block("test", nil), acctest.Actions{address: acctest.NoOp}, expect("ETH", "FIRST")...),
		acctest.Apply(config(env, arguments{"payment": `{ chain = "BASE" }`, "channel": `"THIRD"`}), acctest.Actions{address: acctest.Update}, expect("BASE", "THIRD")...),
		acctest.Apply(config(env, nil), acctest.Actions{address: acctest.NoOp}, expect("BASE", "THIRD")...),
	)
}
