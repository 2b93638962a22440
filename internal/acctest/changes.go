// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// Change is a change of one attribute in the configuration.
type Change struct {
	// Attribute is what changes: its path without indices, such as "volumes.parent.ref".
	Attribute string
	// With are the paths of what is known, and cannot but change along with it.
	With []string
	// Unknown are the attributes that are known after the apply, and Forces are what forces a replacement.
	Unknown, Forces []string
	// Before and After write the resource block, with a label.
	Before, After func(label string) string
}

// ExpectChanges plans a change of each attribute of a resource type, each alone and of a resource of its own, and checks
// that exactly that attribute differs, and what follows from it. The schema says which attributes there are: one without
// a change fails the test. Aside are those that no configuration sets.
func (e *Env) ExpectChanges(t *testing.T, resourceType string, aside []string, changes []Change) {
	t.Helper()
	paths, uncovered := driftable(t, resourceType, aside)
	byAddress := make(map[string]Change, len(changes))
	before, after := e.Provider(), e.Provider()
	for i, change := range changes {
		delete(uncovered, change.Attribute)
		label := fmt.Sprintf("%s_%d", strings.ReplaceAll(change.Attribute, ".", "_"), i)
		before, after = before+change.Before(label), after+change.After(label)
		byAddress[resourceType+"."+label] = change
	}
	for path := range uncovered {
		t.Errorf("%s.%s has no change: nothing shows what follows from one", resourceType, path)
	}
	terraform := NewCLI(t, before)
	terraform.Run("apply")
	terraform.Configure(after)
	marks := 0
	for _, planned := range terraform.Plan().ResourceChanges {
		change := byAddress[planned.Address]
		unknown := unknownOf(planned.Change)
		known := slices.DeleteFunc(differences(paths, "", planned.Change.Before, planned.Change.After), func(path string) bool {
			return slices.Contains(unknown, path)
		})
		for _, err := range []error{
			same("different", known, append(change.With, change.Attribute)),
			same("unknown", unknown, change.Unknown),
			same("forcing replacement", forcing(planned.Change), change.Forces),
		} {
			if err != nil {
				t.Errorf("%s: %v", planned.Address, err)
			}
		}
		if planned.Change.Actions.Replace() {
			marks++
		}
	}
	if got := strings.Count(terraform.Raw("show", SavedPlan), "# forces replacement"); got < marks {
		t.Errorf("%d lines say that they force a replacement, and %d resources are replaced", got, marks)
	}
}

// unknownOf are the attributes in which something is known after the apply.
func unknownOf(change *tfjson.Change) []string {
	unknown, _ := change.AfterUnknown.(map[string]any)
	maps.DeleteFunc(unknown, func(_ string, v any) bool { return !isUnknown(v) })
	return slices.Sorted(maps.Keys(unknown))
}

// forcing are the paths that force a replacement, joined by full stops.
func forcing(change *tfjson.Change) []string {
	var paths []string
	for _, path := range change.ReplacePaths {
		steps, _ := path.([]any)
		texts := make([]string, len(steps))
		for i, step := range steps {
			texts[i] = fmt.Sprint(step)
		}
		paths = append(paths, strings.Join(texts, "."))
	}
	return paths
}
