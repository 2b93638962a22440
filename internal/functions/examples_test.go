// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package functions_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/functions"
)

// example is a line of a description: a call, and what it gives, as JSON.
var example = regexp.MustCompile("(?m)^\\* `(provider::aleph::([a-z0-9_]+)\\(.*\\))` is `(.+?)`")

// Terraform gives what the descriptions say.
func TestExamples(t *testing.T) {
	t.Parallel()

	directory, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	// The provider runs in this process, and not in the directory of Terraform.
	paths := strings.NewReplacer(`"hello.txt"`, `"`+filepath.ToSlash(directory)+`/hello.txt"`, `"app"`, `"`+filepath.ToSlash(directory)+`/app"`)
	var config strings.Builder
	var checks []statecheck.StateCheck
	for _, make := range functions.All(blob.NewCache("")) {
		var metadata function.MetadataResponse
		var definition function.DefinitionResponse
		make().Metadata(t.Context(), function.MetadataRequest{}, &metadata)
		make().Definition(t.Context(), function.DefinitionRequest{}, &definition)
		found := 0
		for _, match := range example.FindAllStringSubmatch(definition.Definition.MarkdownDescription, -1) {
			if match[2] != metadata.Name {
				t.Errorf("the description of %s has an example of %s", metadata.Name, match[2])
			}
			output := fmt.Sprintf("%s_%d", metadata.Name, found)
			fmt.Fprintf(&config, "output %q {\n  value = %s\n}\n", output, paths.Replace(match[1]))
			checks = append(checks, statecheck.ExpectKnownOutputValue(output, known(t, match[3])))
			found++
		}
		if found == 0 {
			t.Errorf("the description of %s has no example", metadata.Name)
		}
	}
	acctest.Test(t, resource.TestStep{Config: config.String(), ConfigStateChecks: checks})
}

// known is the check of a value in JSON.
func known(t *testing.T, text string) knownvalue.Check {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	switch value := value.(type) {
	case string:
		return knownvalue.StringExact(value)
	case float64:
		return knownvalue.Int64Exact(int64(value))
	case map[string]any:
		elements := map[string]knownvalue.Check{}
		for name, element := range value {
			elements[name] = knownvalue.StringExact(fmt.Sprint(element))
		}
		return knownvalue.MapExact(elements)
	}
	t.Fatalf("%s is no value that a function gives", text)
	return nil
}

// Terraform shows which argument is refused, and what to do.
func TestRefusal(t *testing.T) {
	t.Parallel()

	acctest.Test(t, resource.TestStep{
		Config:      `output "memory" { value = provider::aleph::parse_size("4GB") }`,
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Invalid value for "size" parameter: "4GB" is 4000000000 bytes.*give it\s+in MiB or GiB`),
	})
}

// What is known after apply is computed then; a plan is not refused.
func TestUnknown(t *testing.T) {
	t.Parallel()

	acctest.Test(t, resource.TestStep{
		Config: `
resource "terraform_data" "hash" {
  input = "` + hash + `"
}

output "url" {
  value = provider::aleph::program_url(terraform_data.hash.output)
}
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("url", knownvalue.StringExact("https://aleph.sh/vm/"+hash)),
		},
	})
}

// What a function says of a file, a directory or a program is what the resources say.
func TestSameAsResources(t *testing.T) {
	env := acctest.Start(t)
	directory, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	config := env.Provider() + fmt.Sprintf(`
locals {
  directory = %q
}

resource "aleph_volume" "directory" {
  source_dir     = "${local.directory}/app"
  archive_format = "zip"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_volume" "file" {
  source = "${local.directory}/hello.txt"
}

resource "aleph_volume" "ipfs" {
  source         = "${local.directory}/hello.txt"
  storage_engine = "ipfs"
}

resource "aleph_program" "test" {
  code = { ref = aleph_volume.directory.ref, encoding = aleph_volume.directory.encoding, entrypoint = "main:app" }
%[2]s}

output "same" {
  value = {
    directory = aleph_volume.directory.content_hash == provider::aleph::directory_hash("${local.directory}/app", "zip")
    file      = aleph_volume.file.content_hash == provider::aleph::file_sha256("${local.directory}/hello.txt")
    ipfs      = aleph_volume.ipfs.content_hash == provider::aleph::file_cid("${local.directory}/hello.txt")
    url       = aleph_program.test.url == provider::aleph::program_url(aleph_program.test.item_hash)
    host      = aleph_program.test.host_url == "https://${provider::aleph::program_host(aleph_program.test.item_hash)}"
  }
}
`, filepath.ToSlash(directory), acctest.NodeStores().RuntimeArgument())
	all := map[string]knownvalue.Check{}
	for _, what := range []string{"directory", "file", "ipfs", "url", "host"} {
		all[what] = knownvalue.Bool(true)
	}
	acctest.Test(t, acctest.Apply(config, acctest.Actions{"aleph_program.test": acctest.Create}, statecheck.ExpectKnownOutputValue("same", knownvalue.ObjectExact(all))))
}
