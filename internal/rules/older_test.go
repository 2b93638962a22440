// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// A state in which an attribute is missing, as one of a release that did not know it, plans nothing: what the network knows is
// read, and what only the state knows is what it is by default.
func TestState_withoutOneAttribute(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	settings := object{"api_url": env.URL, "private_key": env.PrivateKey, "check_balance": "off"}
	stored, packed := store(t, settings, object{"content": "stored"}), store(t, settings, object{"content_base64": emptyZip})
	rows := 0
	for resource, configs := range wholes(env.Account.Address(), stored.Text("content_hash"), packed.Text("id")) {
		for _, config := range configs {
			terraform, err := acctest.NewCore(t.Context(), resource, settings, acctest.Factories(t)["aleph"])
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range terraform.Apply(t.Context(), config).Errors() {
				t.Fatalf("%s: %s: %s", resource, d.Summary, d.Detail)
			}
			whole := terraform.Instance
			for _, path := range valuesIn(t, whole.Value, config) {
				older := whole
				older.Value = without(t, whole.Value, path)
				terraform.Instance = older
				rows++
				outcome := terraform.Plan(t.Context(), config)
				for _, d := range outcome.Errors() {
					t.Errorf("%s without %s: %s: %s", resource, path, d.Summary, d.Detail)
				}
				if outcome.Action != acctest.ActionNone {
					t.Errorf("%s without %s plans %s", resource, path, outcome.Action)
				}
			}
			terraform.Instance = whole
			for _, d := range terraform.Destroy(t.Context()).Errors() {
				t.Errorf("%s: %s: %s", resource, d.Summary, d.Detail)
			}
		}
	}
	t.Logf("%d states", rows)
	if rows < 100 {
		t.Error("these are too few")
	}
}

// Attributes that every state has, since they name the resource; and those that no message says: where they are configured,
// the plan takes them over in place.
var (
	naming = []string{"id", "item_hash", "live_item_hash", "address", "domain", "key"}
	local  = []string{"timeouts", "use_latest", "content", "content_base64", "source", "source_dir", "file_hash", "excludes", "archive_format"}
)

// valuesIn are the attributes of a resource that have a value which a plan must not miss, at any depth.
func valuesIn(t *testing.T, value tftypes.Value, config object) []*tftypes.AttributePath {
	t.Helper()
	var paths []*tftypes.AttributePath
	err := tftypes.Walk(value, func(path *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		name, isAttribute := path.LastStep().(tftypes.AttributeName)
		if top := string(name); len(path.Steps()) == 1 && (slices.Contains(naming, top) || slices.Contains(local, top) && config[top] != nil) {
			return false, nil
		}
		if isAttribute && !v.IsNull() {
			paths = append(paths, path)
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func without(t *testing.T, value tftypes.Value, gone *tftypes.AttributePath) tftypes.Value {
	t.Helper()
	changed, err := tftypes.Transform(value, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if path.Equal(gone) {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
