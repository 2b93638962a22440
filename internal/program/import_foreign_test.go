// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// foreigner is a program of another tool, and what a configuration says to mean the same.
type foreigner struct {
	channel string
	// content is what its content has besides the least, and name the arguments that say so.
	content string
	given   arguments
}

// leastOf are arguments that say what the least of a program's content means: what a message leaves out is not always what
// an argument defaults to.
var leastOf = arguments{
	"name": `null`, "code": `{ ref = "` + python + `", encoding = "zip", entrypoint = "main:app", use_latest = false }`,
	"environment": `{ internet = false, aleph_api = false }`,
	"resources":   `{ memory = 128, seconds = 1 }`, "allow_amend": `false`,
}

// foreigners has every kind of volume, mount, trigger, payment and metadata, as other tools write them.
var foreigners = map[string]foreigner{
	"least":      {"", `{}`, nil},
	"channel":    {"THEIRS", `{}`, arguments{"channel": `"THEIRS"`}},
	"amendable":  {"", `{"allow_amend": true}`, arguments{"allow_amend": `true`}},
	"no_payment": {"", `{"payment": null}`, nil},
	"payment":    {"", `{"payment": {"type": "credit", "chain": "BASE"}}`, arguments{"payment": `{ type = "credit", chain = "BASE" }`}},
	"hold":       {"", `{"payment": {"type": "hold", "chain": "ETH"}}`, arguments{"payment": `{ type = "hold" }`}},

	"immutable_latest": {"", `{"volumes": [{"mount": "/a", "ref": "` + debian12 + `", "use_latest": true}]}`, arguments{"volumes": `[{ mount = "/a", ref = "` + debian12 + `" }]`}},
	"immutable_pinned": {
		"", `{"volumes": [{"mount": "/a", "ref": "` + debian12 + `", "use_latest": false, "comment": "c"}]}`,
		arguments{"volumes": `[{ mount = "/a", ref = "` + debian12 + `", use_latest = false, comment = "c" }]`},
	},
	"immutable_least": {"", `{"volumes": [{"ref": "` + debian12 + `"}]}`, arguments{"volumes": `[{ ref = "` + debian12 + `" }]`}},
	"ephemeral":       {"", `{"volumes": [{"mount": "/e", "ephemeral": true, "size_mib": 10}]}`, arguments{"volumes": `[{ mount = "/e", ephemeral = true, size_mib = 10 }]`}},
	"persistent_host": {
		"", `{"volumes": [{"mount": "/p", "persistence": "host", "name": "p", "size_mib": 100}]}`,
		arguments{"volumes": `[{ mount = "/p", name = "p", size_mib = 100 }]`},
	},
	"persistent_rust": {
		"", `{"volumes": [{"mount": "/p", "name": "p", "size_mib": 100}, {"mount": "/q", "size_mib": 2000, "parent": {"ref": "` + debian12 + `"}}, {"mount": "/i", "ref": "` + debian12 + `"}]}`,
		arguments{"volumes": `[{ mount = "/p", name = "p", size_mib = 100 }, { mount = "/q", size_mib = 2000, parent = { ref = "` + debian12 + `" } }, { mount = "/i", ref = "` + debian12 + `" }]`},
	},
	"persistent_store": {
		"", `{"volumes": [{"persistence": "store", "size_mib": 100}]}`, arguments{"volumes": `[{ persistence = "store", size_mib = 100 }]`},
	},
	"persistent_parent": {
		"", `{"volumes": [{"mount": "/p", "persistence": "host", "size_mib": 100, "parent": {"ref": "` + debian12 + `"}}]}`,
		arguments{"volumes": `[{ mount = "/p", size_mib = 100, parent = { ref = "` + debian12 + `" } }]`},
	},
	"one_of_each": {
		"", `{"volumes": [{"mount": "/p", "persistence": "host", "size_mib": 10}, {"mount": "/e", "ephemeral": true, "size_mib": 5}, {"mount": "/i", "ref": "` + debian12 + `"}]}`,
		arguments{"volumes": `[{ mount = "/p", size_mib = 10 }, { mount = "/e", ephemeral = true, size_mib = 5 }, { mount = "/i", ref = "` + debian12 + `" }]`},
	},

	"data": {
		"", `{"data": {"encoding": "zip", "mount": "/data", "ref": "` + debian12 + `"}}`,
		arguments{"data": `{ encoding = "zip", mount = "/data", ref = "` + debian12 + `", use_latest = false }`},
	},
	"data_latest": {
		"", `{"data": {"encoding": "squashfs", "mount": "/data", "ref": "` + debian12 + `", "use_latest": true}}`,
		arguments{"data": `{ encoding = "squashfs", mount = "/data", ref = "` + debian12 + `" }`},
	},
	"export": {"", `{"export": {"encoding": "zip", "mount": "/out"}}`, arguments{"export": `{ encoding = "zip", mount = "/out" }`}},

	"persistently": {
		"", `{"on": {"http": true, "persistent": true}, "payment": {"type": "credit", "chain": "ETH"}}`,
		arguments{"on": `{ persistent = true }`, "payment": `{ type = "credit" }`},
	},
	"by_message": {
		"", `{"on": {"http": false, "message": [{"sender": "0x1", "channel": "TEST"}, {"content": {"a": [1, null]}}]}}`,
		arguments{"on": `{ http = false, message = [jsonencode({ channel = "TEST", sender = "0x1" }), jsonencode({ content = { a = [1, null] } })] }`},
	},
	"by_everything": {
		"", `{"on": {"http": true, "persistent": true, "message": [{"type": "POST"}]}, "payment": {"type": "credit", "chain": "ETH"}}`,
		arguments{"on": `{ persistent = true, message = ["{ \"type\": \"POST\" }"] }`, "payment": `{ type = "credit" }`},
	},

	"code": {
		"", `{"code": {"encoding": "plain", "entrypoint": "app", "ref": "` + python + `", "interface": "asgi", "args": ["a"], "use_latest": true}}`,
		arguments{"code": `{ encoding = "plain", entrypoint = "app", ref = "` + python + `", interface = "asgi", args = ["a"] }`},
	},
	"runtime_left_out": {"", `{"runtime": {"ref": "` + debian12 + `", "use_latest": true, "comment": "theirs"}}`, arguments{"runtime": `{ ref = "` + debian12 + `" }`}},
	"runtime": {
		"", `{"runtime": {"ref": "` + debian12 + `", "use_latest": true, "comment": "theirs"}}`, arguments{"runtime": `{ ref = "` + debian12 + `", comment = "theirs" }`},
	},
	"metadata": {
		"", `{"metadata": {"name": 7, "z": 1, "a": "é%20"}}`,
		arguments{"metadata": `jsonencode({ a = "é%20", name = 7, z = 1 })`},
	},
	"variables": {"", `{"variables": {"A": "` + `%20 \u2028` + `"}, "authorized_keys": []}`, arguments{"variables": `{ A = "%20 \u2028" }`}},
	"ports": {
		"", `{"resources": {"vcpus": 2, "memory": 256, "seconds": 9, "published_ports": [{"port": 80}, {"protocol": "udp", "port": 53}]}}`,
		arguments{"resources": `{ vcpus = 2, memory = 256, seconds = 9, published_ports = [{ port = 80 }, { protocol = "udp", port = 53 }] }`},
	},
}

