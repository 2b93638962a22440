// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/publish"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
)

// What the examples call what exists on the network.
const (
	exampleProgram = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
	exampleVolume  = "6dfb5f9bd8a52db2cd7f4a1e6d2dbf1b3b1b0b8bdc2b8f7d0b5cf0a9e5b7a3c1"
	exampleOwner   = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
)

// exampleIn reads the example of a type, as it is or with the names of what exists.
func exampleIn(t *testing.T, kind, name, file string, names *strings.Replacer) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", kind, name, file))
	if err != nil {
		t.Fatal(err)
	}
	return names.Replace(string(text))
}

// typesIn are the types that have an example.
func typesIn(t *testing.T, kind string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", "..", "examples", kind))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// peopled is a node on which what the examples name exists.
func peopled(t *testing.T) (*acctest.Env, *strings.Replacer) {
	t.Helper()
	env := acctest.StartLocal(t, localnode.Config{})
	f := fleet{client: env.OtherTool(t), channel: "my-project", tag: "web"}
	program, err := f.program(t.Context(), 0, "")
	if err != nil {
		t.Fatal(err)
	}
	volume, err := f.store(t.Context(), "a file", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.store(t.Context(), "a site", "site"); err != nil {
		t.Fatal(err)
	}
	domains := &message.Aggregate{Key: "domains", Content: map[string]any{"example.org": map[string]any{"message_id": volume}}}
	if _, err := f.client.Publish(t.Context(), domains, publish.Options{}); err != nil {
		t.Fatal(err)
	}
	return env, strings.NewReplacer(exampleProgram, program, exampleVolume, volume, exampleOwner, env.Account.Address())
}

// Each example of an import finds what it names, by the command and by both kinds of block.
func TestImportExamples(t *testing.T) {
	for _, name := range typesIn(t, "resources") {
		for _, block := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
			t.Run(name+"/"+block, func(t *testing.T) {
				if block == "import-by-identity.tf" {
					acctest.Requires(t, acctest.Identity)
				}
				env, names := peopled(t)
				terraform := acctest.NewCLI(t, env.Provider()+exampleIn(t, "resources", name, block, names))
				expectText(t, terraform.Run("plan", "-generate-config-out=generated.tf"), "1 to import, 0 to add, 0 to change, 0 to destroy")

				// With the configuration, and without the block, the command does the same.
				terraform.Configure(env.Provider())
				_, command, _ := strings.Cut(exampleIn(t, "resources", name, "import.sh", names), "\nterraform ")
				terraform.Run(strings.Fields(command)...)
				expectNothingToDo(terraform)
			})
		}
	}
}

// Each example of a data source can be applied, leaves nothing to do, and can be destroyed.
func TestDataSourceExamples(t *testing.T) {
	for _, name := range typesIn(t, "data-sources") {
		t.Run(name, func(t *testing.T) {
			env, names := peopled(t)
			terraform := acctest.NewCLI(t, env.Provider()+exampleIn(t, "data-sources", name, "data-source.tf", names))
			expectNoText(t, terraform.Run("apply"), "Warning")
			expectNothingToDo(terraform)
			terraform.Run("destroy")
		})
	}
}

// Each list of each example finds something, and the configuration that is generated from it is valid.
func TestListExamples(t *testing.T) {
	acctest.Requires(t, acctest.ListResources)
	for _, name := range typesIn(t, "list-resources") {
		t.Run(name, func(t *testing.T) {
			env, names := peopled(t)
			terraform := acctest.NewCLI(t, env.Provider())
			example := exampleIn(t, "list-resources", name, "list-resource.tfquery.hcl", names)
			terraform.Write("example.tfquery.hcl", example)
			found := terraform.Run("query", "-generate-config-out=generated.tf")
			for _, label := range regexp.MustCompile(`(?m)^list "\w+" "(\w+)"`).FindAllStringSubmatch(example, -1) {
				expectText(t, found, "list."+name+"."+label[1]+" ")
			}
			terraform.Run("validate")
		})
	}
}
