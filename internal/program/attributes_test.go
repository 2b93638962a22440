// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// hostile is what encoders, nodes and Terraform each treat in a way of their own.
const hostile = "%20 %zz 100% \" ' ` \\ \r\n\t é 😀 <>& \u2028\u2029 ${x} %{y}"

// everything sets every argument of a program to something that is not its default.
var everything = arguments{
	"tags":        `["a", "b"]`,
	"metadata":    `jsonencode({ description = "50%20 <&> \u2028", n = 1.50, none = null, flag = true })`,
	"code":        `{ ref = "` + python + `", encoding = "zip", entrypoint = "main:app", interface = "asgi", args = ["-v", ""], use_latest = false }`,
	"runtime":     `{ ref = "` + debian12 + `", use_latest = false, comment = "<mine>" }`,
	"data":        `{ ref = "` + debian12 + `", encoding = "squashfs", mount = "/data", use_latest = false }`,
	"export":      `{ encoding = "zip", mount = "/out" }`,
	"on":          `{ http = false, persistent = true, message = [jsonencode({ sender = "0x1", content = { deep = [1, null] } }), "{ \"channel\":  \"TEST\" }"] }`,
	"environment": `{ internet = false, aleph_api = false, reproducible = true, shared_cache = true }`,
	"resources":   `{ vcpus = 2, memory = 4096, seconds = 60, published_ports = [{ port = 80 }, { protocol = "udp", port = 53 }] }`,
	"volumes": `[
    { mount = "/a", comment = "<a>", ref = "` + debian12 + `", use_latest = false },
    { mount = "/b", ephemeral = true, size_mib = 10 },
    { mount = "/c", size_mib = 20, name = "c", persistence = "store", parent = { ref = "` + debian12 + `", use_latest = false } },
    { size_mib = 2000 },
  ]`,
	"variables":       `{ A = ` + quote(hostile) + `, "é 😀" = "", empty = "" }`,
	"authorized_keys": `["ssh-ed25519 AAAA me@here"]`,
	"requirements": `{
    cpu  = { architecture = "arm64", vendor = "v", features = ["sev_snp"] }
    node = { owner = "o", address_regex = "https?://.*", node_hash = "` + debian12 + `", terms_and_conditions = "` + debian12 + `" }
    gpu  = [{ vendor = "NVIDIA", device_name = "L40S", device_class = "0302", device_id = "10de:26b9" }]
  }`,
	"payment":         `{ type = "credit", chain = "AVAX", receiver = "someone" }`,
	"channel":         `"MINE"`,
	"keep_superseded": `false`,
	"timeouts":        `{ create = "5m", read = "1m", update = "5m", delete = "5m" }`,
}

// changed is another value for each argument that stands in a message.
var changed = arguments{
	"tags":            `["b", "a"]`,
	"metadata":        `jsonencode({ description = "other" })`,
	"code":            `{ ref = "` + python + `", encoding = "zip", entrypoint = "other:app" }`,
	"runtime":         `{ comment = "theirs" }`,
	"data":            `null`,
	"export":          `{ encoding = "zip", mount = "/elsewhere" }`,
	"on":              `{ persistent = true, message = [jsonencode({ sender = "0x2" })] }`,
	"environment":     `{ internet = false }`,
	"resources":       `{ vcpus = 2, memory = 4096, seconds = 60, published_ports = [{ port = 81 }] }`,
	"volumes":         `[{ mount = "/b", ephemeral = true, size_mib = 10 }, { mount = "/a", ref = "` + ubuntu22 + `" }]`,
	"variables":       `{ A = "b" }`,
	"authorized_keys": `[]`,
	"requirements":    `{ cpu = {} }`,
	"payment":         `{ chain = "BASE" }`,
	"channel":         `"OTHER"`,
}

// Every argument at once, and then each changed in turn: each amends its program exactly once.
func TestEveryAttribute(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()

	before, after := env.Provider(), env.Provider()
	create, update := acctest.Actions{}, acctest.Actions{}
	again := acctest.Actions{}
	var once []statecheck.StateCheck
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		address := "aleph_program." + name
		before += block(name, everything)
		after += block(name, everything.with(arguments{name: changed[name]}))
		create[address], update[address], again[address] = acctest.Create, acctest.Update, acctest.NoOp
		once = append(once, acctest.Check(func() error { return published.Expect(name, 1, 1) }))
	}
	amends := acctest.Apply(after, update, once...)
	for address := range update {
		amends = acctest.Planned(amends, acctest.ExpectUnknown(address, amended...))
	}
	acctest.Test(t,
		acctest.Apply(before, create,
			statecheck.ExpectKnownValue("aleph_program.tags", tfjsonpath.New("variables").AtMapKey("A"), knownvalue.StringExact(hostile)),
			acctest.Check(func() error { return forAll(changed, func(name string) error { return published.Expect(name, 1, 0) }) }),
		),
		amends,
		acctest.Apply(after, again, acctest.Check(func() error {
			return forAll(changed, func(name string) error { return published.Expect(name, 0, 0) })
		})),
	)
	env.ExpectNothingAlive(t)
}

// A new name amends too.
func TestRename(t *testing.T) {
	env := acctest.Start(t)
	acctest.Test(t,
		acctest.Apply(config(env, arguments{"name": `"old"`}), acctest.Actions{address: acctest.Create}),
		acctest.Apply(config(env, arguments{"name": `"` + strings.Repeat("é", 512) + `"`}), acctest.Actions{address: acctest.Update}),
		acctest.Apply(config(env, arguments{"name": `null`}), acctest.Actions{address: acctest.Update},
			statecheck.ExpectKnownValue(address, tfjsonpath.New("name"), knownvalue.Null())),
	)
}

// JSON that is written otherwise, and means the same, is no change.
func TestJSONByMeaning(t *testing.T) {
	env := acctest.Start(t)
	acctest.Test(t,
		acctest.Apply(config(env, arguments{
			"metadata": `jsonencode({ a = "<1>", b = 2 })`,
			"on":       `{ message = [jsonencode({ a = 1, b = [true] }), "{}"] }`,
		}), acctest.Actions{address: acctest.Create}),
		acctest.Apply(config(env, arguments{
			"metadata": `"{\n  \"b\": 2,\n  \"a\": \"<1>\"\n}"`,
			"on":       `{ message = ["{ \"b\": [ true ], \"a\": 1 }", " {} "] }`,
		}), acctest.Actions{address: acctest.NoOp}),
		acctest.Apply(config(env, arguments{
			"metadata": `"{\"b\": 2, \"a\": \"<1>\"}"`,
			"on":       `{ message = ["{ \"b\": [ true ], \"a\": 2 }", " {} "] }`,
		}), acctest.Actions{address: acctest.Update}),
	)
}

// quote writes a text in HCL.
func quote(text string) string {
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{").Replace(text)
	return fmt.Sprintf(`"%s"`, escaped)
}

func forAll(all arguments, check func(name string) error) error {
	for name := range all {
		if err := check(name); err != nil {
			return err
		}
	}
	return nil
}
