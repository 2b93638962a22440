// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Each of these is nil when things are as they should be, and says how they are when not.

func expectEqual[T comparable](got, want T) error {
	if got != want {
		return fmt.Errorf("it is %v, not %v", got, want)
	}
	return nil
}

func expectAtLeast(got, want int) error {
	if got < want {
		return fmt.Errorf("it is %d, and not at least %d", got, want)
	}
	return nil
}

func expectContains(text, part string) error {
	if part == "" || !strings.Contains(text, part) {
		return fmt.Errorf("%q is not in %q", part, text)
	}
	return nil
}

// expectChanged says whether a resource is known by the same address with other values.
func expectChanged(before, after state, address string, names ...string) error {
	for _, name := range names {
		if value := after.text(address, name); value == "" || value == before.text(address, name) {
			return fmt.Errorf("%s of %s is still %q", name, address, value)
		}
	}
	return nil
}

// expectKept says whether a resource has the same values as before.
func expectKept(before, after state, address string, names ...string) error {
	for _, name := range names {
		if was, is := before.text(address, name), after.text(address, name); was != is {
			return fmt.Errorf("%s of %s was %q, and is %q", name, address, was, is)
		}
	}
	return nil
}

// expectUnknown says whether the plan does not know what the attributes will be.
func expectUnknown(plan *tfjson.Plan, address string, names ...string) error {
	unknown, _ := changeOf(plan.ResourceChanges, address).AfterUnknown.(map[string]any)
	for _, name := range names {
		if unknown[name] != true {
			return fmt.Errorf("%s is known", name)
		}
	}
	return nil
}

// expectForced says whether the plan names this path as what forces the replacement.
func expectForced(plan *tfjson.Plan, address string, path ...any) error {
	forcing := changeOf(plan.ResourceChanges, address).ReplacePaths
	if !slices.ContainsFunc(forcing, func(p any) bool {
		steps, ok := p.([]any)
		return ok && slices.Equal(steps, path)
	}) {
		return fmt.Errorf("what forces it is %v", forcing)
	}
	return nil
}

// expectGone says whether Terraform found a resource gone while it refreshed.
func expectGone(plan *tfjson.Plan, address string) error {
	if !changeOf(plan.ResourceDrift, address).Actions.Delete() {
		return fmt.Errorf("drift was seen of %d resources, and not this", len(plan.ResourceDrift))
	}
	return nil
}

// expectImported says whether the plan imports each of the resources.
func expectImported(plan *tfjson.Plan, addresses ...string) error {
	for _, address := range addresses {
		if changeOf(plan.ResourceChanges, address).Importing == nil {
			return fmt.Errorf("%s is not imported", address)
		}
	}
	return nil
}

// changeOf is what a plan says of a resource; an empty change when it says nothing.
func changeOf(changes []*tfjson.ResourceChange, address string) *tfjson.Change {
	i := slices.IndexFunc(changes, func(c *tfjson.ResourceChange) bool { return c.Address == address })
	if i < 0 {
		return &tfjson.Change{}
	}
	return changes[i].Change
}
