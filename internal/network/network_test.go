// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package network_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// keyless is a provider block without a key.
func keyless(env *acctest.Env) string {
	return "provider \"aleph\" {\n  api_url = \"" + env.URL + "\"\n}\n"
}

// reading is a data source, without a key.
func reading(env *acctest.Env, kind string, arguments ...string) string {
	return keyless(env) + "data \"" + kind + "\" \"read\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// tells checks attributes of a data source.
func tells(kind string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, check := range want {
		checks = append(checks, statecheck.ExpectKnownValue("data."+kind+".read", tfjsonpath.New(name), check))
	}
	return checks
}

// fails checks what is said when a data source cannot be read.
func fails(t *testing.T, config string, parts ...string) {
	t.Helper()
	output := acctest.NewCLI(t, config).Fail("plan")
	for _, part := range parts {
		if !strings.Contains(output, part) {
			t.Errorf("there is no %q in:\n%s", part, output)
		}
	}
}

func publishing(t *testing.T, tool *object.Client, content message.Content) *message.Message {
	t.Helper()
	m, err := tool.Publish(t.Context(), content, object.Options{Channel: "TEST"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAccount(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	address := env.Account.Address()
	env.Local.SetFunds(address, 12_345, 1234.5)
	acctest.Test(t, acctest.Apply(reading(env, "aleph_account", `address = "`+address+`"`), nil, tells("aleph_account", map[string]knownvalue.Check{
		"address": knownvalue.StringExact(address), "credits": knownvalue.Int64Exact(12_345), "balance": knownvalue.Float64Exact(1234.5),
		"locked":   knownvalue.Int64Exact(0),
		"balances": knownvalue.MapExact(map[string]knownvalue.Check{"ETH": knownvalue.Float64Exact(1234.5)}),
	})...))
	nobody := "0x0000000000000000000000000000000000000001"
	acctest.Test(t, acctest.Apply(reading(env, "aleph_account", `address = "`+nobody+`"`), nil, tells("aleph_account", map[string]knownvalue.Check{
		"credits": knownvalue.Int64Exact(0), "balance": knownvalue.Int64Exact(0), "balances": knownvalue.MapSizeExact(0),
	})...))
	own := env.Provider() + "data \"aleph_account\" \"read\" {}\n"
	acctest.Test(t, acctest.Apply(own, nil, tells("aleph_account", map[string]knownvalue.Check{"address": knownvalue.StringExact(address)})...))
	fails(t, reading(env, "aleph_account"), "Unable to read an account", "No address was given", "Give `address` here")
	fails(t, reading(env, "aleph_account", `address = "`+strings.ToLower(address)+`"`), "must be an address in checksummed form")
}

func TestAggregate(t *testing.T) {
	env := acctest.Start(t)
	address := env.Account.Address()
	publishing(t, env.OtherTool(t), &message.Aggregate{Key: "an own, key", Content: map[string]any{"n": 12345678901234567, "text": "ü <&>"}})
	config := reading(env, "aleph_aggregate", `address = "`+address+`"`, `key = "an own, key"`)
	content := func(want string) []statecheck.StateCheck {
		return tells("aleph_aggregate", map[string]knownvalue.Check{"content": knownvalue.StringExact(want)})
	}
	acctest.Test(t,
		acctest.Apply(config, nil, content(`{"n":12345678901234567,"text":"ü \u003c\u0026\u003e"}`)...),
		acctest.Before(func() {
			publishing(t, env.OtherTool(t), &message.Aggregate{Key: "an own, key", Content: map[string]any{"text": "new"}})
		}, acctest.Apply(config, nil, content(`{"n":12345678901234567,"text":"new"}`)...)),
	)
	fails(t, reading(env, "aleph_aggregate", `address = "`+address+`"`, `key = "nothing"`),
		`Unable to read aggregate "nothing"`, address+` keeps nothing under the key "nothing"`, "Check what it is called")
}

func TestMessage(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	m := publishing(t, tool, &message.Aggregate{Key: "k", Content: map[string]any{"percent": "100%20"}})
	config := reading(env, "aleph_message", `item_hash = "`+m.ItemHash+`"`)
	acctest.Test(t,
		acctest.Apply(config, nil, tells("aleph_message", map[string]knownvalue.Check{
			"status": knownvalue.StringExact("processed"), "type": knownvalue.StringExact("AGGREGATE"), "channel": knownvalue.StringExact("TEST"),
			"address": knownvalue.StringExact(tool.Account.Address()), "sender": knownvalue.StringExact(tool.Account.Address()),
			"content": knownvalue.StringExact(m.ItemContent), "signature": knownvalue.StringExact(m.Signature), "chain": knownvalue.StringExact("ETH"),
			"forgotten_by": knownvalue.ListSizeExact(0), "confirmations": knownvalue.ListSizeExact(0), "rejection": knownvalue.Null(),
			"received_at": knownvalue.NotNull(), "published_at": knownvalue.NotNull(), "reason": knownvalue.Null(),
		})...),
		acctest.Before(func() { publishing(t, tool, message.NewForget("test", m.ItemHash)) },
			acctest.Apply(config, nil, tells("aleph_message", map[string]knownvalue.Check{
				"status": knownvalue.StringExact("forgotten"), "type": knownvalue.Null(), "content": knownvalue.Null(),
				"forgotten_by": knownvalue.ListSizeExact(1),
			})...)),
	)
	fails(t, reading(env, "aleph_message", `item_hash = "`+strings.Repeat("0", 64)+`"`), "Unable to read message 000", "The node does not know a message")
	fails(t, reading(env, "aleph_message", `item_hash = "garbage"`), `"garbage" is not an item hash`)
}

// What anchors a message, and what is wrong with one, is told; what is not genuine is not believed.
func TestMessage_asANodeTellsIt(t *testing.T) {
	env := acctest.Start(t)
	m := publishing(t, env.OtherTool(t), &message.Aggregate{Key: "k", Content: map[string]any{"n": 1}})
	config := reading(env, "aleph_message", `item_hash = "`+m.ItemHash+`"`)
	answers := func(body map[string]any) *core.Injected {
		body["item_hash"], body["reception_time"] = m.ItemHash, "2026-07-20T10:00:00.123456Z"
		return env.Inject(core.Fault{Path: "/api/v0/messages/", Times: -1, Do: core.Answer(http.StatusOK, body)})
	}
	envelope := map[string]any{
		"sender": m.Sender, "chain": m.Chain, "type": m.Type, "channel": m.Channel, "time": m.Time, "item_type": m.ItemType,
		"item_hash": m.ItemHash, "item_content": m.ItemContent, "signature": m.Signature,
		"confirmed": true, "confirmations": []any{map[string]any{"chain": "ETH", "height": 12345678, "hash": "0xabc"}},
	}
	said := answers(map[string]any{"status": "removing", "reason": core.CreditInsufficient, "message": envelope})
	acctest.Test(t, acctest.Apply(config, nil, tells("aleph_message", map[string]knownvalue.Check{
		"status": knownvalue.StringExact("removing"), "reason": knownvalue.StringExact(core.CreditInsufficient),
		"received_at": knownvalue.StringExact("2026-07-20T10:00:00.123456Z"),
		"confirmations": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"chain": knownvalue.StringExact("ETH"), "height": knownvalue.Int64Exact(12345678), "hash": knownvalue.StringExact("0xabc"),
		})}),
	})...))
	said.Remove()
	said = answers(map[string]any{"status": "rejected", "message": envelope, "error_code": message.CodeCreditInsufficient})
	acctest.Test(t, acctest.Apply(config, nil, tells("aleph_message", map[string]knownvalue.Check{
		"status": knownvalue.StringExact("rejected"), "rejection": knownvalue.NotNull(), "type": knownvalue.Null(),
	})...))
	said.Remove()
	env.Inject(core.Fault{Path: "/api/v0/messages/", Times: -1, Do: core.AlterContent()})
	fails(t, config, "not genuine", "name another node")
}

