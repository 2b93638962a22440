// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// Two plans of the same change are the same, byte for byte: what is shown, what is saved, and the warnings, in their order.
func TestPlansAreTheSame(t *testing.T) {
	env := acctest.Start(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := acctest.NewCLI(t, env.Provider()+everyKind(dir, 1, true))
	terraform.Run("apply")
	expectSamePlans(t, terraform, 0)
	terraform.Configure(env.Provider() + everyKind(dir, 2, false) + created)
	for _, text := range []string{
		"to add", "to change", "to destroy", "must be replaced", "becomes immutable for good", "does not follow its amend",
		"A volume is replaced together with its mount", "A volume is still mounted", "The source is not there yet", "Mounts must say use_latest = false", "No compute node runs ephemeral volumes",
	} {
		expectText(t, terraform.Run("plan"), text)
	}
	expectSamePlans(t, terraform, 7)
}

// expectSamePlans plans twice, and compares.
func expectSamePlans(t *testing.T, terraform *acctest.CLI, warnings int) {
	t.Helper()
	plan := func() (shown, saved string) {
		shown = sortedWarnings(moments.ReplaceAllString(terraform.Raw("plan", "-out=same.tfplan"), ""))
		if got := strings.Count(shown, "Warning: "); got != warnings {
			t.Errorf("%d warnings, want %d:\n%s", got, warnings, shown)
		}
		return shown, moments.ReplaceAllString(terraform.Raw("show", "-json", "same.tfplan"), "")
	}
	shown, saved := plan()
	againShown, againSaved := plan()
	expectSameText(t, "what is shown", shown, againShown)
	expectSameText(t, "what is saved", saved, againSaved)
}

// expectSameText compares two texts, and shows where they begin to differ.
func expectSameText(t *testing.T, what, first, second string) {
	t.Helper()
	if first == second {
		return
	}
	at := 0
	for at < min(len(first), len(second)) && first[at] == second[at] {
		at++
	}
	around := func(text string) string { return text[max(at-200, 0):min(at+200, len(text))] }
	t.Errorf("%s differs from byte %d on:\n%s\nand then\n%s", what, at, around(first), around(second))
}

// sortedWarnings is a plan with the summaries of its warnings, in order: which object speaks for all that the same happens
// to hangs on which of them Terraform plans first.
func sortedWarnings(shown string) string {
	plan, warnings, some := strings.Cut(shown, "\nWarning: ")
	if !some {
		return shown
	}
	summaries := summary.FindAllString("\nWarning: "+warnings, -1)
	slices.Sort(summaries)
	return plan + strings.Join(summaries, "")
}

var summary = regexp.MustCompile(`\nWarning: .*`)

// moments are what Terraform itself says in another order, or with another time, at each plan.
var moments = regexp.MustCompile(`(?m)^\S+: Refreshing state.*\n|"timestamp":"[^"]*"|"relevant_attributes":\[.*?\}\],`)

// everyKind is each kind of volume and program, in a first version or a second, of files in a folder.
func everyKind(dir string, n int, amendable bool) string {
	code := "code = { ref = aleph_volume.code.ref, encoding = \"plain\", entrypoint = \"main\" }\n" + acctest.NodeStores().RuntimeArgument()
	config := fmt.Sprintf(`
resource "terraform_data" "missing" { input = "%[4]s/missing" }
resource "aleph_volume" "code" { content = "version %[1]d" }
resource "aleph_volume" "base64" { content_base64 = base64encode("version %[1]d") }
resource "aleph_volume" "file" {
  source = "%[4]s/file"
  tags   = ["%[1]d"]
}
resource "aleph_volume" "folder" {
  source_dir     = "%[4]s"
  archive_format = %[1]d == 1 ? "squashfs" : "zip"
}
resource "aleph_volume" "hash" {
  file_hash = aleph_volume.file.content_hash
  metadata  = jsonencode({ b = %[1]d, a = 1 })
}
resource "aleph_volume" "pinned" {
  content    = "version %[1]d"
  use_latest = false
}
resource "aleph_program" "everything" {
  %[3]s
  name        = "everything"
  metadata    = jsonencode({ z = %[1]d, a = 1 })
  variables   = { B = "%[1]d", A = "1", C = "3" }
  allow_amend = %[2]t
  volumes = [
    { mount = "/a", ref = aleph_volume.pinned.ref, use_latest = false },
    { mount = "/b", ephemeral = true, size_mib = 10 },
    { mount = "/c", name = "c", size_mib = 2000 },
  ]
  requirements = { cpu = { architecture = "x86_64" } }
}
resource "aleph_program" "immutable" {
  %[3]s
  allow_amend = false
  resources   = { vcpus = %[1]d }
}
resource "aleph_program" "ignorant" {
  allow_amend = false
  code        = { ref = aleph_volume.pinned.ref, encoding = "plain", entrypoint = "main", use_latest = false }
  %[5]s
  lifecycle { ignore_changes = [code] }
}
`, n, amendable, code, dir, acctest.NodeStores().RuntimeArgument())
	for i := range 4 {
		config += fmt.Sprintf("resource \"aleph_program\" \"kept_%d\" {\n  %s\n  volumes = [{ mount = \"/%d\", name = \"kept\", size_mib = %d }]\n}\n", i, code, i, 2000+n)
	}
	if amendable {
		config += "resource \"aleph_program\" \"gone\" {\n  " + code + "\n}\n"
	}
	return config
}

// created are two volumes of the same content, one of a file that is missing, and one with a name of its own.
const created = `
resource "aleph_volume" "one" { content = "duplicate" }
resource "aleph_volume" "two" { content = "duplicate" }
resource "aleph_volume" "missing" { source = terraform_data.missing.output }
resource "aleph_volume" "named" {
  content  = "named"
  ref_name = "name"
}
`
