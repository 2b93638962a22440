// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// hasty is a local node that does not wait for an outcome before it answers.
var hasty = core.Config{SyncWait: 100 * time.Millisecond}

// delay lets the next program be pending for longer than its own limits allow.
func delay(env *acctest.Env) {
	env.Inject(core.Fault{Type: message.TypeProgram, Do: core.PendingFor(2500 * time.Millisecond)})
}

const impatient = `{ create = "1s", update = "1s", read = "1s" }`

var sent = regexp.MustCompile(`PROGRAM ([0-9a-f]{64}) was sent`)

// processed waits until a message is.
func processed(t *testing.T, env *acctest.Env, hash string) {
	t.Helper()
	if _, err := env.OtherTool(t).Node.Wait(t.Context(), hash); err != nil {
		t.Fatal(err)
	}
}

// A create whose outcome is not known when its time is up is a warning, and no taint: the next plan reads what became
// of it.
func TestPending_create(t *testing.T) {
	env := acctest.StartTuned(t, hasty)
	delay(env)
	terraform := acctest.NewCLI(t, config(env, arguments{"timeouts": impatient}))
	expectText(t, terraform.Run("apply"), "Warning: The program is not confirmed yet", "is kept in the state", "1 added, 0 changed, 0 destroyed")
	hash := terraform.State(address, "item_hash")
	processed(t, env, hash)
	expectNoText(t, terraform.Run("plan", "-detailed-exitcode"), "Warning")
}

// A create that nobody can tell has arrived is kept, and the next apply sends the same message again.
func TestCreate_thatNeverArrived(t *testing.T) {
	env := acctest.Start(t)
	published := env.Watch()
	broken := env.Inject(core.Fault{
		Method: http.MethodPost, Path: "/api/v0/messages", Times: -1, Do: core.Status(http.StatusInternalServerError),
	})
	terraform := acctest.NewCLI(t, config(env, arguments{"timeouts": impatient}))
	expectText(t, terraform.Run("apply"), "Warning: The program is not confirmed yet", "is kept in the state")
	hash := terraform.State(address, "item_hash")
	expectText(t, terraform.Run("plan"), "Warning: The program has not arrived", "0 to add, 1 to change, 0 to destroy")

	expectText(t, terraform.Fail("apply"), "Error: Unable to amend program "+hash, "its outcome is not known yet", "had not arrived before")

	broken.Remove()
	expectText(t, terraform.Run("apply"), "Warning: The program has not arrived", "0 added, 1 changed, 0 destroyed")
	if after := terraform.State(address, "item_hash"); after != hash {
		t.Errorf("the program is %s now, want the %s that was signed first", after, hash)
	}
	expectNoText(t, terraform.Run("plan", "-detailed-exitcode"), "Warning")
	expectSent(t, published, 1, 0)
}

// As long as a create is pending, plans say so, and leave it alone.
func TestCreate_pendsForEver(t *testing.T) {
	env := acctest.StartTuned(t, hasty)
	env.Inject(core.Fault{Type: message.TypeProgram, Do: core.StayPending()})
	terraform := acctest.NewCLI(t, config(env, arguments{"timeouts": impatient}))
	expectText(t, terraform.Run("apply"), "Warning: The program is not confirmed yet")
	expectText(t, terraform.Run("plan", "-detailed-exitcode"), "Warning: The program is still pending", "No changes.")
}

// A create that is rejected after its time was up is gone, with the reason, and is created anew.
func TestPending_createIsRejected(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{ProcessDelay: 2500 * time.Millisecond, SyncWait: 100 * time.Millisecond})
	fault := env.Inject(core.Fault{Type: message.TypeProgram, Do: core.Reject(message.CodePermissionDenied)})
	terraform := acctest.NewCLI(t, config(env, arguments{"timeouts": impatient}))
	expectText(t, terraform.Run("apply"), "Warning: The program is not confirmed yet")
	hash := terraform.State(address, "item_hash")
	if record, err := env.OtherTool(t).Node.Wait(t.Context(), hash); err != nil || record.Status != message.StatusRejected {
		t.Fatalf("%s is %s (%v)", hash, record.Status, err)
	}
	fault.Remove()
	expectText(t, terraform.Run("plan"), "Warning: The program was rejected", "the sender may not act for the owner", "1 to add, 0 to change, 0 to destroy")
}

// An amend whose outcome is not known when its time is up is an error that leaves the state at the version that runs.
// Processed later, it is taken over, and only the older version is left to clean up.
func TestPendingAmend(t *testing.T) {
	env := acctest.StartTuned(t, hasty)
	patient := `{ update = "1m" }`
	terraform := acctest.NewCLI(t, config(env, vcpus(1).with(arguments{"timeouts": patient})))
	terraform.Run("apply")
	before := terraform.State(address, "item_hash")

	delay(env)
	terraform.Configure(config(env, vcpus(2).with(arguments{"timeouts": impatient})))
	output := terraform.Fail("apply")
	expectText(t, output, "Error: Unable to amend program "+before, "its outcome is not known yet", "The version in the state runs until the network has processed the amend")
	if after := terraform.State(address, "item_hash"); after != before {
		t.Errorf("the state has %s, want %s", after, before)
	}
	processed(t, env, sent.FindStringSubmatch(output)[1])
	terraform.Configure(config(env, vcpus(2).with(arguments{"timeouts": patient})))
	expectText(t, terraform.Run("plan"), "~ superseded", "0 to add, 1 to change, 0 to destroy")
	expectNoText(t, terraform.Run("plan"), "~ item_hash")
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	expectNoChanges(terraform)
	expectStatus(t, env, message.StatusForgotten, before)
}

// While an amend is pending, no further one is sent, plans say so, and it is not lost from sight.
func TestAmend_pendsForEver(t *testing.T) {
	env := acctest.StartTuned(t, hasty)
	published := env.Watch()
	terraform := acctest.NewCLI(t, config(env, vcpus(1).with(arguments{"timeouts": `{ read = "1s" }`})))
	terraform.Run("apply")
	before := terraform.State(address, "item_hash")

	env.Inject(core.Fault{Type: message.TypeProgram, Times: -1, Do: core.StayPending()})
	for n := 2; n <= 3; n++ {
		terraform.Configure(config(env, vcpus(n).with(arguments{"timeouts": impatient})))
		expectText(t, terraform.Run("plan"), "0 to add, 1 to change, 0 to destroy")
		expectText(t, terraform.Fail("apply"), "Error: Unable to amend program "+before, "outcome")
		expectText(t, terraform.Run("plan"), "Warning: The program is still pending", "0 to add, 1 to change, 0 to destroy")
	}
	expectSent(t, published, 2, 0)
	if after := terraform.State(address, "item_hash"); after != before {
		t.Errorf("the state has %s, want %s", after, before)
	}
	expectStatus(t, env, message.StatusProcessed, before)
}

// A pending amend is destroyed with its program.
func TestPending_amendIsDestroyed(t *testing.T) {
	env := acctest.StartTuned(t, hasty)
	terraform := acctest.NewCLI(t, config(env, vcpus(1)))
	terraform.Run("apply")
	delay(env)
	terraform.Configure(config(env, vcpus(2).with(arguments{"timeouts": impatient})))
	terraform.Fail("apply")
	terraform.Run("destroy", "-refresh=false")
	env.ExpectNothingAlive(t)
}
