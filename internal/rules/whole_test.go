// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
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

const (
	oneKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6ufBwLv4PQfMTwbMoaqzoMXiEkMI8GVvL5nPSPkpVj ada@laptop"
	otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMQvc0I2UZfJ5WVnHNZ9SA9jDPAzV7ZfZbPiUqpm3dJS eve@laptop"
	emptyZip = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
)

// immutable are the flags that, when false, make a noun's resources immutable.
var immutable = map[string]string{program.ResourceType: "allow_amend", volume.ResourceType: "use_latest"}

// wholes say, of each resource together, everything that a configuration can say. The owner is the account of the
// configuration, stored the hash of a file that the node has, and packed a volume with a zip.
func wholes(owner, stored, packed string) map[string][]object {
	common := object{
		"channel": "C", "address": owner,
		"timeouts": object{"create": "1m", "read": "1m", "update": "1m", "delete": "1m"},
	}
	with := func(all ...object) object {
		config := maps.Clone(common)
		for _, more := range all {
			maps.Copy(config, more)
		}
		return config
	}
	file := object{
		"storage_engine": "storage", "use_latest": true, "keep_superseded": false, "metadata": `{"k": 1}`, "tags": list{"t", "u"},
		"payment": object{"type": "credit", "chain": "ETH", "receiver": "r"},
	}
	return map[string][]object{
		program.ResourceType: {with(object{
			"name": "n", "tags": list{"a", "b"}, "metadata": `{"k": 1}`,
			"code":        object{"ref": python, "encoding": "squashfs", "entrypoint": "main:app", "interface": "asgi", "args": list{"x", "y"}, "use_latest": true},
			"runtime":     object{"ref": python, "use_latest": true, "comment": "c"},
			"data":        object{"ref": packed, "encoding": "zip", "mount": "/data", "use_latest": false},
			"export":      object{"encoding": "zip", "mount": "/e"},
			"on":          object{"http": true, "persistent": false, "message": list{`{"sender": "x"}`, `{"sender": "y"}`}},
			"environment": object{"internet": true, "aleph_api": true, "reproducible": false, "shared_cache": false},
			"resources": object{
				"vcpus": 1, "memory": 128, "seconds": 1,
				"published_ports": list{object{"protocol": "tcp", "port": 80}, object{"protocol": "udp", "port": 53}},
			},
			"volumes": list{
				object{"ref": debian12, "use_latest": true, "mount": "/i", "comment": "c"},
				object{"ephemeral": true, "size_mib": 1, "mount": "/t"},
				object{"persistence": "host", "name": "v", "size_mib": 5000, "mount": "/p", "parent": object{"ref": debian12, "use_latest": true}},
			},
			"requirements": object{
				"cpu":  object{"architecture": "x86_64", "vendor": "AuthenticAMD", "features": list{"sev", "sev_snp"}},
				"node": object{"owner": "o", "address_regex": "^https", "node_hash": python, "terms_and_conditions": python},
				"gpu": list{
					object{"vendor": "NVIDIA", "device_name": "d", "device_class": "0300", "device_id": "10de:2684"},
					object{"vendor": "NVIDIA", "device_name": "e", "device_class": "0302", "device_id": "10de:26b9"},
				},
			},
			"variables": object{"A": "1", "B": "2"}, "authorized_keys": list{oneKey, otherKey},
			"payment":     object{"type": "credit", "chain": "ETH", "receiver": "r"},
			"allow_amend": true, "keep_superseded": false,
		})},
		volume.ResourceType: {
			with(file, object{"content": "x"}),
			with(object{"content_base64": "eA=="}),
			with(object{"file_hash": stored}),
			with(object{"source": "whole_test.go"}),
			with(object{"source_dir": "testdata", "archive_format": "zip", "excludes": list{"a", "b"}}),
			with(object{"content": "x", "ref_name": "n", "use_latest": false}),
			with(object{"file_hash": stored, "content_hash": stored}),
		},
		"aleph_post":    {with(object{"type": "t", "ref": "r", "content": `{"a": 1}`})},
		"aleph_ssh_key": {with(object{"key": oneKey, "label": "l"})},
		"aleph_domain":  {with(object{"domain": "www.example.org", "type": "ipfs", "message_id": python, "options": object{"catch_all_path": "/x"}})},
		"aleph_aggregate": {with(object{
			"key": "k", "content": `{"a": 1}`, "exclusive": false, "forget_on_destroy": false, "allow_well_known": false,
		})},
	}
}

