// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// publishAs makes a tool publish a program of a name, which replaces another one unless that is empty.
func publishAs(t *testing.T, tool *object.Client, name, replaces, channel string, tags ...string) string {
	t.Helper()
	content := &message.Program{
		Type: message.ProgramKind, AllowAmend: true, Replaces: replaces,
		Machine: message.Machine{
			Metadata:  map[string]any{"name": name},
			Resources: message.Resources{VCPUs: 1, Memory: 128, Seconds: 30},
			Payment:   &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: python, UseLatest: true},
		Runtime: message.Runtime{Ref: python, UseLatest: true}, On: message.Triggers{HTTP: true},
	}
	if len(tags) > 0 {
		content.Metadata["tags"] = tags
	}
	m, err := tool.Publish(t.Context(), content, object.Options{Channel: channel})
	if err != nil {
		t.Fatal(err)
	}
	return m.ItemHash
}

func listing(env *acctest.Env) acctest.List {
	return acctest.List{
		Resource: "aleph_program", Settings: map[string]any{"api_url": env.URL}, Limit: 100,
		Config: map[string]any{"address": env.Account.Address()},
	}
}

// names are what results are called, and their identities by that.
func names(t *testing.T, results []acctest.Listed) (shown []string, identities map[string]string) {
	t.Helper()
	identities = map[string]string{}
	for _, result := range results {
		if len(result.Diagnostics) > 0 {
			t.Errorf("%s: %v", result.DisplayName, result.Diagnostics)
		}
		shown = append(shown, result.DisplayName)
		identities[result.DisplayName] = result.Identity["item_hash"]
	}
	return shown, identities
}

// Each program of an owner is listed once, under its live version, by what the filter says of that, as many as are asked for.
func TestList(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	tool := env.OtherTool(t)
	first := publishAs(t, tool, "old name", "", "ONE", "red")
	single := publishAs(t, tool, "single", "", "TWO", "red", "blue")
	live := publishAs(t, tool, "amended", first, "ONE", "green")
	gone := publishAs(t, tool, "gone", "", "ONE")
	forget(t, tool, gone)
	publishAs(t, env.Stranger(t), "a stranger's", first, "ONE")
	poor := publishAs(t, tool, "poor", "", "TWO")
	if err := env.Local.SetRemoving(poor, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}

	shown, identities := names(t, listing(env).Ask(t))
	if want := []string{"poor", "amended", "single"}; !slices.Equal(shown, want) {
		t.Errorf("listed: %q, want %q", shown, want)
	}
	if identities["amended"] != live || identities["single"] != single || identities["poor"] != poor {
		t.Errorf("the identities are %v", identities)
	}
	for name, test := range map[string]struct {
		config map[string]any
		want   []string
	}{
		"channel":               {map[string]any{"channel": "TWO"}, []string{"poor", "single"}},
		"tags":                  {map[string]any{"tags": []any{"blue", "green"}}, []string{"amended", "single"}},
		"a superseded's tag":    {map[string]any{"tags": []any{"red"}}, []string{"single"}},
		"name":                  {map[string]any{"name": "amended"}, []string{"amended"}},
		"a superseded's name":   {map[string]any{"name": "old name"}, nil},
		"channel, and tags":     {map[string]any{"channel": "TWO", "tags": []any{"green"}}, nil},
		"somebody with nothing": {map[string]any{"address": core.Accounts()[5].Address}, nil},
	} {
		list := listing(env)
		for argument, value := range test.config {
			list.Config[argument] = value
		}
		if shown, _ := names(t, list.Ask(t)); !slices.Equal(shown, test.want) {
			t.Errorf("by %s: %q, want %q", name, shown, test.want)
		}
	}
	for limit := range int64(3) {
		list := listing(env)
		list.Limit = limit + 1
		if results := list.Ask(t); int64(len(results)) != list.Limit {
			t.Errorf("%d results, want %d", len(results), list.Limit)
		}
	}
}

// The owner is the provider's own when nobody else is named; and without a key, somebody must be.
func TestListOwner(t *testing.T) {
	env := acctest.Start(t)
	publishAs(t, env.OtherTool(t), "mine", "", "ONE")
	list := listing(env)
	list.Config = nil
	expectOneError(t, list.Ask(t), "Unable to list programs", "No address was given")
	list.Settings["private_key"] = env.PrivateKey
	if shown, _ := names(t, list.Ask(t)); !slices.Equal(shown, []string{"mine"}) {
		t.Errorf("listed: %q", shown)
	}
	list.Config = map[string]any{"address": strings.ToLower(env.Account.Address())}
	expectOneError(t, list.Ask(t), "Invalid value", "checksum")
}

