// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// described is a plan in a few lines for each resource: what is done to it, what forces that, which attributes become
// other ones, and what is known after the apply.
func described(plan *tfjson.Plan) string {
	slices.SortFunc(plan.ResourceChanges, func(a, b *tfjson.ResourceChange) int { return strings.Compare(a.Address, b.Address) })
	var text strings.Builder
	for _, resource := range plan.ResourceChanges {
		change := resource.Change
		fmt.Fprintf(&text, "%s: %v\n", resource.Address, change.Actions)
		var forcing []string
		for _, path := range change.ReplacePaths {
			forcing = append(forcing, strings.ReplaceAll(strings.Trim(fmt.Sprint(path), "[]"), " ", "."))
		}
		for _, line := range []struct {
			title string
			paths []string
		}{{"forced by", forcing}, {"changed", changed(change)}, {"known after apply", unknown("", change.AfterUnknown)}} {
			if len(line.paths) > 0 {
				slices.Sort(line.paths)
				fmt.Fprintf(&text, "  %s: %s\n", line.title, strings.Join(line.paths, ", "))
			}
		}
	}
	return text.String()
}

// changed are the attributes of a resource that exists and stays whose planned value is known, and another one.
func changed(change *tfjson.Change) []string {
	before, _ := change.Before.(map[string]any)
	after, _ := change.After.(map[string]any)
	var names []string
	for name := range after {
		if was, exists := before[name]; exists && !reflect.DeepEqual(was, after[name]) {
			names = append(names, name)
		}
	}
	return names
}

// unknown are the paths in a value of `after_unknown` at which it is true.
func unknown(path string, value any) []string {
	var paths []string
	switch value := value.(type) {
	case bool:
		if value {
			return []string{strings.TrimPrefix(path, ".")}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			paths = append(paths, unknown(path+"."+name, value[name])...)
		}
	case []any:
		for i, element := range value {
			paths = append(paths, unknown(fmt.Sprintf("%s.%d", path, i), element)...)
		}
	}
	return paths
}
