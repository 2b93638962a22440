// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Drift is a difference that another tool makes on the network, behind Terraform's back.
type Drift struct {
	// Attribute is what differs: its path without indices, such as "volumes.parent.ref".
	Attribute string
	// With are the paths of what cannot but differ along with it.
	With []string
	// Replaces is whether a replacement heals it; an update does otherwise.
	Replaces bool
	// Block writes the resource block that was applied before, with a label.
	Block func(label string) string
	// Make changes the network; hash is the live version.
	Make func(hash string)
}

// ExpectDrifts checks of every attribute of a resource type that a difference on the network shows in the next plan, as
// that difference and no other, and that one apply heals it. The schema says which attributes there are: one without a
// drift fails the test. Aside are those that cannot differ by themselves: what only Terraform knows, and what follows
// from the item hash. All drifts are made, shown and healed together, each of a resource of its own.
func (e *Env) ExpectDrifts(t *testing.T, resourceType string, aside []string, drifts []Drift) {
	t.Helper()
	paths, uncovered := driftable(t, resourceType, aside)
	byAddress := make(map[string]Drift, len(drifts))
	config := e.Provider()
	for i, drift := range drifts {
		if _, known := paths[drift.Attribute]; !known {
			t.Fatalf("%s has no attribute %s that can differ", resourceType, drift.Attribute)
		}
		delete(uncovered, drift.Attribute)
		label := fmt.Sprintf("%s_%d", strings.ReplaceAll(drift.Attribute, ".", "_"), i)
		config += drift.Block(label)
		byAddress[resourceType+"."+label] = drift
	}
	for path := range uncovered {
		t.Errorf("%s.%s has no drift: nothing shows that a difference on the network is seen and healed", resourceType, path)
	}
	if t.Failed() {
		return
	}

	terraform := NewCLI(t, config)
	terraform.Run("apply")
	for address, hash := range terraform.itemHashes() {
		byAddress[address].Make(hash)
	}
	for _, planned := range terraform.Plan().ResourceChanges {
		drift := byAddress[planned.Address]
		want := append([]string{drift.Attribute}, drift.With...)
		got := slices.DeleteFunc(differences(paths, "", planned.Change.Before, planned.Change.After), func(path string) bool {
			return isAside(aside, path)
		})
		if err := same("different", got, want); err != nil {
			t.Errorf("%s: %v", planned.Address, err)
		}
		if actions := planned.Change.Actions; actions.Replace() != drift.Replaces || actions.Update() == drift.Replaces {
			t.Errorf("%s: the plan is to %v", planned.Address, actions)
		}
	}
	terraform.Run("apply", SavedPlan)
	terraform.Run("plan", "-detailed-exitcode")
	terraform.Run("destroy", "-refresh=false")
	e.ExpectNothingAlive(t)
}

// driftable are the paths of a resource type's attributes that can differ: the leaves, which are true, and what holds
// others. All have to be covered, but for objects: one with a default is never left out, and the schema does not say which.
func driftable(t *testing.T, resourceType string, aside []string) (paths, uncovered map[string]bool) {
	t.Helper()
	server, err := Factories(t)["aleph"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	paths, uncovered = map[string]bool{}, map[string]bool{}
	var walk func(at string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(at string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			path, nested := at+a.Name, a.NestedType
			if isAside(aside, path) {
				continue
			}
			paths[path] = nested == nil
			if nested == nil || nested.Nesting != tfprotov6.SchemaObjectNestingModeSingle {
				uncovered[path] = true
			}
			if nested != nil {
				walk(path+".", nested.Attributes)
			}
		}
	}
	walk("", schemas.ResourceSchemas[resourceType].Block.Attributes)
	return paths, uncovered
}

// isAside reports whether a path is one of those aside, or below one.
func isAside(aside []string, path string) bool {
	return slices.ContainsFunc(aside, func(name string) bool { return path == name || strings.HasPrefix(path, name+".") })
}

// differences are the paths, without indices, at which two values of a plan differ. leaves says where to stop.
func differences(leaves map[string]bool, at string, before, after any) []string {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	var found []string
	if a, ok := before.([]any); ok && !leaves[at] {
		if b, ok := after.([]any); ok && len(a) == len(b) {
			for i := range a {
				found = append(found, differences(leaves, at, a[i], b[i])...)
			}
			return found
		}
	}
	a, isObject := before.(map[string]any)
	b, stays := after.(map[string]any)
	if leaves[at] || !isObject || !stays {
		return []string{at}
	}
	names := maps.Clone(a)
	maps.Copy(names, b)
	for name := range names {
		found = append(found, differences(leaves, strings.TrimPrefix(at+"."+name, "."), a[name], b[name])...)
	}
	return found
}

// itemHashes are the live versions that the state names, by the address of the resource.
func (c *CLI) itemHashes() map[string]string {
	c.t.Helper()
	var state tfjson.State
	if err := json.Unmarshal([]byte(c.Raw("show", "-json")), &state); err != nil {
		c.t.Fatal(err)
	}
	hashes := map[string]string{}
	for _, resource := range resources(&state) {
		hashes[resource.Address], _ = resource.AttributeValues["item_hash"].(string)
	}
	return hashes
}
