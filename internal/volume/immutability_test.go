// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// What a change does to a volume on the network.
type effect string

const (
	// amended: a new live version, the id and the first version stay.
	amended effect = "amended"
	// replaced: a new id, and nothing of the old volume is alive.
	replaced effect = "replaced"
	// untouched: no message.
	untouched effect = "untouched"
)

// cell is one cell of the immutability table: a volume that is changed once.
type cell struct {
	// before and after are use_latest.
	before, after bool
	// change is what else changes.
	change string
	action plancheck.ResourceActionType
	effect effect
	// ref is what a mount names afterwards.
	ref string
}

var cells = []cell{
	{true, true, "content", acctest.Update, amended, "id"},
	{true, true, "metadata", acctest.Update, amended, "id"},
	{true, true, "nothing", acctest.NoOp, untouched, "id"},
	{true, true, "timeouts", acctest.Update, untouched, "id"},
	{true, true, "keep", acctest.Update, untouched, "id"},

	{false, false, "content", acctest.Replace, replaced, "item_hash"},
	{false, false, "metadata", acctest.Replace, replaced, "item_hash"},
	{false, false, "nothing", acctest.NoOp, untouched, "item_hash"},
	{false, false, "timeouts", acctest.Update, untouched, "item_hash"},
	{false, false, "keep", acctest.Update, untouched, "item_hash"},

	{true, false, "content", acctest.Update, amended, "item_hash"},
	{true, false, "metadata", acctest.Update, amended, "item_hash"},
	{true, false, "nothing", acctest.Update, untouched, "item_hash"},
	{true, false, "timeouts", acctest.Update, untouched, "item_hash"},
	{true, false, "keep", acctest.Update, untouched, "item_hash"},

	{false, true, "content", acctest.Replace, replaced, "id"},
	{false, true, "metadata", acctest.Replace, replaced, "id"},
	{false, true, "nothing", acctest.Update, untouched, "id"},
	{false, true, "timeouts", acctest.Update, untouched, "id"},
	{false, true, "keep", acctest.Update, untouched, "id"},
}

func (c cell) name() string {
	kind := map[[2]bool]string{
		{true, true}: "mutable", {false, false}: "immutable", {true, false}: "becoming_immutable", {false, true}: "becoming_mutable",
	}[[2]bool{c.before, c.after}]
	return kind + "_" + c.change
}

func (c cell) address() string { return "aleph_volume." + c.name() }

// config is the volume, after the change or before it.
func (c cell) config(changed bool) string {
	useLatest, extra := c.before, map[string]string{}
	if changed {
		useLatest = c.after
		extra = map[string]map[string]string{
			"content": {"content": `"other"`}, "metadata": {"metadata": "jsonencode({ a = 1 })"},
			"timeouts": {"timeouts": `{ read = "30s" }`}, "keep": {"keep_superseded": "true"},
		}[c.change]
	}
	content := `"first"`
	if given, ok := extra["content"]; ok {
		content = given
		delete(extra, "content")
	}
	arguments := []string{fmt.Sprintf("tags = [%q]", c.name()), fmt.Sprintf("use_latest = %t", useLatest), "content = " + content}
	for name, value := range extra {
		arguments = append(arguments, name+" = "+value)
	}
	return block(c.name(), arguments...)
}

// versions are what the state says of a cell's volume.
type versions struct{ id, itemHash, ref string }

func (c cell) remember(v *versions) statecheck.StateCheck {
	return checks{
		acctest.Remember(c.address(), "id", &v.id), acctest.Remember(c.address(), "item_hash", &v.itemHash),
		acctest.Remember(c.address(), "ref", &v.ref),
	}
}

// check compares what the state says before and after with what is alive on the node.
func (c cell) check(env *acctest.Env, before, after versions) error {
	var alive []string
	for _, m := range env.Messages(message.TypeStore) {
		if strings.Contains(m.ItemContent, `"`+c.name()+`"`) {
			alive = append(alive, m.ItemHash)
		}
	}
	sameID, sameHash := before.id == after.id, before.itemHash == after.itemHash
	got := map[[2]bool]effect{{true, true}: untouched, {true, false}: amended, {false, false}: replaced}[[2]bool{sameID, sameHash}]
	if got != c.effect {
		return fmt.Errorf("%s: %q, want %s", c.name(), got, c.effect)
	}
	want := []string{after.id}
	if after.itemHash != after.id {
		want = append(want, after.itemHash)
	}
	if strings.Join(alive, " ") != strings.Join(want, " ") {
		return fmt.Errorf("%s: alive on the node are %v, want %v", c.name(), alive, want)
	}
	if ref := map[string]string{"id": after.id, "item_hash": after.itemHash}[c.ref]; after.ref != ref {
		return fmt.Errorf("%s: ref is %s, want its %s, %s", c.name(), after.ref, c.ref, ref)
	}
	return nil
}

// TestImmutability changes one volume per cell, all in one configuration, first with versions that were never amended
// and then with ones that were.
func TestImmutability(t *testing.T) {
	env := acctest.Start(t)
	before, after := make([]versions, len(cells)), make([]versions, len(cells))
	create, change := acctest.Actions{}, acctest.Actions{}
	configs := map[bool]string{false: env.Provider(), true: env.Provider()}
	var first, second, effects checks
	for i, c := range cells {
		create[c.address()], change[c.address()] = acctest.Create, c.action
		first, second = append(first, c.remember(&before[i])), append(second, c.remember(&after[i]))
		for changed := range configs {
			configs[changed] += c.config(changed)
		}
		effects = append(effects, acctest.Check(func() error { return c.check(env, before[i], after[i]) }))
	}
	acctest.Test(t,
		acctest.Apply(configs[false], create, first),
		acctest.Apply(configs[true], change, second, effects),
	)
	if n := storesAlive(env, env.Account.Address()); n != 0 {
		t.Errorf("%d STOREs are alive after everything was destroyed", n)
	}
}

// TestPin: a volume that was amended, and is made immutable, is pinned to the version that is live, not to the first.
func TestPin(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	config := func(content string, useLatest bool) string {
		return one(env, fmt.Sprintf("content = %q", content), fmt.Sprintf("use_latest = %t", useLatest))
	}
	acctest.Test(t,
		acctest.Apply(config("a", true), creates, refersTo("id"), versions.alive(1)),
		acctest.Apply(config("b", true), updates, refersTo("id"), versions.alive(2)),
		acctest.Planned(acctest.Apply(config("b", false), updates, refersTo("item_hash"), versions.alive(2)), acctest.ExpectUnknown(at)),
		acctest.Apply(config("b", true), updates, refersTo("id"), versions.alive(2)),
		acctest.Apply(config("c", false), updates, refersTo("item_hash"), versions.alive(2)),
		acctest.Planned(acctest.Apply(config("d", false), replaces, refersTo("item_hash"), versions.seen()), acctest.ExpectReplacedBy(at, "content_hash")),
	)
	versions.ended()
}

// TestReplaced_byAddress: what belongs to another owner is another volume, whatever use_latest says.
func TestReplaced_byAddress(t *testing.T) {
	env := acctest.Start(t)
	acctest.Test(t,
		acctest.Apply(one(env, `content = "a"`), creates),
		plans(one(env, `content = "a"`, fmt.Sprintf("address = %q", core.Accounts()[1].Address)), replaces,
			acctest.ExpectReplacedBy(at, "address")),
	)
}