// whileTokens is a day on which the network took every payment of foreigners.
var whileTokens = acctest.CreditsOnly.AddDate(0, -1, 0)

// publish makes a program of another tool, and returns its item hash.
func (f foreigner) publish(t *testing.T, env *acctest.Env, label string) string {
	t.Helper()
	content := map[string]any{
		"address": env.Account.Address(), "time": whileTokens.Unix(), "type": "vm-function", "allow_amend": false, "environment": map[string]any{},
		"code":    map[string]any{"ref": python, "encoding": "zip", "entrypoint": "main:app"},
		"runtime": map[string]any{"ref": python, "comment": ""}, "on": map[string]any{"http": true}, "resources": map[string]any{},
		// Two programs of the same content would be one message.
		"variables": map[string]any{"LABEL": label},
	}
	var patch map[string]any
	if err := json.Unmarshal([]byte(f.content), &patch); err != nil {
		t.Fatalf("%s: %v", label, err)
	}
	maps.Copy(content, patch)
	maps.DeleteFunc(content, func(_ string, value any) bool { return value == nil })
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	// A node unquotes what it takes for a URL (NETWORK.md 3.3).
	return publishContent(t, env, whileTokens, f.channel, strings.ReplaceAll(string(text), "%", `\u0025`))
}

// What other tools published is imported as it is: neither a configuration that somebody wrote nor one that Terraform writes
// leaves anything to do, also once the network takes nothing but credits.
func TestImport_ofEveryKind(t *testing.T) {
	acctest.Needs(t, acctest.Tokens)
	acctest.OnBothSides(t, importEveryKind)
}