func expectOneError(t *testing.T, results []acctest.Listed, summary, detail string) {
	t.Helper()
	if len(results) != 1 || len(results[0].Diagnostics) != 1 {
		t.Fatalf("got %+v, want one error", results)
	}
	d := results[0].Diagnostics[0]
	if d.Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(d.Summary, summary) || !strings.Contains(d.Detail, detail) {
		t.Errorf("got %q: %q", d.Summary, d.Detail)
	}
}

// A node that fails halfway is an error, and never a shorter list.
func TestListFails(t *testing.T) {
	env := acctest.Start(t)
	for i := range 201 {
		publishAs(t, env.OtherTool(t), fmt.Sprint(i), "", "ONE")
	}
	list := listing(env)
	list.Limit = 1000
	if shown, _ := names(t, list.Ask(t)); len(shown) != 201 {
		t.Errorf("%d are listed, want 201", len(shown))
	}
	list.Settings["max_retries"] = 0
	fault := env.Inject(core.Fault{Path: "/api/v0/messages.json", Skip: 1, Times: -1, Do: core.Status(http.StatusInternalServerError)})
	expectOneError(t, list.Ask(t), "Unable to list programs", "500")
	fault.Remove()
	env.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.AlterSignature()})
	expectOneError(t, list.Ask(t), "Unable to list programs", "not genuine")
}

// A result is what an import would read, when it is asked for.
func TestListResource(t *testing.T) {
	env := acctest.Start(t)
	hash := publishAs(t, env.OtherTool(t), "listed", "", "ONE", "red")
	list := listing(env)
	if results := list.Ask(t); results[0].Resource != nil {
		t.Error("a resource was not asked for")
	}
	list.IncludeResource = true
	listed := list.Ask(t)[0]

	serve := acctest.Factories(t)["aleph"]
	terraform, err := acctest.NewCore(t.Context(), "aleph_program", list.Settings, serve)
	if err != nil {
		t.Fatal(err)
	}
	if imported := terraform.Import(t.Context(), hash); len(imported.Diagnostics) > 0 {
		t.Fatal(imported.Diagnostics)
	}
	for name, value := range listed.Resource {
		if want := terraform.Attribute(name); !value.Equal(want) {
			t.Errorf("%s is listed as %s, and imported as %s", name, value, want)
		}
	}
}

// A program that breaks the rules is alive all the same: it is left out with a warning, and hides no other.
func TestListLeavesOut(t *testing.T) {
	env := acctest.Start(t)
	publishAs(t, env.OtherTool(t), "fine", "", "ONE")
	bad := unreadable(t, env)
	// The local node takes what the newest official models take, and real ones have messages of older models as well.
	env.Inject(core.Fault{Path: "/api/v0/messages.json", Times: -1, Do: core.Answer(http.StatusOK, map[string]any{
		"messages": append(env.Messages(message.TypeProgram), *bad), "next_cursor": nil,
	})})
	results := listing(env).Ask(t)
	if len(results) != 2 || results[0].DisplayName != "fine" || len(results[1].Diagnostics) != 1 {
		t.Fatalf("got %+v", results)
	}
	if d := results[1].Diagnostics[0]; d.Severity != tfprotov6.DiagnosticSeverityWarning || !strings.Contains(d.Detail, bad.ItemHash) {
		t.Errorf("got %+v", d)
	}
	text := env.Provider() + "data \"aleph_programs\" \"all\" {}\noutput \"names\" {\n  value = join(\" \", data.aleph_programs.all.programs[*].name)\n}\n"
	expectText(t, acctest.NewCLI(t, text).Run("apply"), "Warning: A program is left out", bad.ItemHash, `names = "fine"`)
}

// unreadable is a program of the test's account with metadata that is deeper than the official models allow.
func unreadable(t *testing.T, env *acctest.Env) *message.Message {
	t.Helper()
	content := fmt.Sprintf(`{"address": %q, "time": 1, "type": "vm-function", "allow_amend": true, "metadata": {"deep": {"er": 1}},
		"code": {"ref": %q, "encoding": "zip", "entrypoint": "main:app"}, "runtime": {"ref": %q, "comment": ""},
		"on": {"http": true}, "environment": {}, "resources": {}}`, env.Account.Address(), python, python)
	m := &message.Message{
		Sender: env.Account.Address(), Chain: message.ChainETH, Type: message.TypeProgram, Time: 1,
		ItemType: message.ItemTypeInline, ItemHash: message.Hash([]byte(content)), ItemContent: content,
	}
	if err := env.Account.Sign(m); err != nil {
		t.Fatal(err)
	}
	return m
}
