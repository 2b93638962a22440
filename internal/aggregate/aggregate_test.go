// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package aggregate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry/entrytest"
)

func TestAggregate(t *testing.T) {
	t.Parallel()
	const address = "aleph_aggregate.test"
	updates := acctest.Actions{address: acctest.Update}
	entrytest.Run(t, entrytest.Noun{
		Type: "aleph_aggregate", Named: "key",
		Name:     func(text string) string { return "a key/" + text },
		Key:      func(name string) string { return name },
		Required: entrytest.Arguments{"content": `jsonencode({ n = 12345678901234567890, text = "100%20 ü <&>" })`},
		Theirs: func(string) map[string]any {
			return map[string]any{"n": number("12345678901234567890"), "text": "100%20 ü <&>"}
		},
		Changes: []entrytest.Change{
			{
				Arguments: entrytest.Arguments{"content": `jsonencode({ n = 1, more = { a = [1, null] } })`}, Does: updates,
				Entries: func(string) map[string]any {
					return map[string]any{"n": number("1"), "text": nil, "more": map[string]any{"a": []any{number("1"), nil}}}
				},
			},
			{
				Arguments: entrytest.Arguments{"forget_on_destroy": "true"}, Does: updates,
				Entries: func(string) map[string]any { return map[string]any{"n": number("1")} },
			},
			{
				Arguments: entrytest.Arguments{"forget_on_destroy": ""}, Does: updates,
				Entries: func(string) map[string]any { return map[string]any{"n": number("1")} },
			},
			{
				Arguments: entrytest.Arguments{"channel": `"MINE"`}, Does: acctest.Actions{address: acctest.Replace},
				Entries: func(string) map[string]any { return map[string]any{"n": number("1")} },
			},
		},
		Drifts: []entrytest.Drift{
			{Attribute: "content", Entries: func(string) map[string]any { return map[string]any{"n": number("2")} }},
		},
		Aside: []string{"exclusive", "forget_on_destroy", "allow_well_known", "created", "last_updated"},
	})
}

func config(env *acctest.Env, key, content, more string) string {
	return env.Provider() + fmt.Sprintf("resource \"aleph_aggregate\" \"test\" {\n  key = %q\n  content = jsonencode(%s)\n%s}\n", key, content, more)
}

// What others write under other keys is drift only when the document is to be exclusive.
func TestAggregate_exclusive(t *testing.T) {
	env := acctest.Start(t)
	tool := entrytest.OtherTool(t, env)
	theirs := map[string]any{"theirs": map[string]any{"a": true}}
	const exclusive = "  exclusive = true\n"
	update := acctest.Actions{"aleph_aggregate.test": acctest.Update}
	expect := func(want map[string]any) func() error { return func() error { return tool.Expect("k", want) } }
	acctest.Test(t,
		acctest.Apply(config(env, "k", `{ ours = 1 }`, ""), acctest.Actions{"aleph_aggregate.test": acctest.Create}),
		acctest.Before(func() { tool.Write("k", theirs) },
			acctest.Apply(config(env, "k", `{ ours = 1 }`, ""), acctest.Actions{"aleph_aggregate.test": acctest.NoOp}, acctest.Check(expect(theirs)))),
		acctest.Apply(config(env, "k", `{ ours = 1 }`, exclusive), update, acctest.Check(expect(map[string]any{"theirs": nil, "ours": number("1")}))),
		acctest.Before(func() { tool.Write("k", theirs) },
			acctest.Apply(config(env, "k", `{ ours = 1 }`, exclusive), update, acctest.Check(expect(map[string]any{"theirs": nil})))),
	)
}

// Whoever owns the whole document is told of every key that others wrote since the plan, and deletes none of them.
func TestAggregate_stalePlanOfExclusive(t *testing.T) {
	env := acctest.Start(t)
	tool := entrytest.OtherTool(t, env)
	const exclusive = "  exclusive = true\n"
	terraform := acctest.NewCLI(t, config(env, "k", `{ ours = 1 }`, exclusive))
	terraform.Run("apply")
	terraform.Configure(config(env, "k", `{ ours = 2 }`, exclusive))
	terraform.Run("plan", "-out=saved")
	tool.Write("k", map[string]any{"theirs": true})
	if text := terraform.Fail("apply", "saved"); !strings.Contains(text, `"theirs" is now true`) {
		t.Error(text)
	}
	if err := tool.Expect("k", map[string]any{"theirs": true, "ours": number("1")}); err != nil {
		t.Error(err)
	}
	terraform.Run("apply")
	if err := tool.Expect("k", map[string]any{"theirs": nil, "ours": number("2")}); err != nil {
		t.Error(err)
	}
}

// With forget_on_destroy the key vanishes, with all that anybody wrote under it.
func TestAggregate_forgetOnDestroy(t *testing.T) {
	env := acctest.Start(t)
	tool := entrytest.OtherTool(t, env)
	tool.Write("k", map[string]any{"theirs": true})
	terraform := acctest.NewCLI(t, config(env, "k", `{ ours = 1 }`, "  forget_on_destroy = true\n"))
	terraform.Run("apply")
	terraform.Run("destroy")
	if all, err := tool.All(t.Context(), env.Account.Address()); err != nil || len(all) != 0 {
		t.Errorf("left is %v, %v", all, err)
	}
}

// A list that is written in another way means the same.
func TestAggregate_sameMeaning(t *testing.T) {
	env := acctest.Start(t)
	block := func(text string) string {
		return env.Provider() + "resource \"aleph_aggregate\" \"test\" {\n  key = \"k\"\n  content = <<-EOT\n" + text + "\nEOT\n}\n"
	}
	acctest.Test(t,
		acctest.Apply(block(`{"b": [1, 2.0], "a": 1e300, "z": -0.0}`), acctest.Actions{"aleph_aggregate.test": acctest.Create}),
		acctest.Apply(block(`{"a":1e300,"z":-0.0,"b":[1,2.0]}`), acctest.Actions{"aleph_aggregate.test": acctest.NoOp}),
	)
}

func TestAggregate_invalid(t *testing.T) {
	env := acctest.Start(t)
	for block, want := range map[string]string{
		config(env, "domains", `{ a = 1 }`, ""): "allow_well_known = true",
		config(env, "", `{ a = 1 }`, ""):        "it is empty",
		config(env, "k", `{}`, ""):              "with at least one key",
		config(env, "k", `{ a = null }`, ""):    "is null, which deletes a key",
		config(env, "k", `[1]`, ""):             "not a JSON object",
		config(env, "k", `{ a = join("", [for i in range(1000) : format("%300d", i)]) }`, ""): "at most 200000 characters",
		config(env, "k", `{ tags = [1] }`, ""):                                                "`content.tags",
	} {
		terraform := acctest.NewCLI(t, block)
		if text := terraform.Fail("plan"); !strings.Contains(text, want) {
			t.Errorf("want %q:\n%s", want, text)
		}
	}
	acctest.NewCLI(t, config(env, "websites", `{ a = 1 }`, "  allow_well_known = true\n")).Run("apply")
}

func number(text string) any { return json.Number(text) }
