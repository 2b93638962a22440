// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// edit changes one attribute of a program that sets everything: a part of the argument that it belongs to.
type edit struct {
	attribute, from, to string
	with                []string
}

// argument is what has the attribute.
func (e edit) argument() string {
	name, _, _ := strings.Cut(e.attribute, ".")
	return name
}

func (e edit) of(given arguments) arguments {
	name := e.argument()
	return given.with(arguments{name: strings.Replace(given[name], e.from, e.to, 1)})
}

var edits = []edit{
	{attribute: "name", from: `"test"`, to: `"other"`},
	{attribute: "tags", from: `"a"`, to: `"c"`},
	{attribute: "metadata", from: `flag = true`, to: `flag = false`},
	{attribute: "code.ref", from: python, to: ubuntu22},
	{attribute: "code.encoding", from: `"zip"`, to: `"squashfs"`},
	{attribute: "code.entrypoint", from: `"main:app"`, to: `"other:app"`},
	{attribute: "code.interface", from: `"asgi"`, to: `null`},
	{attribute: "code.args", from: `"-v"`, to: `"-q"`},
	{attribute: "code.use_latest", from: `false`, to: `true`},
	{attribute: "runtime.ref", from: debian12, to: ubuntu22},
	{attribute: "runtime.use_latest", from: `false`, to: `true`},
	{attribute: "runtime.comment", from: `"<mine>"`, to: `""`},
	{attribute: "data", from: everything["data"], to: `null`},
	{attribute: "data.ref", from: debian12, to: ubuntu22},
	{attribute: "data.encoding", from: `"squashfs"`, to: `"zip"`},
	{attribute: "data.mount", from: `"/data"`, to: `"/other"`},
	{attribute: "data.use_latest", from: `false`, to: `true`},
	{attribute: "export", from: everything["export"], to: `null`},
	{attribute: "export.encoding", from: `"zip"`, to: `"plain"`},
	{attribute: "export.mount", from: `"/out"`, to: `"/other"`},
	{attribute: "on.http", from: `http = false`, to: `http = true`},
	{attribute: "on.persistent", from: `persistent = true`, to: `persistent = false`},
	{attribute: "on.message", from: `TEST`, to: `OTHER`},
	{attribute: "environment.internet", from: `internet = false`, to: `internet = true`},
	{attribute: "environment.aleph_api", from: `aleph_api = false`, to: `aleph_api = true`},
	{attribute: "environment.reproducible", from: `reproducible = true`, to: `reproducible = false`},
	{attribute: "environment.shared_cache", from: `shared_cache = true`, to: `shared_cache = false`},
	{attribute: "resources.vcpus", from: `vcpus = 2`, to: `vcpus = 3`},
	{attribute: "resources.memory", from: `4096`, to: `2048`},
	{attribute: "resources.seconds", from: `60`, to: `61`},
	{attribute: "resources.published_ports", from: `[{ port = 80 }, { protocol = "udp", port = 53 }]`, to: `[]`},
	{attribute: "resources.published_ports.protocol", from: `"udp"`, to: `"tcp"`},
	{attribute: "resources.published_ports.port", from: `port = 80`, to: `port = 81`},
	{attribute: "volumes", from: everything["volumes"], to: `[]`},
	{attribute: "volumes.mount", from: `"/a"`, to: `"/other"`},
	{attribute: "volumes.comment", from: `"<a>"`, to: `null`},
	{attribute: "volumes.ref", from: debian12, to: ubuntu22},
	{attribute: "volumes.use_latest", from: `use_latest = false`, to: `use_latest = true`},
	// What is not ephemeral is persistent.
	{attribute: "volumes.ephemeral", from: `ephemeral = true, `, to: ``, with: []string{"volumes.persistence"}},
	{attribute: "volumes.size_mib", from: `size_mib = 20,`, to: `size_mib = 21,`},
	{attribute: "volumes.persistence", from: `"store"`, to: `"host"`},
	{attribute: "volumes.name", from: `name = "c", `, to: ``},
	{attribute: "volumes.parent", from: `, parent = { ref = "` + debian12 + `", use_latest = false }`, to: ``},
	{attribute: "volumes.parent.ref", from: `parent = { ref = "` + debian12, to: `parent = { ref = "` + ubuntu22},
	{attribute: "volumes.parent.use_latest", from: `", use_latest = false } }`, to: `", use_latest = true } }`},
	{attribute: "requirements", from: everything["requirements"], to: `null`},
	{attribute: "requirements.cpu", from: `cpu  = { architecture = "arm64", vendor = "v", features = ["sev_snp"] }`, to: ``},
	{attribute: "requirements.cpu.architecture", from: `"arm64"`, to: `"x86_64"`},
	{attribute: "requirements.cpu.vendor", from: `vendor = "v", `, to: ``},
	{attribute: "requirements.cpu.features", from: `["sev_snp"]`, to: `[]`},
	{attribute: "requirements.node", from: `node = { owner = "o", address_regex = "https?://.*", node_hash = "` + debian12 + `", terms_and_conditions = "` + debian12 + `" }`, to: ``},
	{attribute: "requirements.node.owner", from: `"o"`, to: `"other"`},
	{attribute: "requirements.node.address_regex", from: `https?`, to: `http`},
	{attribute: "requirements.node.node_hash", from: `node_hash = "` + debian12, to: `node_hash = "` + ubuntu22},
	{attribute: "requirements.node.terms_and_conditions", from: `terms_and_conditions = "` + debian12, to: `terms_and_conditions = "` + ubuntu22},
	{attribute: "requirements.gpu", from: `gpu  = [`, to: `gpu  = true ? [] : [`},
	{attribute: "requirements.gpu.vendor", from: `"NVIDIA"`, to: `"AMD"`},
	{attribute: "requirements.gpu.device_name", from: `"L40S"`, to: `"L4"`},
	{attribute: "requirements.gpu.device_class", from: `"0302"`, to: `"0300"`},
	{attribute: "requirements.gpu.device_id", from: `10de:26b9`, to: `10de:2684`},
	{attribute: "variables", from: `empty = ""`, to: `empty = "full"`},
	{attribute: "authorized_keys", from: `AAAA`, to: `BBBB`},
	{attribute: "payment.chain", from: `"AVAX"`, to: `"BASE"`},
	{attribute: "payment.receiver", from: `, receiver = "someone"`, to: ``},
	{attribute: "channel", from: `"MINE"`, to: `"OTHER"`},
}

