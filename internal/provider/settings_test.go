// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
	"testing"
)

// environment is a process's, for resolve.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// Every setting comes from the block, else from the first of its variables that is set, else from its default.
func TestResolve(t *testing.T) {
	t.Parallel()
	for _, s := range table {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			all := environment{}
			for _, variable := range s.env {
				all[variable] = "from " + variable
			}
			check := func(configured map[string]string, env environment, want, from string) {
				t.Helper()
				got := resolve(configured, env.get)
				if got.values[s.name] != want || got.from[s.name] != from {
					t.Errorf("%q from %q, want %q from %q", got.values[s.name], got.from[s.name], want, from)
				}
			}
			check(map[string]string{s.name: "from the block"}, all, "from the block", "")
			for i, variable := range s.env {
				later := environment{}
				for _, name := range s.env[i:] {
					later[name] = all[name]
				}
				check(nil, later, "from "+variable, variable)
			}
			check(nil, nil, s.fallback, "")
		})
	}
}

// A key in the block silences keys of every kind in the environment; anything else in the block does not.
func TestKey_inBlockSilencesEnvironment(t *testing.T) {
	t.Parallel()
	env := environment{}
	for _, s := range table {
		env[s.env[0]] = "from the environment"
	}
	for _, kind := range keyKinds {
		got := resolve(map[string]string{kind: "from the block"}, env.get)
		for _, other := range keyKinds {
			if want := map[bool]string{true: "from the block"}[other == kind]; got.values[other] != want {
				t.Errorf("%s in the block: %s is %q, want %q", kind, other, got.values[other], want)
			}
		}
		if got.values[channel] != "from the environment" {
			t.Errorf("%s in the block: the channel is %q", kind, got.values[channel])
		}
	}
	if got := resolve(map[string]string{channel: "x"}, env.get); got.values[mnemonic] == "" {
		t.Error("a channel in the block silenced a key in the environment")
	}
}

// The names of the variables are told apart, and the documentation of each setting tells them and the default.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	attributes := settingsSchema().Attributes
	for _, s := range table {
		text := attributes[s.name].GetMarkdownDescription()
		for _, part := range append(slices.Clone(s.env), s.fallback) {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not tell of %s: %s", s.name, part, text)
			}
		}
		for _, variable := range s.env {
			if !strings.HasPrefix(variable, "ALEPH_") || seen[variable] != "" {
				t.Errorf("%s: the variable %s is not ours alone (%s)", s.name, variable, seen[variable])
			}
			seen[variable] = s.name
		}
	}
}