// others are further values of what takes not any; nil where there is none that every configuration takes.
var others = map[string]any{
	"address": nil, "payment.type": nil, "payment.chain": "AVAX", "metadata": `{"k": 2}`, "content": `{"a": 2}`, "timeouts.create": "2m",
	"timeouts.read": "2m", "timeouts.update": "2m", "timeouts.delete": "2m", "key": otherKey, "type": nil, "message_id": debian12,
	"code.ref": debian12, "code.encoding": nil, "code.interface": "binary", "runtime.ref": debian12, "data.ref": nil, "data.encoding": nil, "data.mount": nil,
	"export.encoding": "squashfs", "on.message": `{"sender": "z"}`, "authorized_keys": nil, "resources.published_ports.protocol": nil,
	"volumes.ref": python, "volumes.ephemeral": nil, "volumes.persistence": "store", "volumes.parent.ref": python,
	"requirements.cpu.architecture": "arm64", "requirements.node.node_hash": debian12, "requirements.node.terms_and_conditions": debian12,
	"requirements.gpu.device_class": nil, "requirements.gpu.device_id": "10de:2204",
	"storage_engine": "ipfs", "content_base64": "eQ==", "file_hash": nil, "content_hash": nil, "source": "unknown_test.go", "source_dir": nil, "archive_format": "squashfs",
}

// other is a value that is not v, as far as one is known for the attribute.
func other(v any, attribute string) (any, bool) {
	switch v.(type) {
	case object, list:
		return nil, false
	}
	if known, ok := others[attribute]; ok {
		return known, known != nil
	}
	switch v := v.(type) {
	case bool:
		return !v, true
	case int:
		return v + 1, true
	case string:
		return v + "2", true
	}
	return nil, false
}

// Every argument of every resource is in one of the configurations.
func TestWholes_sayEverything(t *testing.T) {
	t.Parallel()
	said := wholes("", "", "")
	for resource, schema := range schemasOf(t) {
		missing := paths("", schema.Block.Attributes)
		for _, config := range said[resource] {
			forEach(config, func(at []any, _ any) {
				missing = slices.DeleteFunc(missing, func(name string) bool { return name == nameOf(at) })
			})
		}
		if len(missing) > 0 {
			t.Errorf("no configuration of %s says %s", resource, strings.Join(missing, ", "))
		}
	}
}

// paths are the arguments of a schema, with dots between the names that lead to one.
func paths(prefix string, attributes []*tfprotov6.SchemaAttribute) []string {
	var names []string
	for _, a := range attributes {
		if !a.Optional && !a.Required {
			continue
		}
		names = append(names, prefix+a.Name)
		if a.NestedType != nil {
			names = append(names, paths(prefix+a.Name+".", a.NestedType.Attributes)...)
		}
	}
	return names
}

// forEach calls use with every value of a configuration, and the keys and indexes that lead to it.
func forEach(config object, use func(at []any, v any)) {
	var walk func(v any, at []any)
	walk = func(v any, at []any) {
		if len(at) > 0 {
			use(at, v)
		}
		switch v := v.(type) {
		case object:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(v[key], append(slices.Clone(at), key))
			}
		case list:
			for i, inner := range v {
				walk(inner, append(slices.Clone(at), i))
			}
		}
	}
	walk(config, nil)
}

// nameOf is the name of an attribute, whichever the elements that lead to it.
func nameOf(at []any) string {
	var names []string
	for _, step := range at {
		if name, ok := step.(string); ok && (len(names) == 0 || names[0] != "variables") {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

// with is a copy of v that has another value at a path.
func with(v any, at []any, value any) any {
	if len(at) == 0 {
		return value
	}
	switch v := v.(type) {
	case object:
		copied := maps.Clone(v)
		key := fmt.Sprint(at[0])
		copied[key] = with(v[key], at[1:], value)
		return copied
	case list:
		copied, i := slices.Clone(v), at[0].(int)
		copied[i] = with(v[i], at[1:], value)
		return copied
	}
	return v
}
