// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// What happens to many programs of one plan alike is told once, with the programs.
func TestWarnings_ofManyPrograms(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	const programs = 40
	config := func(content string) string {
		return env.Provider() + fmt.Sprintf(`
resource "aleph_volume" "shared" {
  content    = %q
  use_latest = false
  lifecycle { create_before_destroy = true }
}
resource "aleph_program" "many" {
  count   = %d
  name    = "p${count.index}"
  code    = { ref = aleph_volume.shared.ref, encoding = "plain", entrypoint = "app", interface = "asgi", use_latest = false }
  volumes = [{ mount = "/s", name = "s", size_mib = 10 }]
}
`, content, programs)
	}
	terraform := acctest.NewCLI(t, config("a"))
	terraform.Run("apply")
	terraform.Configure(config("b"))
	_, told, _ := strings.Cut(terraform.Raw("plan", "-no-color"), "Plan: ")
	expectText(t, told, "A volume is replaced together with its mount", "The data of a program does not follow its amend")
	if warnings, lines := strings.Count(told, "Warning: "), strings.Count(told, "\n"); warnings != 2 || lines > 45 {
		t.Errorf("%d warnings in %d lines:\n%s", warnings, lines, told)
	}
	// How many one warning lists depends on how fast Terraform plans; the others fold into it.
	expectText(t, told, "mounted by p")
}

// What is alive already is told once, however many are to be created with the same content.
func TestWarnings_ofManyDuplicates(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	config := env.Provider() + "resource \"aleph_volume\" \"same\" {\n  count   = 5\n  content = \"packages\"\n}\n"
	one, two := acctest.NewCLI(t, config), acctest.NewCLI(t, config)
	one.Run("apply")
	told := two.Run("plan")
	if warnings := strings.Count(told, "Warning: "); warnings != 1 {
		t.Errorf("%d warnings, want one:\n%s", warnings, told)
	}
	for i := range 5 {
		expectText(t, told, one.State(fmt.Sprintf("aleph_volume.same[%d]", i), "item_hash")+", at ")
	}
}
