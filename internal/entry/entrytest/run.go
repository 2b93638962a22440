// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entrytest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// Run runs all tests of a noun.
func Run(t *testing.T, n Noun) {
	for name, test := range map[string]func(*testing.T, Noun){
		"life": life, "alreadyThere": alreadyThere, "gone": gone, "drift": drift, "stalePlan": stalePlan, "importByID": importByID, "importBlock": importBlock,
		"importByIdentity": importByIdentity, "generatedConfiguration": generated, "list": list, "pending": pending, "rejected": rejected,
		"readFails": readFails, "replyLost": replyLost, "olderState": olderState, "withoutKey": withoutKey,
	} {
		t.Run(name, func(t *testing.T) { test(t, n) })
	}
}

// life creates an entry, reads it by the data source, changes it, and destroys it. What another tool wrote beside it stays.
func life(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("life")
	key := n.Key(name)
	o.Write(key, theirs)
	config := func(more Arguments) string {
		return env.Provider() + n.block("test", name, more) +
			fmt.Sprintf("data %q \"test\" {\n  %s = %s.%s\n  depends_on = [%s]\n}\n", n.Type, n.Named, n.address(), n.Named, n.address())
	}
	has := func(want map[string]any) func() error {
		return func() error {
			if err := o.Expect(key, theirs); err != nil {
				return err
			}
			return o.Expect(key, want)
		}
	}
	steps := []resource.TestStep{acctest.Apply(config(nil), acctest.Actions{n.address(): acctest.Create}, acctest.Check(has(n.Theirs(name))))}
	more := Arguments{}
	for _, change := range n.Changes {
		maps.Copy(more, change.Arguments)
		steps = append(steps, acctest.Apply(config(maps.Clone(more)), change.Does, acctest.Check(has(change.Entries(name)))))
	}
	last := n.Changes[len(n.Changes)-1].Entries(name)
	for key := range last {
		last[key] = nil
	}
	steps = append(steps, acctest.Apply(env.Provider(), acctest.Actions{n.address(): acctest.Destroy}, acctest.Check(has(last))))
	acctest.Test(t, steps...)
}

// alreadyThere is a create of an entry that another tool wrote: it is refused, with the block that imports it.
func alreadyThere(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("already")
	o.Write(n.Key(name), n.Theirs(name))
	terraform := acctest.NewCLI(t, env.Provider()+n.block("test", name, nil))
	expectText(t, terraform.Fail("apply"), "is not overwritten", "import {", fmt.Sprintf("to = %s.NAME", n.Type), fmt.Sprintf("id = %q", env.Account.Address()+"/"+name))
	if err := o.Expect(n.Key(name), n.Theirs(name)); err != nil {
		t.Error(err)
	}
}

// gone is an entry that another tool deleted: it is created again.
func gone(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("gone")
	config := env.Provider() + n.block("test", name, nil)
	creates := acctest.Actions{n.address(): acctest.Create}
	acctest.Test(t, acctest.Apply(config, creates), acctest.Before(func() {
		deleted := map[string]any{}
		for key := range n.Theirs(name) {
			deleted[key] = nil
		}
		o.Write(n.Key(name), deleted)
	}, acctest.Apply(config, creates)))
}

// drift changes each attribute behind Terraform's back.
func drift(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o := OtherTool(t, env)
	drifts := make([]acctest.Drift, len(n.Drifts))
	for i, d := range n.Drifts {
		name := n.Name(fmt.Sprint("drift", i))
		drifts[i] = acctest.Drift{
			Attribute: d.Attribute, With: d.With,
			Block: func(label string) string { return n.block(label, name, d.Arguments) },
			Make:  func(string) { o.Write(n.Key(name), d.Entries(name)) },
		}
	}
	env.ExpectDrifts(t, n.Type, append([]string{"id", "timeouts", "address", "channel", n.Named}, n.Aside...), drifts)
}

