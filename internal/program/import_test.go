// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// everywhere is everything that the network knows of a program.
var everywhere = everything.with(arguments{
	"timeouts": `null`,
	"on":       `{ http = false, persistent = true, message = [jsonencode({ sender = "0x1" })] }`,
})

// A program is imported by its item hash, with the command and with a block, and nothing is left to do.
func TestImportByID(t *testing.T) {
	env := acctest.Start(t)
	acctest.Test(t,
		acctest.Apply(config(env, everywhere), acctest.Actions{address: acctest.Create}),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
	)
}

// The identity of a program is the item hash of its live version, and imports it.
func TestIdentity(t *testing.T) {
	acctest.Requires(t, acctest.Identity)
	env := acctest.Start(t)
	isHash := statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New("item_hash"))
	acctest.Test(t,
		acctest.Apply(config(env, everywhere), acctest.Actions{address: acctest.Create}, isHash),
		acctest.Apply(config(env, everywhere.with(vcpus(3))), acctest.Actions{address: acctest.Update}, isHash),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// The item hash of a superseded version that is alive imports the newest.
func TestImport_ofSupersededVersion(t *testing.T) {
	env := acctest.Start(t)
	var first string
	acctest.Test(t,
		acctest.Apply(config(env, keeping(1, "true")), acctest.Actions{address: acctest.Create}, acctest.Remember(address, "item_hash", &first)),
		acctest.Apply(config(env, keeping(2, "true")), acctest.Actions{address: acctest.Update}),
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"keep_superseded"},
			ImportStateIdFunc: func(*terraform.State) (string, error) { return first, nil },
		},
	)
}

// What is no program's item hash is refused in plain words.
func TestImport_ofSomethingElse(t *testing.T) {
	env := acctest.Start(t)
	var file string
	both := env.Provider() + block("test", nil) + "resource \"aleph_volume\" \"file\" {\n  content = \"x\"\n}\n"
	attempt := func(id func() string, want string) resource.TestStep {
		return resource.TestStep{
			ResourceName: address, ImportState: true, ExpectError: regexp.MustCompile(strings.ReplaceAll(want, " ", `\s+`)),
			ImportStateIdFunc: func(*terraform.State) (string, error) { return id(), nil },
		}
	}
	text := func(id string) func() string { return func() string { return id } }
	acctest.Test(t,
		acctest.Apply(both, acctest.Actions{address: acctest.Create}, acctest.Remember("aleph_volume.file", "item_hash", &file)),
		attempt(text("garbage"), `"garbage" is not an item hash: 64 lower-case hexadecimal digits`),
		attempt(text(strings.ToUpper(python)), `must be lower case`),
		attempt(text(unknown), `does not know it`),
		attempt(func() string { return file }, `is a STORE, not a PROGRAM`),
	)
}

// A configuration that Terraform writes for an imported program is valid, and leaves nothing to do.
func TestGeneratedConfiguration(t *testing.T) {
	env := acctest.Start(t)
	configuration := env.Provider()
	var imports strings.Builder
	imports.WriteString(env.Provider())
	for name, given := range map[string]arguments{"all": everywhere, "least": {}, "frozen": {"allow_amend": "false"}} {
		configuration += block(name, given)
	}
	original := acctest.NewCLI(t, configuration)
	original.Run("apply")
	for _, name := range []string{"all", "least", "frozen"} {
		imports.WriteString("import {\n  to = aleph_program." + name + "\n  id = \"" + original.State("aleph_program."+name, "id") + "\"\n}\n")
	}
	imported := acctest.NewCLI(t, imports.String())
	expectText(t, imported.Run("plan", "-generate-config-out=generated.tf"), "3 to import, 0 to add, 0 to change, 0 to destroy")
	expectText(t, imported.Run("apply"), "3 imported, 0 added, 0 changed, 0 destroyed")
	imported.Configure(env.Provider())
	expectNoChanges(imported)
	imported.Run("destroy")
	env.ExpectNothingAlive(t)
}

// A program that another tool published is imported as it is, and a configuration that says the same changes nothing.
func TestImport_ofForeignProgram(t *testing.T) {
	env := acctest.StartTuned(t, core.Config{Record: acctest.Unrecorded})
	hash := publishForeign(t, env, time.Now(), "credit")
	same := config(env, foreign) + importing(hash)
	acctest.Test(t, acctest.Apply(same, acctest.Actions{address: acctest.NoOp}))
	expectStatus(t, env, message.StatusForgotten, hash)
}

// foreign are arguments that say what publishForeign publishes.
var foreign = arguments{
	"name": `null`,
	"code": `{ ref = "` + python + `", encoding = "zip", entrypoint = "main:app", use_latest = false }`,
	"on":   `{ http = true, persistent = true }`, "environment": `{ internet = false, aleph_api = false }`,
	"resources": `{ vcpus = 1, memory = 128, seconds = 1 }`, "runtime": `{ ref = "` + debian12 + `" }`,
}

func importing(hash string) string { return importingAs("test", hash) }

func importingAs(label, hash string) string {
	return "import {\n  to = aleph_program." + label + "\n  id = \"" + hash + "\"\n}\n"
}

// publishForeign publishes a program that leaves out what can be left out, in no channel.
func publishForeign(t *testing.T, env *acctest.Env, at time.Time, paymentType string) string {
	t.Helper()
	return publishContent(t, env, at, "", fmt.Sprintf(`{"address": %q, "time": %d, "type": "vm-function", "allow_amend": true, "payment": {"type": %q},
		"code": {"ref": %q, "encoding": "zip", "entrypoint": "main:app"}, "runtime": {"ref": %q, "comment": ""},
		"on": {"http": true, "persistent": true}, "environment": {}, "resources": {}}`,
		env.Account.Address(), at.Unix(), paymentType, python, debian12))
}

// publishContent publishes a PROGRAM of another tool as it is, and returns its item hash.
func publishContent(t *testing.T, env *acctest.Env, at time.Time, channel, content string) string {
	t.Helper()
	m := &message.Message{
		Sender: env.Account.Address(), Chain: message.ChainETH, Type: message.TypeProgram, Time: message.TimeOf(at), Channel: channel,
		ItemType: message.ItemTypeInline, ItemHash: message.Hash([]byte(content)), ItemContent: content,
	}
	if err := env.Account.Sign(m); err != nil {
		t.Fatal(err)
	}
	api := env.OtherTool(t).Node
	if _, err := api.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if record, err := api.Wait(t.Context(), m.ItemHash); err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("%s is %s (%v)", m.ItemHash, record.Status, err)
	}
	return m.ItemHash
}
