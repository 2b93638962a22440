// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// refusals are the answers of a network that refuses a program, and what the user is told: cause, remedy, and the
// attribute that is to blame, if one is.
var refusals = map[string]struct {
	do   core.Action
	want []string
}{
	"internal":   {core.Reject(message.CodeInternal), []string{"error code -1", "Apply again"}},
	"format":     {core.Reject(message.CodeInvalidFormat), []string{"error code 0", "Nodes are not equally strict"}},
	"signature":  {core.Reject(message.CodeInvalidSignature), []string{"error code 1", "nothing between this machine and the node"}},
	"permission": {core.Reject(message.CodePermissionDenied), []string{"error code 2", "authorise the address of your key"}},
	"content":    {core.Reject(message.CodeContentUnavailable), []string{"error code 3", "try another one with `api_url`"}},
	"tokens": {
		core.Reject(message.CodeBalanceInsufficient, map[string]any{"account_balance": "1", "required_balance": "200"}),
		[]string{"error code 5", "must hold 200 ALEPH", "holds 1", "`payment.type` to `credit`"},
	},
	"credits": {
		core.Reject(message.CodeCreditInsufficient, map[string]any{"account_credits": "7", "required_credits": "528000", "min_runtime_days": 1}),
		[]string{"error code 6", "needs 528000 credits", "enough for a day", "has 7", "Buy credits"},
	},
	"payment": {core.Reject(message.CodeInvalidPayment), []string{"error code 202", "`payment.type` to `credit`", "Attribute `payment.type`"}},
	"version": {core.Reject(message.CodeVMRefNotFound, unknown), []string{"error code 300", "the next plan reads which version is alive"}},
	"code":    {core.Reject(message.CodeVMVolumeNotFound, python), []string{"error code 301", "must name the first STORE of a file", "Attribute `code.ref`"}},
	"mount":   {core.Reject(message.CodeVMVolumeNotFound, ubuntu22), []string{"error code 301", "Attribute `volumes[1].ref`"}},
	"frozen":  {core.Reject(message.CodeVMAmendNotAllowed), []string{"error code 302", "-replace=ADDRESS"}},
	"small":   {core.Reject(message.CodeVMVolumeTooSmall), []string{"error code 304", "Raise `size_mib`"}},
}