func importEveryKind(t *testing.T, dated core.Config, _ bool) {
	t.Helper()
	dated.Record = acctest.Unrecorded
	env := acctest.StartTuned(t, dated)
	written, imports := env.Provider(), ""
	for _, label := range slices.Sorted(maps.Keys(foreigners)) {
		theirs := foreigners[label]
		imports += importingAs(label, theirs.publish(t, env, label))
		written += block(label, leastOf.with(arguments{"variables": `{ LABEL = "` + label + `" }`}).with(theirs.given))
	}
	terraform := acctest.NewCLI(t, written+imports)
	expectText(t, terraform.Run("plan"), fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", len(foreigners)))
	expectGenerated(t, env, imports, len(foreigners))
}

// The same of programs that the official tools made, with their defaults, and what they leave out. Only the keys and the
// files are others.
func TestImport_ofOfficialTools(t *testing.T) {
	acctest.Needs(t, acctest.Tokens)
	acctest.OnBothSides(t, importOfficialTools)
}

func importOfficialTools(t *testing.T, dated core.Config, _ bool) {
	t.Helper()
	dated.Record = acctest.Unrecorded
	env := acctest.StartTuned(t, dated)
	code := `{ ref = "` + python + `", encoding = "zip", entrypoint = "main:app" }`
	const theirRuntime = `{ comment = "Aleph Alpine Linux with Python 3.12" }`
	small := arguments{"allow_amend": `false`, "resources": `{ memory = 128 }`, "runtime": theirRuntime, "code": code}
	typical := arguments{
		"name": `"demo"`, "code": strings.Replace(code, "zip", "squashfs", 1), "on": `{ message = [jsonencode({ sender = "0x1", channel = "TEST" })] }`,
		"volumes": `[{ mount = "/imm", ref = "` + ubuntu22 + `" }, { mount = "/eph", ephemeral = true, size_mib = 10 }, { mount = "/per", name = "p", size_mib = 100 }]`,
	}
	written := map[string]arguments{
		"create_program-defaults": {"allow_amend": `false`, "resources": `{ memory = 256 }`, "runtime": `{ comment = "Official aleph.im runtime" }`, "code": code},
		"create_program-typical": typical.with(arguments{
			"tags": `["a"]`, "variables": `{ A = "é😀 100% <b> \n\"" }`, "resources": `{ vcpus = 2, memory = 4096, seconds = 60 }`, "runtime": `{ ref = "` + debian12 + `" }`,
		}),
		"create_program-persistent": {
			"allow_amend": `false`, "resources": `{ memory = 256 }`, "code": strings.Replace(code, "main:app", "run.sh", 1),
			"environment": `{ internet = false, aleph_api = false }`, "on": `{ persistent = true }`, "runtime": `{ ref = "` + debian12 + `" }`,
		},
		"program-spawn-defaults": small,
		"program-publish-typical": typical.with(arguments{
			"allow_amend": `false`, "variables": `{ A = "é😀 100% <b> \n\"\u2028" }`, "resources": `{ vcpus = 2, memory = 4096 }`,
			"runtime": strings.Replace(theirRuntime, "{", `{ ref = "`+debian12+`",`, 1),
		}),
		"program-persistent": small.with(arguments{"code": strings.Replace(code, "main:app", "run.sh", 1), "on": `{ persistent = true }`}),
		"program-from-file":  small.with(arguments{"code": strings.Replace(code, python, debian12, 1)}),
	}
	files := strings.NewReplacer(
		"55219f2c7a27e440c2a3fc0530a5ed90625538b686483447450013dce1f38832", python,
		"895ddf791a43a17f59ee69ebf62c13d4e43167e9c1701a7e853ec1744cc981df", ubuntu22,
		"7376ac1e64b1fe06b003fb5cd9f42d6b142140491c17d38887ce1b64250cd83e", debian12,
		"a3e0d45bb1d9995e2aafce6da8287632a8fa5e08dc322525eebb26a0c6ba290c", debian12,
		"0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1", env.Account.Address(),
	)
	config, imports := env.Provider(), ""
	all := program.ReadOfficialTools(t)
	for _, sent := range all {
		label := strings.ReplaceAll(sent.Name, "-", "_")
		hash := publishContent(t, env, sent.Message.Time.UTC(), sent.Message.Channel, files.Replace(sent.Message.ItemContent))
		imports += importingAs(label, hash)
		given, ok := written[sent.Name]
		if !ok {
			t.Fatalf("nobody wrote a configuration for %s", sent.Name)
		}
		config += block(label, arguments{"name": `null`}.with(given))
	}
	terraform := acctest.NewCLI(t, config+imports)
	expectText(t, terraform.Run("plan"), fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", len(all)))
	expectGenerated(t, env, imports, len(all))
}

// expectGenerated imports by the configuration that Terraform writes, and destroys what was imported.
func expectGenerated(t *testing.T, env *acctest.Env, imports string, count int) {
	t.Helper()
	terraform := acctest.NewCLI(t, env.Provider()+imports)
	expectText(t, terraform.Run("plan", "-generate-config-out=generated.tf"), fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", count))
	terraform.Run("validate")
	text, err := os.ReadFile(filepath.Join(terraform.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	terraform.ExpectNoNulls(string(text))
	expectText(t, terraform.Run("apply"), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", count))
	terraform.Configure(env.Provider())
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// What another tool left out of a volume is written once that volume changes, and a change of anything else tells of it.
func TestImport_ofVolumesWithoutPersistence(t *testing.T) {
	env := acctest.StartTuned(t, core.Config{Record: acctest.Unrecorded}) // the models refuse what leaves defaults out
	theirs := foreigner{content: `{"allow_amend": true, "volumes": [{"mount": "/p", "name": "p", "size_mib": 100}, {"mount": "/q", "name": "q", "size_mib": 100}], "payment": {"type": "credit"}}`}
	config := func(first, more string) string {
		return env.Provider() + block("test", leastOf.with(arguments{
			"allow_amend": `true`, "variables": `{ LABEL = "test" }`, "volumes": `[` + first + `, { mount = "/q", name = "q", size_mib = 100 }]`,
		})) + more
	}
	const same, larger = `{ mount = "/p", name = "p", size_mib = 100 }`, `{ mount = "/p", name = "p", size_mib = terraform_data.size.output }`
	terraform := acctest.NewCLI(t, config(same, importingAs("test", theirs.publish(t, env, "test"))))
	expectText(t, terraform.Run("apply"), "1 imported, 0 added, 0 changed, 0 destroyed")
	terraform.Configure(strings.Replace(config(same, ""), `LABEL = "test"`, `LABEL = "other"`, 1))
	expectText(t, terraform.Run("apply"), "0 added, 1 changed", "(`volumes[0]`)")
	expectNoChanges(terraform)

	// The size is known at apply only, and so is whether the volume stays as it is.
	terraform.Configure(config(larger, "resource \"terraform_data\" \"size\" {\n  input = 200\n}\n"+
		"output \"kept\" {\n  value = jsonencode(aleph_program.test.volumes[*].persistence)\n}\n"))
	text := terraform.Run("apply")
	expectText(t, text, "1 added, 1 changed", "(`volumes[1]`)")
	if strings.Contains(text, "(`volumes[0]`)") {
		t.Error(text)
	}
	expectNoChanges(terraform)
	if kept := terraform.Raw("output", "-raw", "kept"); kept != `["host",null]` {
		t.Error(kept)
	}
	terraform.Run("destroy")
}

// A default that is not what was imported is named, and what that leads to.
func TestImport_ofOtherDefaults(t *testing.T) {
	env := acctest.StartTuned(t, core.Config{Record: acctest.Unrecorded}) // the models refuse what leaves defaults out
	for label, test := range map[string]struct{ content, want string }{
		"amended":  {`{"allow_amend": true, "payment": {"type": "credit"}}`, "This plan amends the program"},
		"replaced": {`{"payment": {"type": "credit"}}`, "This plan replaces the program"},
	} {
		hash := foreigner{content: test.content}.publish(t, env, label)
		given := arguments{"name": `null`, "code": leastOf["code"], "environment": leastOf["environment"], "runtime": `{ ref = "` + python + `" }`, "variables": `{ LABEL = "` + label + `" }`}
		terraform := acctest.NewCLI(t, env.Provider()+block(label, given))
		terraform.Run("import", "-no-color", "aleph_program."+label, hash)
		expectText(t, terraform.Run("plan"), "leaves out", "`resources.memory`, `resources.seconds`", "and the program that was imported has something else there", test.want)
		terraform.Run("apply")
		expectNoChanges(terraform)
		// What the user changes later is no surprise.
		terraform.Configure(env.Provider() + block(label, given.with(arguments{"on": `{ http = false }`})))
		terraform.Run("apply")
		terraform.Configure(env.Provider() + block(label, given))
		if text := terraform.Run("plan"); strings.Contains(text, "was imported") {
			t.Error(text)
		}
		terraform.Run("destroy")
	}
}