// stalePlan changes an entry behind Terraform's back between plan and apply: nothing is overwritten, whether another tool
// wrote something else or deleted it; unless it wrote what is wanted, or something beside it.
func stalePlan(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, change := OtherTool(t, env), n.Changes[0]
	deleted := func(name string) map[string]any {
		entries := n.Theirs(name)
		for key := range entries {
			entries[key] = nil
		}
		return entries
	}
	for how, theirs := range map[string]func(name string) map[string]any{
		"changed": n.Drifts[0].Entries, "deleted": deleted, "same": nil, "beside": nil,
	} {
		name := n.Name(how)
		terraform := acctest.NewCLI(t, env.Provider()+n.block("test", name, nil))
		terraform.Run("apply")
		terraform.Configure(env.Provider() + n.block("test", name, change.Arguments))
		terraform.Run("plan", "-out=saved")
		switch {
		case theirs != nil:
			o.Write(n.Key(name), theirs(name))
			before := o.sent(env)
			expectText(t, terraform.Fail("apply", "saved"), "Error: Unable to change", "nother client has changed", "since the plan was made", "is now", "Plan again")
			expectText(t, terraform.Fail("apply", "-refresh=false"), "Nothing was sent")
			if after := o.sent(env); after != before {
				t.Errorf("%s: %d messages were sent", how, after-before)
			}
			terraform.Run("apply")
		case how == "same":
			again := acctest.NewCLI(t, env.Provider()+n.block("test", name, change.Arguments)+
				fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", n.address(), env.Account.Address()+"/"+name))
			again.Run("apply")
			before := o.sent(env)
			terraform.Run("apply", "saved")
			if after := o.sent(env); after != before {
				t.Errorf("%s: %d messages were sent", how, after-before)
			}
		default:
			o.Write(n.Key(name), map[string]any{"of.another.tool": true})
			terraform.Run("apply", "saved")
		}
		terraform.Run("plan", "-detailed-exitcode")
		if err := o.Expect(n.Key(name), change.Entries(name)); err != nil {
			t.Error(err)
		}
	}
}

// imported are entries of another tool's, with the configuration of one, which plans nothing when it is imported.
func imported(t *testing.T, n Noun) (env *acctest.Env, name, config string) {
	t.Helper()
	env = acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("imported")
	o.Write(n.Key(name), n.Theirs(name))
	return env, name, env.Provider() + n.block("test", name, nil)
}

func importByID(t *testing.T, n Noun) {
	env, name, config := imported(t, n)
	for _, id := range []string{name, env.Account.Address() + "/" + name} {
		terraform := acctest.NewCLI(t, config)
		terraform.Run("import", n.address(), id)
		terraform.Run("plan", "-detailed-exitcode")
	}
	terraform := acctest.NewCLI(t, config)
	terraform.Fail("import", n.address(), env.Account.Address()+"/"+n.Name("nothing"))
}

func importBlock(t *testing.T, n Noun) {
	env, name, config := imported(t, n)
	expectImport(t, n, config+fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", n.address(), env.Account.Address()+"/"+name))
}

func importByIdentity(t *testing.T, n Noun) {
	acctest.Requires(t, acctest.Identity)
	env, name, config := imported(t, n)
	expectImport(t, n, config+fmt.Sprintf("import {\n  to = %s\n  identity = {\n    address = %q\n    %s = %q\n  }\n}\n", n.address(), env.Account.Address(), n.Named, name))
}

// expectImport checks that an import changes nothing.
func expectImport(t *testing.T, n Noun, config string) {
	t.Helper()
	terraform := acctest.NewCLI(t, config)
	for _, planned := range terraform.Plan().ResourceChanges {
		if planned.Address == n.address() && (planned.Change.Importing == nil || !planned.Change.Actions.NoOp()) {
			t.Errorf("the plan is to %v: %v, %v", planned.Change.Actions, planned.Change.Before, planned.Change.After)
		}
	}
	terraform.Run("apply", acctest.SavedPlan)
	terraform.Run("plan", "-detailed-exitcode")
}

// generated has Terraform write the configuration of an entry that is imported.
func generated(t *testing.T, n Noun) {
	env, name, _ := imported(t, n)
	terraform := acctest.NewCLI(t, env.Provider()+fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", n.address(), env.Account.Address()+"/"+name))
	terraform.Run("plan", "-generate-config-out=generated.tf")
	text, err := os.ReadFile(filepath.Join(terraform.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	terraform.ExpectNoNulls(string(text))
	terraform.Run("apply")
	terraform.Run("plan", "-detailed-exitcode")
	if sent := OtherTool(t, env).sent(env); sent != 1 {
		t.Errorf("%d messages were sent, want that of the other tool", sent)
	}
}

// sent counts the messages of the test's account.
func (o Tool) sent(env *acctest.Env) int { return len(env.Alive(o.owner)) }

// list lists what another tool wrote, by the list resource and by the data source.
func list(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o := OtherTool(t, env)
	var names []string
	for _, text := range []string{"a", "b"} {
		name := n.Name(text)
		names = append(names, name)
		o.Write(n.Key(name), n.Theirs(name))
	}
	deleted := n.Theirs(n.Name("deleted"))
	for key := range deleted {
		deleted[key] = nil
	}
	o.Write(n.Key(n.Name("deleted")), deleted)
	question := acctest.List{Resource: n.Type, Settings: map[string]any{"api_url": env.URL, "address": o.owner}, IncludeResource: true}
	var listed []string
	for _, found := range question.Ask(t) {
		listed = append(listed, found.Identity[n.Named])
		if len(found.Diagnostics) > 0 || found.Identity["address"] != o.owner || found.DisplayName != found.Identity[n.Named] || found.Resource["id"].IsNull() {
			t.Errorf("listed %+v", found)
		}
	}
	if strings.Join(listed, " ") != strings.Join(names, " ") {
		t.Errorf("listed %v, want %v", listed, names)
	}
	question.Limit = 1
	if found := question.Ask(t); len(found) != 1 {
		t.Errorf("with a limit of 1: %d", len(found))
	}
	plural := strings.TrimPrefix(n.Type, "aleph_") + "s"
	terraform := acctest.NewCLI(t, env.Provider()+fmt.Sprintf("data \"%ss\" \"all\" {}\noutput \"names\" {\n  value = join(\" \", data.%ss.all.%s[*].%s)\n}\n", n.Type, n.Type, plural, n.Named))
	terraform.Run("apply")
	if got := strings.TrimSpace(terraform.Raw("output", "-raw", "names")); got != strings.Join(names, " ") {
		t.Errorf("the data source lists %q, want %v", got, names)
	}
}

// pending is a create whose outcome is not known in time: a warning, and nothing to do once it is processed.
func pending(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("pending")
	env.Inject(core.Fault{Type: message.TypeAggregate, Do: core.PendingFor(4 * time.Second)})
	terraform := acctest.NewCLI(t, env.Provider()+n.block("test", name, Arguments{"timeouts": `{ create = "1s" }`}))
	expectText(t, terraform.Run("apply"), "is not confirmed yet", "Plan again later")
	expectText(t, terraform.Run("plan", "-detailed-exitcode"), "is still pending", "No changes")
	for deadline := time.Now().Add(time.Minute); o.Expect(n.Key(name), n.Theirs(name)) != nil; {
		if time.Now().After(deadline) {
			t.Fatal("it is never processed")
		}
	}
	terraform.Run("plan", "-detailed-exitcode")
	terraform.Run("destroy")
}

// rejected is a create that was refused after its outcome was not known in time: the next plan creates.
func rejected(t *testing.T, n Noun) {
	env := acctest.Start(t)
	var sent string
	stuck := env.Inject(core.Fault{Do: core.StayPending(), Times: -1, Match: func(_ *http.Request, m *message.Message) bool {
		if m != nil && m.Type == message.TypeAggregate {
			sent = m.ItemHash
			return true
		}
		return false
	}})
	terraform := acctest.NewCLI(t, env.Provider()+n.block("test", n.Name("rejected"), Arguments{"timeouts": `{ create = "1s" }`}))
	terraform.Run("apply")
	stuck.Remove()
	stop := env.Reject(sent, message.CodePermissionDenied)
	expectText(t, terraform.Run("plan"), "was rejected", "1 to add")
	stop()
}

// readFails is every way in which reading fails: none of them means that the entry is gone.
func readFails(t *testing.T, n Noun) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.ProviderWith("  max_retries = 0\n")+n.block("test", n.Name("fails"), nil))
	terraform.Run("apply")
	for name, do := range map[string]core.Action{
		"404": core.Status(http.StatusNotFound), "500": core.Status(http.StatusInternalServerError), "cut": core.CutReply(),
		"empty": core.Answer(http.StatusOK, map[string]any{}), "not JSON": core.AnswerText(http.StatusOK, "<html>"),
		"hidden": core.Answer(http.StatusOK, map[string]any{"aggregates": []any{}, "pagination_total": 0}),
	} {
		fault := env.Inject(core.Fault{Path: "/api/v0/aggregates.json", Times: -1, Do: do})
		if text := terraform.Fail("plan"); !strings.Contains(text, "The state is kept as it is") {
			t.Errorf("%s: %s", name, text)
		}
		fault.Remove()
	}
	terraform.Run("plan", "-detailed-exitcode")
	env.Inject(core.Fault{Type: message.TypeAggregate, Do: core.Reject(message.CodePermissionDenied)})
	expectText(t, terraform.Fail("destroy"), "It stays in the state", "aggregate `security`")
	terraform.Run("plan", "-detailed-exitcode")
}

// replyLost is an answer to a write that never arrives: the node is asked, and the write is not repeated.
func replyLost(t *testing.T, n Noun) {
	env := acctest.Start(t)
	o, name := OtherTool(t, env), n.Name("lost")
	env.Inject(core.Fault{Method: http.MethodPost, Do: core.LoseReply()})
	terraform := acctest.NewCLI(t, env.Provider()+n.block("test", name, nil))
	terraform.Run("apply")
	terraform.Run("plan", "-detailed-exitcode")
	if sent := o.sent(env); sent != 1 {
		t.Errorf("%d messages were sent, want 1", sent)
	}
}

// olderState is a state of a release that knew no more than the name and what is required.
func olderState(t *testing.T, n Noun) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+n.block("test", n.Name("older"), nil))
	terraform.Run("apply")
	file := filepath.Join(terraform.Dir, "terraform.tfstate")
	text, err := os.ReadFile(file)
	var state map[string]any
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		t.Fatal(err)
	}
	instance := dig(dig(state, "resources"), "instances").(map[string]any)
	attributes := instance["attributes"].(map[string]any)
	delete(instance, "private")
	delete(instance, "identity")
	maps.DeleteFunc(attributes, func(name string, _ any) bool {
		_, required := n.Required[name]
		return !required && name != n.Named && name != "address" && name != "id"
	})
	if text, err = json.Marshal(state); err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if sent := OtherTool(t, env).sent(env); sent != 1 {
		t.Errorf("%d messages were sent", sent)
	}
	terraform.Run("plan", "-detailed-exitcode")
}

// dig is the first element of a list in an object.
func dig(object any, name string) any {
	return object.(map[string]any)[name].([]any)[0]
}

// withoutKey plans with nobody to sign.
func withoutKey(t *testing.T, n Noun) {
	name := n.Name("none")
	acctest.Start(t).ExpectKeyless(t, n.block("test", name, nil), n.block("test", name, n.Changes[0].Arguments))
}

func expectText(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}