// A refused create leaves nothing in the state, and a refused amend leaves it at the version that runs: the next plan is
// the same again.
func TestRefused(t *testing.T) {
	env := acctest.StartTuned(t, core.Config{RetryWindow: 50 * time.Millisecond})
	configOf := func(n int) string {
		text := env.Provider()
		for name := range refusals {
			text += block(name, vcpus(n).with(arguments{
				"payment": `{ chain = "ETH" }`,
				"volumes": `[{ ephemeral = true, size_mib = 1 }, { ref = "` + ubuntu22 + `" }]`,
			}))
		}
		return text
	}
	refuse := func() (stop func()) {
		var injected []*core.Injected
		for name, refusal := range refusals {
			injected = append(injected, env.Inject(core.Fault{
				Type: message.TypeProgram, Times: -1, Do: refusal.do,
				Match: func(_ *http.Request, m *message.Message) bool { return acctest.ProgramName(m) == name },
			}))
		}
		return func() {
			for _, fault := range injected {
				fault.Remove()
			}
		}
	}
	check := func(output string, state string) {
		t.Helper()
		errors := errorsByProgram(output)
		for name, refusal := range refusals {
			expectText(t, errors[name], append(refusal.want, state)...)
		}
	}

	terraform := acctest.NewCLI(t, configOf(1))
	stop := refuse()
	check(terraform.Fail("apply"), "No program was created, and nothing is paid for one")
	if state := terraform.Run("state", "list"); state != "" {
		t.Errorf("left in the state: %s", state)
	}
	stop()
	expectText(t, terraform.Run("apply"), fmt.Sprintf("%d added, 0 changed, 0 destroyed", len(refusals)))

	stop = refuse()
	terraform.Configure(configOf(2))
	output := terraform.Fail("apply")
	check(output, "The version in the state still runs")
	for _, money := range []string{"tokens", "credits"} {
		expectText(t, errorsByProgram(output)[money], "both versions count against the balance", "terraform apply -replace=ADDRESS")
	}
	expectText(t, terraform.Run("plan"), fmt.Sprintf("0 to add, %d to change, 0 to destroy", len(refusals)))
	stop()
	expectText(t, terraform.Run("apply"), fmt.Sprintf("0 added, %d changed, 0 destroyed", len(refusals)))
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// errorsByProgram takes apart what Terraform printed, by the label of the program that each error is about.
func errorsByProgram(output string) map[string]string {
	errors := map[string]string{}
	for _, part := range strings.Split(output, "Error: ")[1:] {
		_, after, ok := strings.Cut(part, "with aleph_program.")
		if !ok {
			continue
		}
		label, _, _ := strings.Cut(after, ",")
		errors[label] += "Error: " + part
	}
	return errors
}

// What a program refers to is looked for before anything is sent, and what is missing is named where it is written.
func TestMissingFiles(t *testing.T) {
	env := acctest.Start(t)
	missing := map[string]struct {
		given arguments
		path  string
	}{
		"code":    {arguments{"code": `{ ref = "` + unknown + `", encoding = "zip", entrypoint = "main:app" }`}, "code.ref"},
		"runtime": {arguments{"runtime": `{ ref = "` + unknown + `" }`}, "runtime.ref"},
		"data":    {arguments{"data": `{ ref = "` + unknown + `", encoding = "zip", mount = "/d" }`}, "data.ref"},
		"volume":  {arguments{"volumes": `[{ ref = "` + debian12 + `" }, { ref = "` + unknown + `" }]`}, "volumes[1].ref"},
		"parent":  {arguments{"volumes": `[{ size_mib = 10, parent = { ref = "` + unknown + `" } }]`}, "volumes[0].parent.ref"},
	}
	text := env.Provider()
	for label, program := range missing {
		text += block(label, program.given)
	}
	terraform := acctest.NewCLI(t, text)
	errors := errorsByProgram(terraform.Fail("apply"))
	for label, program := range missing {
		expectText(t, errors[label], "The node does not know "+unknown, "Check the hash", "Attribute `"+program.path+"`")
	}
	if n := env.Asked(http.MethodPost, "/api/v0/messages"); n > 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// While an amend is published both versions are paid. With means for one, -replace still does.
func TestMeans_forOneVersion(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	const aDay = 528_001 // of one compute unit with internet (NETWORK.md 10.2)
	env.Local.SetFunds(env.Account.Address(), aDay, 0)
	terraform := acctest.NewCLI(t, config(env, arguments{"tags": `["a"]`}))
	terraform.Run("apply")
	before := terraform.State(address, "item_hash")

	terraform.Configure(config(env, arguments{"tags": `["b"]`}))
	expectText(t, terraform.Fail("apply"), "error code 6", "the owner needs 1056000 credits", "has 528001", "terraform apply -replace=ADDRESS", "at the price of a gap", "The new version alone costs 528000 credits a day")
	expectStatus(t, env, message.StatusProcessed, before)
	if after := terraform.State(address, "item_hash"); after != before {
		t.Errorf("the state has %s, want %s", after, before)
	}
	expectText(t, terraform.Run("plan"), "0 to add, 1 to change, 0 to destroy")

	expectText(t, terraform.Run("apply", "-replace="+address), "1 added, 0 changed, 1 destroyed")
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// Whatever becomes of an answer on its way, a message is published once.
func TestLostAnswers(t *testing.T) {
	faults := map[string]core.Action{
		"lost_reply": core.LoseReply(),
		"refused":    core.Refuse(),
		"cut_reply":  core.CutReply(),
		"busy":       core.Status(http.StatusServiceUnavailable),
		"rate_limit": core.RateLimit(0),
		"not_found":  core.NotFoundFor(50 * time.Millisecond),
	}
	env := acctest.Start(t)
	published := env.Watch()
	inject := func() {
		for name, do := range faults {
			env.Inject(core.Fault{
				Method: http.MethodPost, Type: message.TypeProgram, Do: do,
				Match: func(_ *http.Request, m *message.Message) bool { return m != nil && acctest.ProgramName(m) == name },
			})
		}
	}
	configOf := func(n int) (string, acctest.Actions, acctest.Actions) {
		text, create, update := env.Provider(), acctest.Actions{}, acctest.Actions{}
		for _, name := range slices.Sorted(maps.Keys(faults)) {
			text += block(name, vcpus(n))
			create["aleph_program."+name], update["aleph_program."+name] = acctest.Create, acctest.Update
		}
		return text, create, update
	}
	sent := func(programs, forgets int) func() error {
		return func() error {
			for name := range faults {
				if err := published.Expect(name, programs, forgets); err != nil {
					return err
				}
			}
			return nil
		}
	}
	one, create, _ := configOf(1)
	two, _, update := configOf(2)
	acctest.Test(t,
		acctest.Before(inject, acctest.Apply(one, create, acctest.Check(sent(1, 0)))),
		acctest.Before(inject, acctest.Apply(two, update, acctest.Check(sent(1, 1)))),
	)
	env.ExpectNothingAlive(t)
}