// silentEdits change what is in no message.
var silentEdits = []edit{
	{attribute: "keep_superseded", from: `false`, to: `true`},
	{attribute: "timeouts.create", from: `create = "5m"`, to: `create = "6m"`},
	{attribute: "timeouts.read", from: `read = "1m"`, to: `read = "2m"`},
	{attribute: "timeouts.update", from: `update = "5m"`, to: `update = "6m"`},
	{attribute: "timeouts.delete", from: `delete = "5m"`, to: `delete = "6m"`},
	{attribute: "timeouts", from: everything["timeouts"], to: `null`},
}

// afterCreate are the attributes that a new program has, and that are not known before.
var afterCreate = []string{"id", "item_hash", "url", "host_url"}

// Every attribute changed alone shows as that, with what follows from a new version and nothing else; of an immutable
// program it forces a replacement.
func TestChange_ofEveryAttribute(t *testing.T) {
	env := acctest.StartTuned(t, acctest.BeforeCreditsOnly())
	aside := []string{"id", "item_hash", "url", "host_url", "replaces", "superseded"}
	full := everything.with(arguments{"name": `"test"`, "allow_amend": `true`})
	var changes []acctest.Change
	add := func(e edit, base arguments, unknown []string, forces ...string) {
		changes = append(changes, acctest.Change{
			Attribute: e.attribute, With: e.with, Unknown: unknown, Forces: forces,
			Before: func(label string) string { return block(label, base) },
			After:  func(label string) string { return block(label, e.of(base)) },
		})
	}
	frozen := full.with(arguments{"allow_amend": `false`})
	replaced := map[string]bool{}
	for _, e := range edits {
		add(e, full, amended)
		// Of an immutable program, one change of each argument, and of each list, is enough.
		if forces := upToList(e.attribute); !replaced[e.argument()] || forces != e.attribute && !replaced[forces] {
			replaced[e.argument()], replaced[forces] = true, true
			add(e, frozen, afterCreate, forces)
		}
	}
	for _, e := range silentEdits {
		add(e, frozen, nil)
	}
	add(edit{attribute: "allow_amend", from: `true`, to: `false`}, full, amended)
	add(edit{attribute: "allow_amend", from: `false`, to: `true`}, frozen, afterCreate, "allow_amend")
	owned := full.with(arguments{"address": `"` + env.Account.Address() + `"`})
	add(edit{attribute: "address", from: env.Account.Address(), to: core.Accounts()[1].Address}, owned, afterCreate, "address")
	if acctest.Has(t, acctest.Tokens) {
		add(edit{attribute: "payment.type", from: `"credit"`, to: `"hold"`}, full.with(arguments{"on": `{}`}), amended)
	} else {
		aside = append(aside, "payment.type")
	}
	env.ExpectChanges(t, program.ResourceType, aside, changes)
}

// upToList is the part of a path that Terraform can say forces a replacement: up to the first list.
func upToList(path string) string {
	for _, list := range []string{"volumes", "requirements.gpu", "resources.published_ports"} {
		if strings.HasPrefix(path, list+".") {
			return list
		}
	}
	return path
}
