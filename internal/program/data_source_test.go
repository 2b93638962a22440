// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// read is a data source in tests of one.
const read = "data.aleph_program.read"

func reading(arguments string) string {
	return "data \"aleph_program\" \"read\" {\n  " + arguments + "\n}\n"
}

// The data source says what the resource says, and what became of the message.
func TestDataSource(t *testing.T) {
	env := acctest.Start(t)
	both := func(given arguments) string { return config(env, given) + reading("hash = "+address+".item_hash") }
	told := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(read, tfjsonpath.New(attribute), want)
	}
	acctest.Test(t,
		acctest.Apply(both(everywhere), acctest.Actions{address: acctest.Create}, acctest.ExpectSame(address, read),
			told("status", knownvalue.StringExact("processed")), told("reason", knownvalue.Null()), told("received_at", knownvalue.NotNull())),
		acctest.Apply(both(keeping(2, "true")), acctest.Actions{address: acctest.Update}, acctest.ExpectSame(address, read), superseded(1)),
	)
}

// Any version leads to the newest, whoever reads: a forgotten one too.
func TestDataSource_follows(t *testing.T) {
	env := acctest.Start(t)
	writer := acctest.NewCLI(t, config(env, vcpus(1)))
	writer.Run("apply")
	first := writer.State(address, "item_hash")
	writer.Configure(config(env, vcpus(2)))
	writer.Run("apply")
	live := writer.State(address, "item_hash")
	expectStatus(t, env, message.StatusForgotten, first)

	keyless := "provider \"aleph\" {\n  api_url = \"" + env.URL + "\"\n}\n"
	for name, settings := range map[string]string{
		"by the owner": env.Provider() + reading(fmt.Sprintf("hash = %q", first)),
		"by a reader":  keyless + reading(fmt.Sprintf("hash = %q\n  address = %q", first, env.Account.Address())),
		"alive":        keyless + reading(fmt.Sprintf("hash = %q", live)),
	} {
		reader := acctest.NewCLI(t, settings)
		reader.Run("apply")
		if got := reader.State(read, "item_hash"); got != live {
			t.Errorf("%s: the newest is %s, want %s", name, got, live)
		}
	}
}

// What another tool changed a moment ago is seen, in the same run in which the resource was read.
func TestDataSource_isFresh(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	terraform := acctest.NewCLI(t, config(env, nil))
	terraform.Run("apply")
	hash := terraform.State(address, "item_hash")
	terraform.Configure(config(env, nil) + reading("hash = \""+hash+"\"") + "output \"status\" {\n  value = " + read + ".status\n}\n")
	terraform.Run("apply")
	if err := env.Local.SetRemoving(hash, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}
	expectText(t, terraform.Run("plan"), `"processed" -> "removing"`)
}

// What cannot be read fails, and says why and what to do.
func TestDataSource_absent(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, config(env, nil)+"resource \"aleph_volume\" \"file\" {\n  content = \"x\"\n}\n")
	terraform.Run("apply")
	hash, file := terraform.State(address, "item_hash"), terraform.State("aleph_volume.file", "item_hash")
	stranger := env.Stranger(t).Account.Address()
	try := func(arguments string, want ...string) {
		t.Helper()
		expectText(t, acctest.NewCLI(t, env.Provider()+reading(arguments)).Fail("plan"), want...)
	}
	try(`hash = "`+unknown+`"`, "Unable to read program "+unknown, "The node knows no message", "Check what it is called")
	try(`hash = "garbage"`, `"garbage" is not an item hash`)
	try(`hash = "`+file+`"`, "is a STORE, not a PROGRAM")
	try(`hash = "`+hash+"\"\n  address = \""+stranger+`"`, "belongs to "+env.Account.Address()+", not to "+stranger, "Correct `address`")
	terraform.Run("destroy")
	try(`hash = "`+hash+`"`, "is forgotten, and no other version is alive", "Name a version that is alive")
}

// The owner's programs are listed, each once, by what the filter says.
func TestDataSources(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{Record: acctest.Unrecorded})
	terraform := acctest.NewCLI(t, env.Provider()+
		block("a", arguments{"tags": `["red", "blue"]`, "keep_superseded": "true"})+
		block("b", arguments{"tags": `["green"]`, "channel": `"OTHER"`, "on": `{ persistent = true }`})+
		block("c", nil))
	terraform.Run("apply")
	first := terraform.State("aleph_program.a", "item_hash")
	// The filter is for the live version: its tags, not those that a superseded one had.
	live := amend(t, env.OtherTool(t), first, func(p *message.Program) { p.Metadata["tags"] = []string{"blue"} })
	forget(t, env.OtherTool(t), terraform.State("aleph_program.c", "item_hash"))

	lists := map[string]string{
		"all": "", "red": `tags = ["red"]`, "blue": `tags = ["blue", "other"]`, "other": `channel = "OTHER"`, "named": `name = "b"`,
		"both": "name = \"b\"\n  tags = [\"blue\"]", "stranger": `address = "` + env.Stranger(t).Account.Address() + `"`,
	}
	text := env.Provider()
	for name, arguments := range lists {
		text += "data \"aleph_programs\" \"" + name + "\" {\n  " + arguments + "\n}\n" +
			"output \"" + name + "\" {\n  value = join(\" \", data.aleph_programs." + name + ".programs[*].name)\n}\n"
	}
	reader := acctest.NewCLI(t, text+"output \"a\" {\n  value = data.aleph_programs.blue.programs[0]\n}\n")
	output := reader.Run("apply")
	expectText(t, output, `all = "a b"`, `red = ""`, `blue = "a"`, `other = "b"`, `named = "b"`, `both = ""`, `stranger = ""`,
		`"item_hash" = "`+live+`"`, `"persistent" = false`, `"status" = "processed"`, `"superseded" = tolist([ "`+first+`", ])`,
		`"url" = "https://aleph.sh/vm/`+live+`"`)
	keyless := acctest.NewCLI(t, "provider \"aleph\" {\n  api_url = \""+env.URL+"\"\n}\ndata \"aleph_programs\" \"all\" {}\n")
	expectText(t, keyless.Fail("plan"), "Unable to list programs", "No address was given", "Give `address` here")
	if err := env.Local.SetRemoving(live, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}
	expectText(t, reader.Run("plan"), `"processed" -> "removing"`)
}
