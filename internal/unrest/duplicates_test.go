// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// nouns are the resources, with arguments that make one.
var nouns = map[string]string{
	"program": fmt.Sprintf("name = \"test\"\n  code = { ref = %q, encoding = \"squashfs\", entrypoint = \"main\" }\n%s", acctest.NodeStores().Runtime, acctest.NodeStores().RuntimeArgument()),
	"volume":  `content = "test"`,
}

// ofEach runs a test for each resource, with a configuration of one.
func ofEach(t *testing.T, test func(t *testing.T, env *acctest.Env, noun, config string)) {
	t.Helper()
	for noun, arguments := range nouns {
		t.Run(noun, func(t *testing.T) {
			env := acctest.Start(t)
			test(t, env, noun, env.Provider()+fmt.Sprintf("resource \"aleph_%s\" \"test\" {\n  %s\n}\n", noun, arguments))
		})
	}
}

// What a lost apply left behind is named with the block that adopts it, and that block does so.
func TestDuplicate_isAdopted(t *testing.T) {
	ofEach(t, func(t *testing.T, env *acctest.Env, noun, config string) {
		terraform := acctest.NewCLI(t, config)
		expectNoDuplicate(t, terraform.Run("apply"))
		lost := terraform.State("aleph_"+noun+".test", "item_hash")
		if err := os.Remove(filepath.Join(terraform.Dir, "terraform.tfstate")); err != nil {
			t.Fatal(err)
		}
		expectText(t, terraform.Run("plan"), "Warning: The same "+noun+" is alive already", lost+", at ", "It is alive, and paid.", "import { to = ADDRESS id = \""+lost+"\" }")
		blocks := importsIn(t, terraform.Raw("plan", "-json"))
		if len(blocks) != 1 || !strings.Contains(blocks[0], "to = aleph_"+noun+".test\n") {
			t.Fatalf("the warning has %q, want one block", blocks)
		}
		terraform.Configure(config + blocks[0])
		output := terraform.Run("apply")
		expectText(t, output, "1 imported, 0 added", "0 destroyed")
		expectNoDuplicate(t, output)
		if got := terraform.State("aleph_"+noun+".test", "item_hash"); got != lost {
			t.Errorf("the state has %s, want %s", got, lost)
		}
		terraform.Run("plan", "-detailed-exitcode")
		terraform.Run("destroy")
		env.ExpectNothingAlive(t)
	})
}

// What appears between the plan and its apply is named by the apply.
func TestDuplicate_sinceThePlan(t *testing.T) {
	ofEach(t, func(t *testing.T, _ *acctest.Env, noun, config string) {
		one, two := acctest.NewCLI(t, config), acctest.NewCLI(t, config)
		expectNoDuplicate(t, one.Run("plan", "-out=saved.tfplan"))
		two.Run("apply")
		expectText(t, one.Run("apply", "saved.tfplan"), "The same "+noun+" is alive already", two.State("aleph_"+noun+".test", "item_hash")+", at ")
	})
}

// Equal resources of one configuration, and one that is replaced by its equal, are not duplicates.
func TestNoDuplicates(t *testing.T) {
	ofEach(t, func(t *testing.T, _ *acctest.Env, noun, config string) {
		terraform := acctest.NewCLI(t, strings.Replace(config, `"test" {`, "\"test\" {\n  count = 3", 1))
		expectNoDuplicate(t, terraform.Run("apply"))
		expectNoDuplicate(t, terraform.Run("apply"))
		terraform.Configure(config)
		expectNoDuplicate(t, terraform.Run("apply"))
		expectNoDuplicate(t, terraform.Run("apply", "-replace=aleph_"+noun+".test"))
	})
}

func expectText(t *testing.T, output string, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(output, text) {
			t.Errorf("no %q in: %s", text, output)
		}
	}
}

func expectNoDuplicate(t *testing.T, output string) {
	t.Helper()
	if strings.Contains(output, "alive already") {
		t.Errorf("a duplicate in: %s", output)
	}
}
