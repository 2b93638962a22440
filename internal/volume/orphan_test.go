// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// orphaned is a configuration of a volume that was amended, and of a program that runs it, after another tool has forgotten
// the program and the first version of its code, and has left the amend.
func orphaned(t *testing.T, env *acctest.Env, more string) (terraform *acctest.CLI, first, amend string) {
	t.Helper()
	config := func(text string) string {
		return env.Provider() + fmt.Sprintf(`
resource "aleph_volume" "code" {
  content = %q
%s}

resource "aleph_program" "app" {
  code = { ref = aleph_volume.code.ref, encoding = "plain", entrypoint = "m:a" }
}
`, text, more)
	}
	terraform = acctest.NewCLI(t, config("1"))
	terraform.Run("apply")
	terraform.Configure(config("2"))
	terraform.Run("apply")
	first, amend = terraform.State("aleph_volume.code", "id"), terraform.State("aleph_volume.code", "item_hash")
	for _, hash := range []string{terraform.State("aleph_program.app", "item_hash"), first} {
		if _, err := env.OtherTool(t).Publish(t.Context(), message.NewForget("by another tool", hash), object.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	return terraform, first, amend
}

// A volume whose first version another tool has forgotten is replaced by itself, with what mounts it, in one apply; and the
// amend that is left ends.
func TestFirstVersionGone(t *testing.T) {
	for name, more := range map[string]string{"": "", "create_before_destroy": "  lifecycle {\n    create_before_destroy = true\n  }\n"} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform, first, amend := orphaned(t, env, more)
			text := terraform.Run("plan")
			for _, want := range []string{"Warning: The first version of the volume is gone", first, "2 to add, 0 to change, 1 to destroy", "# forces replacement"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in:\n%s", want, text)
				}
			}
			terraform.Run("apply")
			terraform.Run("plan", "-detailed-exitcode")
			if status := env.Status(amend); status != message.StatusForgotten {
				t.Errorf("the amend is %s", status)
			}
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// An amend whose first version is gone is imported by what is left, immutable, so that nothing is planned for who wants it
// so. The list names it by the same hash.
func TestFirstVersionGone_imported(t *testing.T) {
	env := acctest.Start(t)
	_, first, amend := orphaned(t, env, "")
	question := acctest.List{Resource: "aleph_volume", Settings: map[string]any{"api_url": env.URL, "address": env.Account.Address()}}
	if found := question.Ask(t); len(found) != 1 || found[0].Identity["id"] != amend {
		t.Errorf("listed %+v, want %s", found, amend)
	}
	block := func(useLatest bool) string {
		return env.Provider() + fmt.Sprintf("resource \"aleph_volume\" \"left\" {\n  content = \"2\"\n  use_latest = %t\n}\n", useLatest)
	}
	for _, hash := range []string{amend, first} {
		terraform := acctest.NewCLI(t, block(false))
		terraform.Run("import", "aleph_volume.left", hash)
		if id := terraform.State("aleph_volume.left", "id"); id != amend {
			t.Errorf("by %s, the id is %s, want %s", hash, id, amend)
		}
		terraform.Run("apply")
		terraform.Run("plan", "-detailed-exitcode")
		terraform.Configure(block(true))
		if text := terraform.Run("plan"); !strings.Contains(text, "1 to add, 0 to change, 1 to destroy") {
			t.Error(text)
		}
	}
}
