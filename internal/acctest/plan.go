// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// ExpectUnknown checks that exactly these attributes of a resource are known only after apply.
func ExpectUnknown(address string, attributes ...string) plancheck.PlanCheck {
	return changeCheck{address, func(change *tfjson.Change) error { return same("unknown", unknownOf(change), attributes) }}
}

// isUnknown reports whether anything in a value of `after_unknown` is.
func isUnknown(v any) bool {
	switch value := v.(type) {
	case bool:
		return value
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), isUnknown)
	case []any:
		return slices.ContainsFunc(value, isUnknown)
	}
	return false
}

// ExpectReplacedBy checks that exactly these attributes force a replacement: their paths, joined by full stops.
func ExpectReplacedBy(address string, paths ...string) plancheck.PlanCheck {
	return changeCheck{address, func(change *tfjson.Change) error { return same("forcing replacement", forcing(change), paths) }}
}

func same(what string, got, want []string) error {
	got, want = slices.Compact(slices.Sorted(slices.Values(got))), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: %v, want %v", what, got, want)
	}
	return nil
}

type changeCheck struct {
	address string
	check   func(*tfjson.Change) error
}

func (c changeCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address == c.address {
			if err := c.check(change.Change); err != nil {
				resp.Error = fmt.Errorf("%s: %w", c.address, err)
			}
			return
		}
	}
	resp.Error = fmt.Errorf("%s is not in the plan", c.address)
}
