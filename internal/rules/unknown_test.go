// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

type (
	object = map[string]any
	list   = []any
)

// Files that the network has.
var (
	python   = acctest.NodeStores().Runtime
	debian12 = acctest.NodeStores().Another
)

// whole says everything that a configuration can say.
var whole = map[string][]object{
	program.ResourceType: {{
		"name": "n", "tags": list{"a", "b"}, "metadata": `{"k": 1}`,
		"code":        object{"ref": python, "encoding": "squashfs", "entrypoint": "main:app", "interface": "asgi", "args": list{"x"}, "use_latest": true},
		"runtime":     object{"ref": python, "use_latest": true, "comment": "c"},
		"data":        object{"ref": debian12, "encoding": "squashfs", "mount": "/d", "use_latest": false},
		"export":      object{"encoding": "zip", "mount": "/e"},
		"on":          object{"http": true, "persistent": false, "message": list{`{"sender": "x"}`}},
		"environment": object{"internet": true, "aleph_api": true, "reproducible": false, "shared_cache": false},
		"resources":   object{"vcpus": 1, "memory": 128, "seconds": 1, "published_ports": list{object{"protocol": "udp", "port": 53}}},
		"volumes": list{
			object{"ref": debian12, "use_latest": true, "mount": "/i", "comment": "c"},
			object{"ephemeral": true, "size_mib": 1, "mount": "/t"},
			object{"persistence": "host", "name": "v", "size_mib": 5000, "parent": object{"ref": debian12, "use_latest": true}},
		},
		"requirements": object{
			"cpu":  object{"architecture": "x86_64", "vendor": "AuthenticAMD", "features": list{"sev"}},
			"node": object{"owner": "o", "address_regex": "^https", "node_hash": python, "terms_and_conditions": python},
			"gpu":  list{object{"vendor": "NVIDIA", "device_name": "d", "device_class": "0300", "device_id": "10de:2684"}},
		},
		"variables": object{"A": "1"}, "authorized_keys": list{"ssh-ed25519 AAAA"}, "payment": object{"type": "credit", "chain": "ETH", "receiver": "r"},
		"allow_amend": true, "channel": "C", "address": core.Accounts()[0].Address, "keep_superseded": false, "timeouts": object{"create": "1m"},
	}},
	volume.ResourceType: {
		volumeFrom(object{"content": "x"}), volumeFrom(object{"content_base64": "eA=="}), volumeFrom(object{"file_hash": strings.Repeat("0", 64)}),
		volumeFrom(object{"source": "unknown_test.go"}),
		volumeFrom(object{"source_dir": "testdata", "archive_format": "zip", "excludes": list{"a"}}),
	},
}

func volumeFrom(source object) object {
	all := object{
		"storage_engine": "storage", "use_latest": true, "keep_superseded": false, "metadata": `{"k": []}`, "tags": list{"t"},
		"payment": object{"type": "hold", "chain": "ETH", "receiver": "r"}, "channel": "C", "address": core.Accounts()[0].Address, "timeouts": object{"create": "1m"},
	}
	maps.Copy(all, source)
	return all
}

// What is not known yet is never refused: every value by itself, and all together, of what is created and of what is
// changed.
func TestUnknown(t *testing.T) {
	env := acctest.Start(t)
	for resource, configs := range whole {
		for i, config := range configs {
			terraform, err := acctest.NewCore(t.Context(), resource, object{"api_url": env.URL, "private_key": env.PrivateKey}, acctest.Factories(t)["aleph"])
			if err != nil {
				t.Fatal(err)
			}
			unknowns := variants(config)
			unknowns["everything"] = everything(config)
			unknowns["everything at the bottom"], _ = replaced(config, nil, true).(object)
			planAll := func(when string) {
				for _, at := range slices.Sorted(maps.Keys(unknowns)) {
					for _, d := range append(terraform.Validate(t.Context(), unknowns[at]).Errors(), terraform.Plan(t.Context(), unknowns[at]).Errors()...) {
						t.Errorf("%s %d, %s, without %s: %s: %s", resource, i, when, at, d.Summary, d.Detail)
					}
				}
			}
			planAll("created")
			base := object{"code": config["code"]}
			if resource == volume.ResourceType {
				base = object{"content": "before"}
			}
			if errors := terraform.Apply(t.Context(), base).Errors(); len(errors) > 0 {
				t.Fatalf("%s: %s", errors[0].Summary, errors[0].Detail)
			}
			planAll("changed")
			t.Logf("%s %d: %d values, each unknown in its turn", resource, i, len(unknowns)-2)
		}
	}
}

// variants are the configuration with one value unknown, by its path.
func variants(config object) map[string]object {
	all := map[string]object{}
	var walk func(v any, at []any)
	walk = func(v any, at []any) {
		if len(at) > 0 {
			all[fmt.Sprint(at...)], _ = replaced(config, at, false).(object)
		}
		switch v := v.(type) {
		case object:
			for key, inner := range v {
				walk(inner, append(slices.Clone(at), key))
			}
		case list:
			for i, inner := range v {
				walk(inner, append(slices.Clone(at), i))
			}
		}
	}
	walk(config, nil)
	return all
}

func everything(config object) object {
	all := object{}
	for key := range config {
		all[key] = tftypes.UnknownValue
	}
	return all
}

// replaced is a copy of v that is unknown at a path, or at all its ends.
func replaced(v any, at []any, ends bool) any {
	if !ends && len(at) == 0 {
		return tftypes.UnknownValue
	}
	next := func(key, inner any) any {
		switch {
		case ends:
			return replaced(inner, nil, true)
		case key == at[0]:
			return replaced(inner, at[1:], false)
		}
		return inner
	}
	switch v := v.(type) {
	case object:
		copied := make(object, len(v))
		for key, inner := range v {
			copied[key] = next(key, inner)
		}
		return copied
	case list:
		copied := make(list, len(v))
		for i, inner := range v {
			copied[i] = next(i, inner)
		}
		return copied
	}
	return tftypes.UnknownValue
}
