// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// refusals are ways to be refused, and what Terraform says of them.
var refusals = []struct {
	name string
	do   core.Action
	says string
}{
	{
		"too few credits", core.Reject(message.CodeCreditInsufficient, map[string]any{
			"account_credits": "1", "required_credits": "107.8", "min_runtime_days": 1,
		}), "the owner needs 108 credits, enough for a day of everything that it runs, and has 1.",
	},
	{
		"too few tokens", core.Reject(message.CodeBalanceInsufficient, map[string]any{"account_balance": "0", "required_balance": "0.5"}),
		"the owner must hold 0.5 ALEPH for everything that it runs, and holds 0.",
	},
	{"file not found", core.Reject(message.CodeFileUnavailable), "the file could not be found on the network (error code 4). HERE Check the file's hash"},
	{"payment not taken", core.Reject(message.CodeInvalidPayment), "(error code 202). HERE Set `payment.type` to `credit`"},
	{"not authorised", core.Reject(message.CodePermissionDenied, "Sender is not authorized"), "Ask the owner to authorise the address of your key"},
}

// quick is a node that gives up soon.
var quick = core.Config{RetryWindow: 50 * time.Millisecond}

// TestRejected_create: the error says why and what to do, and there is nothing in the state to clean up.
func TestRejected_create(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.StartTuned(t, quick)
			env.Inject(core.Fault{Type: message.TypeStore, Do: test.do})
			cli := acctest.NewCLI(t, one(env, `content = "a"`))
			contains(t, cli.Fail("apply"), "Unable to create the volume",
				strings.Replace(test.says, "HERE", "No volume was created, and nothing is paid for one.", 1))
			contains(t, cli.Run("apply"), "1 added, 0 changed, 0 destroyed")
		})
	}
}

// TestRejected_update: the version in the state is still live, and the same change shows again.
func TestRejected_update(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.StartTuned(t, quick)
			cli := acctest.NewCLI(t, one(env, `content = "a"`))
			cli.Run("apply")
			before := cli.State(at, "item_hash")
			env.Inject(core.Fault{Type: message.TypeStore, Do: test.do})
			cli.Configure(one(env, `content = "b"`))
			contains(t, cli.Fail("apply"), "Unable to amend volume "+before,
				strings.Replace(test.says, "HERE", "The version in the state is still the live one, what programs mount, and paid as before.", 1))
			if after := cli.State(at, "item_hash"); after != before {
				t.Errorf("the state says %s, want %s", after, before)
			}
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
		})
	}
}

// patient is a node that waits for a file that it does not have.
var patient = core.Config{RetryWindow: time.Minute, SyncWait: -1}

const impatient = `timeouts = { create = "300ms", read = "300ms", update = "300ms" }`

// fileHash is a source that the network does not have before text is uploaded.
func fileHash(t *testing.T, text string) string {
	t.Helper()
	return fmt.Sprintf("file_hash = %q", fileOf(t, message.ItemTypeStorage, text).hash)
}

// arrives uploads what a pending STORE waits for.
func arrives(t *testing.T, env *acctest.Env, text, hash string) {
	t.Helper()
	tool := env.OtherTool(t)
	upload(t, tool, message.ItemTypeStorage, text)
	if record, err := tool.Node.Wait(t.Context(), hash); err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("%s is %q: %v", hash, record.Status, err)
	}
}

// TestPending_create: what is not confirmed in time is a warning and stays in the state; processed later, there is
// nothing more to do.
func TestPending_create(t *testing.T) {
	acctest.Needs(t, acctest.Patience)
	env := acctest.StartTuned(t, patient)
	cli := acctest.NewCLI(t, one(env, fileHash(t, "late"), impatient))
	contains(t, cli.Run("apply"), "1 added", "The volume is not confirmed yet", "is kept in the state")
	hash := cli.State(at, "id")
	contains(t, cli.Run("plan"), "No changes.", "The volume is still pending", hash)
	arrives(t, env, "late", hash)
	output := cli.Run("apply")
	contains(t, output, "0 added, 0 changed, 0 destroyed")
	if strings.Contains(output, "Warning") {
		t.Errorf("there is still a warning:\n%s", output)
	}
	if encoding := cli.State(at, "encoding"); encoding != "plain" {
		t.Errorf("the encoding is %q once the file is there", encoding)
	}
	cli.Run("destroy")
	if n := storesAlive(env, env.Account.Address()); n != 0 {
		t.Errorf("%d STOREs are alive", n)
	}
}

// TestPending_thenRejected: a create that was not confirmed, and then refused, is created anew, and the plan says why.
func TestPending_thenRejected(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{RetryWindow: 2 * time.Second, SyncWait: -1})
	cli := acctest.NewCLI(t, one(env, fileHash(t, "never"), impatient))
	contains(t, cli.Run("apply"), "The volume is not confirmed yet")
	if _, err := env.OtherTool(t).Node.Wait(t.Context(), cli.State(at, "id")); err != nil {
		t.Fatal(err)
	}
	contains(t, cli.Run("plan"), "1 to add", "The volume was rejected", "the file could not be found on the network (error code 4)")
}

// TestPending_update: an amend that is not confirmed in time is an error, and the state stays at the version that is
// live; processed later, the amend is adopted.
func TestPending_update(t *testing.T) {
	acctest.Needs(t, acctest.Patience)
	env := acctest.StartTuned(t, patient)
	sent := watch(env)
	upload(t, env.OtherTool(t), message.ItemTypeStorage, "early")
	cli := acctest.NewCLI(t, one(env, fileHash(t, "early"), impatient))
	cli.Run("apply")
	id := cli.State(at, "id")
	cli.Configure(one(env, fileHash(t, "late"), impatient))
	contains(t, cli.Fail("apply"), "its outcome is not known yet", "The version in the state is still the live one")
	if live := cli.State(at, "item_hash"); live != id {
		t.Errorf("the state says %s, want %s", live, id)
	}
	contains(t, cli.Fail("apply"), "An earlier message, ", "is still pending")
	arrives(t, env, "late", sent.newest())
	contains(t, cli.Run("apply"), "0 added, 0 changed, 0 destroyed")
	if live := cli.State(at, "item_hash"); live != sent.newest() || cli.State(at, "id") != id {
		t.Errorf("the state says %s, want %s", live, sent.newest())
	}
	if err := sent.check(2, 0); err != nil {
		t.Error(err)
	}
	cli.Run("destroy")
	if n := storesAlive(env, env.Account.Address()); n != 0 {
		t.Errorf("%d STOREs are alive", n)
	}
}

// TestLostReplies: an answer that never came is no reason to publish twice.
func TestLostReplies(t *testing.T) {
	env := acctest.Start(t)
	sent := watch(env)
	lose := func() {
		env.Inject(core.Fault{Method: "POST", Path: "/api/v0/messages", Times: 1, Do: core.LoseReply()})
	}
	step := func(content string, actions acctest.Actions, stores int) resource.TestStep {
		return acctest.Before(lose, acctest.Apply(one(env, fmt.Sprintf("content = %q", content)), actions, sent.expect(stores, 0)))
	}
	acctest.Test(t, step("a", creates, 1), step("b", updates, 2))
}

// lacks checks that Terraform does not say something.
func lacks(t *testing.T, output, text string) {
	t.Helper()
	if strings.Contains(output, text) {
		t.Errorf("Terraform says %q:\n%s", text, output)
	}
}

func contains(t *testing.T, output string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(output, want) {
			t.Errorf("Terraform does not say %q:\n%s", want, output)
		}
	}
}
