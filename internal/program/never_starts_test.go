// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// What no compute node can start is an error at plan; what it takes in another way than the program says is a warning.
func TestPlan_ofWhatNeverStarts(t *testing.T) {
	env := acctest.Start(t)
	for name, test := range map[string]struct {
		given arguments
		fails bool
		says  []string
	}{
		"no entrypoint":    {arguments{"code": `{ ref = "` + python + `", encoding = "zip", entrypoint = "" }`}, true, []string{"No entrypoint", "code.entrypoint"}},
		"one place twice":  {arguments{"volumes": `[{ mount = "/var/data", size_mib = 5 }, { mount = "var/x/../data/", size_mib = 5 }]`}, true, []string{"Two volumes at one place", "mounted at /var/data"}},
		"one name twice":   {arguments{"volumes": `[{ name = "a b", mount = "/a", size_mib = 5 }, { name = "a_b", mount = "/b", size_mib = 5 }]`}, true, []string{"Two volumes of one name", "a_b"}},
		"data elsewhere":   {arguments{"data": `{ ref = "` + python + `", encoding = "zip", mount = "/input" }`}, false, []string{"Data appears in /data", "`volumes`"}},
		"data in squashfs": {arguments{"data": `{ ref = "` + python + `", encoding = "squashfs", mount = "/data/" }`}, false, []string{"Compute nodes take data as a zip only", "`volumes`"}},
	} {
		t.Run(name, func(t *testing.T) {
			terraform := acctest.NewCLI(t, config(env, test.given))
			command := terraform.Run
			if test.fails {
				command = terraform.Fail
			}
			expectText(t, command("plan"), test.says...)
		})
	}
}

// A program that names one version of a file, and follows the latest one, is warned of before the network refuses it: when
// the version is not known yet, and when it is; and `ref` heals it.
func TestPlan_ofItemHash(t *testing.T) {
	env := acctest.Start(t)
	config := func(content, name string) string {
		return env.Provider() + "resource \"aleph_volume\" \"d\" {\n  content = \"" + content + "\"\n}\n" +
			block("test", arguments{"code": "{ ref = aleph_volume.d." + name + `, encoding = "plain", entrypoint = "app" }`})
	}
	const warning = "A mount names one version of a file"
	terraform := acctest.NewCLI(t, config("v1", "item_hash"))
	if output := terraform.Run("apply"); strings.Contains(output, warning) {
		t.Errorf("nothing is wrong yet:\n%s", output)
	}
	terraform.Configure(config("v2", "item_hash"))
	expectText(t, terraform.Run("plan"), warning, "`code.ref`", "Name `ref` of the aleph_volume")
	expectText(t, terraform.Fail("apply"), warning, "error code 301", "`ref` of an aleph_volume, and not its `item_hash`")
	expectText(t, terraform.Run("plan"), warning, "an amend of")
	terraform.Configure(config("v2", "ref"))
	terraform.Run("apply")
	if output := terraform.Run("plan"); !strings.Contains(output, "No changes.") || strings.Contains(output, warning) {
		t.Errorf("ref does not heal it:\n%s", output)
	}
	terraform.Run("destroy")
}

// Code that is packed in another way than the program says is told as soon as the run plans its file.
func TestPlan_ofOtherEncoding(t *testing.T) {
	env := acctest.Start(t)
	config := func(encoding string) string {
		return env.Provider() + "resource \"aleph_volume\" \"d\" {\n  content = \"x\"\n}\n" +
			block("test", arguments{"code": `{ ref = aleph_volume.d.ref, encoding = "` + encoding + `", entrypoint = "app" }`})
	}
	terraform := acctest.NewCLI(t, config("plain"))
	terraform.Run("apply")
	terraform.Configure(config("zip"))
	expectText(t, terraform.Run("plan"), "Code is packed in another way", "`code.encoding`")
	terraform.Configure(config("plain"))
	terraform.Run("destroy")
}
