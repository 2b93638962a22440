// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// A plan that was saved is applied as it was shown; once something else was applied, it is not applied at all.
func TestSavedPlan(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("plan", "-out=create.tfplan")
	if stores := env.Messages(message.TypeStore); len(stores) > 0 {
		t.Errorf("a plan published %d STOREs", len(stores))
	}
	expectText(t, terraform.Run("apply", "create.tfplan"), "2 added, 0 changed, 0 destroyed")
	expectNothingToDo(terraform)

	terraform.Configure(env.Provider() + both(2, "two"))
	terraform.Run("plan", "-out=first.tfplan")
	terraform.Run("plan", "-out=second.tfplan")
	expectText(t, terraform.Run("apply", "first.tfplan"), "0 added, 2 changed, 0 destroyed")
	expectText(t, terraform.Fail("apply", "second.tfplan"), "Saved plan is stale")
	expectNothingToDo(terraform)

	terraform.Run("plan", "-destroy", "-out=destroy.tfplan")
	expectText(t, terraform.Run("apply", "destroy.tfplan"), "2 destroyed")
	env.ExpectNothingAlive(t)
}

// A plan that only refreshes shows what another tool changed, and applies it to the state without publishing anything.
func TestRefreshOnly(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("apply")
	expectText(t, terraform.Run("plan", "-refresh-only"), "No changes.")

	live := terraform.State(program, "item_hash")
	theirs := amendElsewhere(t, env, live)
	expectText(t, terraform.Run("plan", "-refresh-only"), "Objects have changed outside of", "vcpus", "1 -> 7")
	before := len(env.Messages())
	terraform.Run("apply", "-refresh-only")
	if after := len(env.Messages()); after != before {
		t.Errorf("%d messages were published", after-before)
	}
	if got := terraform.State(program, "item_hash"); got != theirs {
		t.Errorf("the state has %s, want %s", got, theirs)
	}
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	expectNothingToDo(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// amendElsewhere makes another tool amend a program, and returns the item hash of the amend.
func amendElsewhere(t *testing.T, env *acctest.Env, live string) string {
	t.Helper()
	tool := env.OtherTool(t)
	record, err := tool.Fetch(t.Context(), live)
	if err != nil {
		t.Fatal(err)
	}
	var content message.Program
	if err := message.Decode(record.Message, &content); err != nil {
		t.Fatal(err)
	}
	content.Replaces, content.Resources.VCPUs = live, 7
	m, err := tool.Publish(t.Context(), &content, object.Options{After: content.Time})
	if err != nil {
		t.Fatal(err)
	}
	return m.ItemHash
}

// What Terraform writes for a program and its volume that are imported is valid, and changes nothing on the network.
func TestGeneratedConfiguration(t *testing.T) {
	env := acctest.Start(t)
	original := acctest.NewCLI(t, env.Provider()+both(2, "one"))
	original.Run("apply")
	before := len(env.Messages())

	imported := acctest.NewCLI(t, env.Provider()+
		"import {\n  to = aleph_program.test\n  id = \""+original.State(program, "id")+"\"\n}\n"+
		"import {\n  to = aleph_volume.code\n  id = \""+original.State(volume, "id")+"\"\n}\n")
	expectText(t, imported.Run("plan", "-generate-config-out=generated.tf"), "2 to import, 0 to add, 0 to change, 0 to destroy")
	imported.Run("validate")
	expectText(t, imported.Run("apply"), "2 imported, 0 added, 0 changed, 0 destroyed")
	expectNothingToDo(imported)

	generated, err := os.ReadFile(filepath.Join(imported.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(imported.Dir, "generated.tf")); err != nil {
		t.Fatal(err)
	}
	imported.Configure(env.Provider() + string(generated))
	expectNothingToDo(imported)
	if after := len(env.Messages()); after != before {
		t.Errorf("an import published %d messages", after-before)
	}
}

// The text of a plan tells at the very attribute why a program is replaced, and what an amend leaves unknown.
func TestPlanText(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("apply")

	terraform.Configure(env.Provider() + both(4, "one"))
	expectText(t, terraform.Run("plan"), "# aleph_program.test will be updated in-place", "~ vcpus = 1 -> 4", "-> (known after apply)")

	frozen := strings.Replace(both(1, "one"), "name      =", "allow_amend = false\n  name      =", 1)
	terraform.Configure(env.Provider() + frozen)
	terraform.Run("apply")
	terraform.Configure(env.Provider() + strings.Replace(frozen, "vcpus = 1", "vcpus = 4", 1))
	expectText(t, terraform.Run("plan"), "# aleph_program.test must be replaced", "~ vcpus = 1 -> 4 # forces replacement")
}
