// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// invalid are configurations that no network accepts, and what the user is told: the attribute, and what would do.
var invalid = map[string]struct {
	given arguments
	want  []string
}{
	"short_hash":        {arguments{"code": `{ ref = "abc", encoding = "zip", entrypoint = "m" }`}, []string{"`code.ref`", `"abc" is not an item hash: 64 lower-case hexadecimal digits`}},
	"upper_case_hash":   {arguments{"code": `{ ref = "` + strings.ToUpper(python) + `", encoding = "zip", entrypoint = "m" }`}, []string{"`code.ref`", "must be lower case"}},
	"encoding":          {arguments{"code": `{ ref = "` + python + `", encoding = "tar", entrypoint = "m" }`}, []string{"`code.encoding`", `"plain", "zip" or "squashfs"`}},
	"interface":         {arguments{"code": `{ ref = "` + python + `", encoding = "zip", entrypoint = "m", interface = "" }`}, []string{"`code.interface`", `"asgi" or "binary"`}},
	"null_argument":     {arguments{"code": `{ ref = "` + python + `", encoding = "zip", entrypoint = "m", args = [null] }`}, []string{"`code.args[0]`", "not null"}},
	"runtime":           {arguments{"runtime": `{ ref = "x" }`}, []string{"`runtime.ref`", "is not an item hash"}},
	"data":              {arguments{"data": `{ ref = "x", encoding = "zip", mount = "/d" }`}, []string{"`data.ref`", "is not an item hash"}},
	"volume_hash":       {arguments{"volumes": `[{ size_mib = 1 }, { ref = "x" }]`}, []string{"`volumes[1].ref`", "is not an item hash"}},
	"two_kinds":         {arguments{"volumes": `[{ ref = "` + python + `", ephemeral = true, size_mib = 1 }]`}, []string{"Not one kind of volume", "volumes", "An immutable volume takes no `ephemeral`", "or make it two elements"}},
	"ephemeral_named":   {arguments{"volumes": `[{ ephemeral = true, size_mib = 1, name = "n" }]`}, []string{"An ephemeral volume takes no `name`"}},
	"not_ephemeral":     {arguments{"volumes": `[{ ephemeral = false, size_mib = 1 }]`}, []string{"`ephemeral` can only be `true`", "Take it out for a persistent volume"}},
	"no_kind":           {arguments{"volumes": `[{ mount = "/a" }]`}, []string{"A volume needs a `ref`"}},
	"use_latest":        {arguments{"volumes": `[{ size_mib = 1, use_latest = true }]`}, []string{"`use_latest` is for an immutable volume"}},
	"null_volume":       {arguments{"volumes": `[null]`}, []string{"volumes", "A volume needs a `ref`"}},
	"big_ephemeral":     {arguments{"volumes": `[{ ephemeral = true, size_mib = 1001 }]`}, []string{"`volumes[0].size_mib`", "from 1 to 1000,"}},
	"big_persistent":    {arguments{"volumes": `[{ size_mib = 1953126 }]`}, []string{"`volumes[0].size_mib`", "from 1 to 1953125"}},
	"persistence":       {arguments{"volumes": `[{ size_mib = 1, persistence = "cloud" }]`}, []string{"`volumes[0].persistence`", `"host" or "store"`}},
	"long_mount":        {arguments{"volumes": `[{ size_mib = 1, mount = "` + strings.Repeat("é", 257) + `" }]`}, []string{"`volumes[0].mount`", "at most 256"}},
	"too_many_volumes":  {arguments{"volumes": `[for i in range(257) : { size_mib = 1 }]`}, []string{"`volumes`", "at most 256"}},
	"parent":            {arguments{"volumes": `[{ size_mib = 1, parent = { ref = "x" } }]`}, []string{"`volumes[0].parent.ref`", "is not an item hash"}},
	"long_variable":     {arguments{"variables": `{ A = "` + strings.Repeat("é", 4097) + `" }`}, []string{"`variables.A`", "at most 4096"}},
	"long_name":         {arguments{"variables": `{ "` + strings.Repeat("A", 129) + `" = "" }`}, []string{"`variables.AAA", "at most 128"}},
	"too_many":          {arguments{"variables": `{ for i in range(257) : "v${i}" => "" }`}, []string{"`variables`", "at most 256"}},
	"null_variable":     {arguments{"variables": `{ A = null }`}, []string{"`variables.A`", "not null"}},
	"long_tag":          {arguments{"tags": `["a", "` + strings.Repeat("é", 257) + `"]`}, []string{"`tags[1]`", "at most 256"}},
	"empty_tag":         {arguments{"tags": `[""]`}, []string{"`tags[0]`", "must not be empty"}},
	"too_many_tags":     {arguments{"tags": `[for i in range(17) : "t${i}"]`}, []string{"tags", "at most 16"}},
	"long_program_name": {arguments{"name": `"` + strings.Repeat("é", 513) + `"`}, []string{"name", "at most 512"}},
	"metadata_text":     {arguments{"metadata": `"{"`}, []string{"metadata", "not valid JSON"}},
	"metadata_list":     {arguments{"metadata": `"[]"`}, []string{"metadata", "is not a JSON object"}},
	"metadata_two":      {arguments{"metadata": `"{\"a\": 1}}"`}, []string{"metadata", "not valid JSON"}},
	"metadata_empty":    {arguments{"metadata": `"{}"`}, []string{"metadata", "leave the argument out"}},
	"metadata_value":    {arguments{"metadata": `jsonencode({ a = "` + strings.Repeat("x", 513) + `" })`}, []string{"`metadata.a`", "at most 512"}},
	"metadata_key":      {arguments{"metadata": `jsonencode({ "` + strings.Repeat("k", 65) + `" = 1 })`}, []string{"`metadata.kkk", "at most 64"}},
	"metadata_deep":     {arguments{"metadata": `jsonencode({ a = { b = 1 } })`}, []string{"`metadata.a`", "only tags may be a list"}},
	"metadata_name":     {arguments{"metadata": `jsonencode({ name = "n" })`}, []string{"`metadata` has the key `name`", "take the key out"}},
	"metadata_tags":     {arguments{"metadata": `jsonencode({ tags = [] })`}, []string{"`metadata` has the key `tags`", "take the key out"}},
	"message_text":      {arguments{"on": `{ message = [jsonencode({}), "x"] }`}, []string{"on.message[1]", "is not a JSON object"}},
	"message_null":      {arguments{"on": `{ message = ["null"] }`}, []string{"`on.message[0]`", "is not a JSON object"}},
	"message_list":      {arguments{"on": `{ message = ["[1]"] }`}, []string{"on.message[0]", "is not a JSON object"}},
	"message_keys":      {arguments{"on": `{ message = [jsonencode({ for i in range(33) : "k${i}" => 1 })] }`}, []string{"`on.message[0]`", "at most 32"}},
	"vcpus":             {arguments{"resources": `{ vcpus = 257 }`}, []string{"`resources.vcpus`", "from 1 to 256"}},
	"half_a_vcpu":       {arguments{"resources": `{ vcpus = 0.5 }`}, []string{"`resources.vcpus`", "must be a whole number, not the number 0.5"}},
	"huge_memory":       {arguments{"resources": `{ memory = 1e30 }`}, []string{"`resources.memory`", "from 1 to 1048576"}},
	"half_a_second":     {arguments{"resources": `{ seconds = 1.5 }`}, []string{"`resources.seconds`", "must be a whole number"}},
	"half_a_port":       {arguments{"resources": `{ published_ports = [{ port = 80.5 }] }`}, []string{"`resources.published_ports[0].port`", "must be a whole number"}},
	"half_a_mebibyte":   {arguments{"volumes": `[{ size_mib = 0.5 }]`}, []string{"`volumes[0].size_mib`", "must be a whole number"}},
	"memory":            {arguments{"resources": `{ memory = 0 }`}, []string{"`resources.memory`", "from 1 to 1048576"}},
	"seconds":           {arguments{"resources": `{ seconds = 315360001 }`}, []string{"`resources.seconds`", "from 1 to 315360000"}},
	"port":              {arguments{"resources": `{ published_ports = [{ port = 65536 }] }`}, []string{"`resources.published_ports[0].port`", "from 1 to 65535"}},
	"protocol":          {arguments{"resources": `{ published_ports = [{ port = 1, protocol = "icmp" }] }`}, []string{"`resources.published_ports[0].protocol`", `"tcp" or "udp"`}},
	"keys":              {arguments{"authorized_keys": `["` + strings.Repeat("k", 8193) + `"]`}, []string{"`authorized_keys[0]`", "at most 8192"}},
	"payment_type":      {arguments{"payment": `{ type = "cash" }`}, []string{"`payment.type`", `"hold", "superfluid" or "credit"`}},
	"payment_chain":     {arguments{"payment": `{ type = "credit", chain = "" }`}, []string{"`payment.chain`", "ETH"}},
	"payment_receiver":  {arguments{"payment": `{ type = "credit", receiver = "" }`}, []string{"payment.receiver", "leave it out instead"}},
	"architecture":      {arguments{"requirements": `{ cpu = { architecture = "riscv" } }`}, []string{"`requirements.cpu.architecture`", `"x86_64" or "arm64"`}},
	"vendor":            {arguments{"requirements": `{ cpu = { vendor = "" } }`}, []string{"requirements.cpu.vendor", "leave it out instead"}},
	"address_regex":     {arguments{"requirements": `{ node = { address_regex = "(" } }`}, []string{"`requirements.node.address_regex`"}},
	"gpu":               {arguments{"requirements": `{ gpu = [{ vendor = "v", device_name = "d", device_class = "0301", device_id = "10de:26b9" }] }`}, []string{"`requirements.gpu[0].device_class`", `"0300" or "0302"`}},
	"channel":           {arguments{"channel": `"` + strings.Repeat("é", 129) + `"`}, []string{"channel", "at most 128"}},
	"empty_channel":     {arguments{"channel": `""`}, []string{"channel", "it is empty: leave it out instead"}},
	"percent_channel":   {arguments{"channel": `"%20"`}, []string{"channel", "which nodes would decode"}},
	"address":           {arguments{"address": `"0x1a642f0e3c3af545e7acbd38b07251b3990914f1"`}, []string{"address", "checksummed form", "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"}},
	"timeout":           {arguments{"timeouts": `{ create = "soon" }`}, []string{`"soon" must be`, "unit suffix"}},
}

