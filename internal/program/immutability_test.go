// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// programs are the rows of the table: what allow_amend was, and what it becomes.
var programs = map[string][2]string{
	"mutable":            {"true", "true"},
	"immutable":          {"false", "false"},
	"becoming_immutable": {"true", "false"},
	"becoming_mutable":   {"false", "true"},
}

// changes are its columns: what becomes of a program besides.
var changes = map[string]arguments{
	"content":  {"resources": `{ vcpus = 2 }`},
	"metadata": {"metadata": `jsonencode({ a = 2 })`},
	"mount":    {"volumes": `[{ mount = "/data", ref = "` + ubuntu22 + `", use_latest = false }]`},
	"nothing":  {},
	"provider": {"timeouts": `{ create = "9m", update = "9m" }`, "keep_superseded": `true`},
}

// base is what every program of the table begins with.
var base = arguments{
	"resources": `{ vcpus = 1 }`,
	"metadata":  `jsonencode({ a = 1 })`,
	"volumes":   `[{ mount = "/data", ref = "` + debian12 + `", use_latest = false }]`,
}

// outcome is a cell: what is planned, what forces a replacement, and how much is published and forgotten.
type outcome struct {
	action             plancheck.ResourceActionType
	forces             []string
	published, forgets int
}

func (c outcome) forcedBy(paths ...string) outcome {
	c.forces = paths
	return c
}

var (
	amends   = outcome{action: acctest.Update, published: 1, forgets: 1}
	keeps    = outcome{action: acctest.Update, published: 1} // an amend that leaves the older version alive
	silent   = outcome{action: acctest.Update}
	nothing  = outcome{action: acctest.NoOp}
	replaces = outcome{action: acctest.Replace, published: 1, forgets: 1}
)

var immutability = map[string]map[string]outcome{
	"mutable": {
		"content": amends, "metadata": amends, "mount": amends, "nothing": nothing, "provider": silent,
	},
	"immutable": {
		"content": replaces.forcedBy("resources.vcpus"), "metadata": replaces.forcedBy("metadata"), "mount": replaces.forcedBy("volumes"),
		"nothing": nothing, "provider": silent,
	},
	"becoming_immutable": {
		"content": amends, "metadata": amends, "mount": amends, "nothing": amends, "provider": keeps,
	},
	"becoming_mutable": {
		"content": replaces.forcedBy("allow_amend", "resources.vcpus"), "metadata": replaces.forcedBy("allow_amend", "metadata"),
		"mount": replaces.forcedBy("allow_amend", "volumes"), "nothing": replaces.forcedBy("allow_amend"), "provider": replaces.forcedBy("allow_amend"),
	},
}

// The table of immutability, cell by cell: each is a program of one configuration.
func TestImmutability(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()

	before, after := env.Provider(), env.Provider()
	create, then, again := acctest.Actions{}, acctest.Actions{}, acctest.Actions{}
	var first, second []statecheck.StateCheck
	var forced []plancheck.PlanCheck
	for row, flag := range programs {
		for column, change := range changes {
			label := row + "_" + column
			want := immutability[row][column]
			before += block(label, base.with(arguments{"allow_amend": flag[0]}))
			after += block(label, base.with(change).with(arguments{"allow_amend": flag[1]}))
			create["aleph_program."+label], then["aleph_program."+label], again["aleph_program."+label] = acctest.Create, want.action, acctest.NoOp
			forced = append(forced, acctest.ExpectReplacedBy("aleph_program."+label, want.forces...))
			first = append(first, acctest.Check(func() error { return published.Expect(label, 1, 0) }))
			second = append(second, acctest.Check(func() error { return published.Expect(label, want.published, want.forgets) }))
		}
	}
	acctest.Test(t,
		acctest.Apply(before, create, first...),
		acctest.Planned(acctest.Apply(after, then, second...), forced...),
		acctest.Apply(after, again),
	)
	env.ExpectNothingAlive(t)
}

// A value that is not known at plan, and turns out to be what it was, sends nothing. An immutable program is replaced all
// the same: the plan cannot know.
func TestUnknown_thatTurnsOutEqual(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	configOf := func(trigger string) string {
		given := arguments{"variables": `{ A = terraform_data.x.output }`}
		return env.Provider() + "resource \"terraform_data\" \"x\" {\n  input = \"same\"\n  triggers_replace = \"" + trigger + "\"\n}\n\n" +
			block("mutable", given) + block("immutable", given.with(arguments{"allow_amend": `false`}))
	}
	sent := func(name string, programs, forgets int) statecheck.StateCheck {
		return acctest.Check(func() error { return published.Expect(name, programs, forgets) })
	}
	acctest.Test(t,
		acctest.Apply(configOf("1"), acctest.Actions{"aleph_program.mutable": acctest.Create, "aleph_program.immutable": acctest.Create},
			sent("mutable", 1, 0), sent("immutable", 1, 0)),
		acctest.Planned(
			acctest.Apply(configOf("2"), acctest.Actions{"aleph_program.mutable": acctest.Update, "aleph_program.immutable": acctest.Replace},
				sent("mutable", 0, 0), sent("immutable", 1, 1)),
			acctest.ExpectReplacedBy("aleph_program.immutable", "variables"),
		),
	)
}

// Another owner is another object, whatever allow_amend says.
func TestAddress_replaces(t *testing.T) {
	env := acctest.Start(t)
	stranger := env.Stranger(t)
	_, err := stranger.Publish(t.Context(), &message.Aggregate{
		Key:     message.SecurityKey,
		Content: map[string]any{"authorizations": []any{map[string]any{"address": env.Account.Address()}}},
	}, object.Options{})
	if err != nil {
		t.Fatal(err)
	}
	theirs := config(env, base.with(arguments{"address": `"` + stranger.Account.Address() + `"`}))
	acctest.Test(t,
		acctest.Apply(config(env, base), acctest.Actions{address: acctest.Create}),
		acctest.Planned(acctest.Apply(theirs, acctest.Actions{address: acctest.Replace}), acctest.ExpectReplacedBy(address, "address")),
		// Left out again, the argument keeps what it was.
		acctest.Apply(config(env, base), acctest.Actions{address: acctest.NoOp}),
	)
	env.ExpectNothingAlive(t)
}