// A node that tells its version tells its limits too. heph tells neither.
func TestNode(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *acctest.Env{
		"a node": acctest.Start,
		"heph":   func(t *testing.T) *acctest.Env { return acctest.StartLocal(t, core.Config{Heph: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			env := start(t)
			var version knownvalue.Check = knownvalue.NotNull()
			if name == "heph" || !acctest.Has(t, acctest.Limits) {
				version = knownvalue.Null()
			}
			limits := func(file int64) knownvalue.Check {
				return knownvalue.ObjectExact(map[string]knownvalue.Check{
					"max_file_size": knownvalue.Int64Exact(file), "max_unsigned_file_size": knownvalue.Int64Exact(25 << 20),
				})
			}
			acctest.Test(t, acctest.Apply(reading(env, "aleph_node"), nil, tells("aleph_node", map[string]knownvalue.Check{
				"url": knownvalue.StringExact(env.URL), "version": version, "storage": limits(100 << 20), "ipfs": limits(1 << 30),
			})...))
		})
	}
}

func TestRuntimes(t *testing.T) {
	env := acctest.Start(t)
	other := strings.Repeat("a", 64)
	config := reading(env, "aleph_runtimes")
	runtime := func(ref, shown, description knownvalue.Check, deprecated bool) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"ref": ref, "display_name": shown, "description": description, "deprecated": knownvalue.Bool(deprecated),
		})
	}
	silent := env.Inject(core.Fault{Path: "/api/v0/aggregates/", Times: -1, Do: core.Status(http.StatusNotFound)})
	acctest.Test(t, acctest.Apply(config, nil, tells("aleph_runtimes", map[string]knownvalue.Check{
		"default": knownvalue.StringExact(node.DefaultRuntime),
		"runtimes": knownvalue.MapExact(map[string]knownvalue.Check{
			"python": runtime(knownvalue.StringExact(node.DefaultRuntime), knownvalue.NotNull(), knownvalue.NotNull(), false),
		}),
	})...))

	silent.Remove()
	// What the network itself publishes can be published by nobody else.
	env.Inject(core.Fault{Path: "/api/v0/aggregates/", Times: -1, Do: core.Answer(http.StatusOK, map[string]any{"data": map[string]any{
		"vm-images": map[string]any{
			"runtimes": map[string]any{
				"python3.12": map[string]any{"hash": node.DefaultRuntime, "display_name": "Python 3.12", "future": true},
				"node22":     map[string]any{"hash": other, "description": "Node.js 22", "deprecated": true},
			},
			"rootfs": map[string]any{}, "defaults": map[string]any{"runtime": "node22"},
		},
	}})})
	acctest.Test(t, acctest.Apply(config, nil, tells("aleph_runtimes", map[string]knownvalue.Check{
		"default": knownvalue.StringExact(other),
		"runtimes": knownvalue.MapExact(map[string]knownvalue.Check{
			"python3.12": runtime(knownvalue.StringExact(node.DefaultRuntime), knownvalue.StringExact("Python 3.12"), knownvalue.Null(), false),
			"node22":     runtime(knownvalue.StringExact(other), knownvalue.Null(), knownvalue.StringExact("Node.js 22"), true),
		}),
	})...))
}