// Bad input is an error before anything is planned, that names the attribute and what would do.
func TestInvalid(t *testing.T) {
	env := acctest.Start(t)
	text := env.Provider()
	for label, program := range invalid {
		text += block(label, program.given)
	}
	errors := errorsByProgram(acctest.NewCLI(t, text).Fail("validate"))
	for label, program := range invalid {
		if errors[label] == "" {
			t.Errorf("%s: no error", label)
			continue
		}
		expectText(t, errors[label], program.want...)
	}
}

// What is not known yet is not refused, whatever stands beside it.
func TestUnknown_isNotRefused(t *testing.T) {
	env := acctest.Start(t)
	text := env.Provider() + `
resource "terraform_data" "x" {
  input = {
    hash = "` + debian12 + `", yes = true, size = 10, texts = ["a"], json = "{\"a\":1}", type = "credit"
    volumes = [{ ref = "` + debian12 + `", mount = "/v" }]
  }
}
locals { x = terraform_data.x.output }
` + block("some", arguments{
		"code":            `{ ref = local.x.hash, encoding = "zip", entrypoint = local.x.hash, args = local.x.texts, use_latest = local.x.yes }`,
		"runtime":         `{ ref = local.x.hash }`,
		"tags":            `local.x.texts`,
		"metadata":        `local.x.json`,
		"on":              `{ persistent = local.x.yes, message = [local.x.json] }`,
		"resources":       `{ vcpus = local.x.size }`,
		"variables":       `{ A = local.x.hash }`,
		"payment":         `{ type = local.x.type }`,
		"volumes":         `[{ ref = local.x.hash, use_latest = local.x.yes }, { ephemeral = local.x.yes, size_mib = local.x.size }, { size_mib = local.x.size, name = local.x.hash }]`,
		"allow_amend":     `local.x.yes`,
		"requirements":    `{ node = { owner = local.x.hash } }`,
		"keep_superseded": `local.x.yes`,
	}) + block("whole", arguments{
		"volumes": `local.x.volumes`, "variables": `{ (local.x.hash) = "b" }`,
		"resources": `local.x.yes ? { vcpus = 2, memory = 4096 } : { vcpus = 1, memory = 2048 }`,
		"data":      `local.x.yes ? { ref = "` + debian12 + `", encoding = "zip", mount = "/d" } : null`,
	})
	acctest.Test(t, acctest.Apply(text, acctest.Actions{"aleph_program.some": acctest.Create, "aleph_program.whole": acctest.Create}))
	env.ExpectNothingAlive(t)
}

// A plan needs no key: the address of the owner is enough.
func TestPlan_withoutKey(t *testing.T) {
	env := acctest.Start(t)
	env.ExpectKeyless(t, block("test", vcpus(1)), block("test", vcpus(2)))
	env.ExpectNothingAlive(t)
}
