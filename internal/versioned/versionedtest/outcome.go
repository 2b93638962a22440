// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versionedtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	local "github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const (
	warning = tfprotov6.DiagnosticSeverityWarning
	failure = tfprotov6.DiagnosticSeverityError
)

// slowly lets the next message be pending for longer than impatient waits.
func (n Noun[C, PC]) slowly() local.Fault {
	return local.Fault{Type: n.messageType(), Do: local.PendingFor(4 * time.Second)}
}

var impatient = Arguments{"timeouts": map[string]any{"create": "1500ms", "update": "1500ms"}}

// pendingCreate creates what is not confirmed in time: that is a warning, and the next plan finds out.
func (n Noun[C, PC]) pendingCreate(t *testing.T) {
	env := n.start(t)
	terraform, config := n.terraform(t, env), n.Full.with(impatient)
	env.Inject(n.slowly())
	terraform.expectTold(terraform.Apply(t.Context(), config), warning, "The "+n.Word+" is not confirmed yet", "is kept in the state")
	hash := terraform.Instance.Text("id")
	terraform.expect(terraform.Apply(t.Context(), config), acctest.ActionNone)
	if terraform.Instance.Text("id") != hash || env.Status(hash) != message.StatusProcessed {
		t.Errorf("the state has %s, and %s is %s", terraform.Instance.Text("id"), hash, env.Status(hash))
	}
	terraform.expect(terraform.Destroy(t.Context()), acctest.ActionDelete)
	env.ExpectNothingAlive(t)
}

// pendingAmend amends what is not confirmed in time: that is an error which leaves the state at the version that is live,
// and the next apply finds out.
func (n Noun[C, PC]) pendingAmend(t *testing.T) {
	env := n.start(t)
	before := n.Full.with(impatient)
	after := before.with(n.Another)
	terraform := n.created(t, env, before)
	live := terraform.Instance.Text(n.live())
	env.Inject(n.slowly())
	terraform.expectTold(terraform.Apply(t.Context(), after), failure, "Unable to amend "+n.Word, "its outcome is not known yet")
	if got := terraform.Instance.Text(n.live()); got != live {
		t.Errorf("the state has %s, and %s is live", got, live)
	}
	if told := terraform.Apply(t.Context(), after).Diagnostics; len(told) > 0 {
		t.Error(described(told))
	}
	if terraform.Instance.Text(n.live()) == live {
		t.Error("the next apply does not find the amend")
	}
	terraform.expect(terraform.Plan(t.Context(), after), acctest.ActionNone)
	terraform.expect(terraform.Destroy(t.Context()), acctest.ActionDelete)
	env.ExpectNothingAlive(t)
}

// rejected makes the network refuse the next message.
func (n Noun[C, PC]) rejected() local.Fault {
	return local.Fault{Type: n.messageType(), Do: local.Reject(message.CodePermissionDenied, "Sender is not authorized")}
}

// rejectedCreate leaves nothing.
func (n Noun[C, PC]) rejectedCreate(t *testing.T) {
	env := n.start(t)
	terraform := n.terraform(t, env)
	env.Inject(n.rejected())
	terraform.expectTold(terraform.Apply(t.Context(), n.Full), failure, "Unable to create the "+n.Word, "No "+n.Word+" was created",
		"Ask the owner to authorise the address of your key")
	if !terraform.Instance.Value.IsNull() {
		t.Errorf("the state has %s", terraform.Instance.Value)
	}
	env.ExpectNothingAlive(t)
	terraform.expect(terraform.Apply(t.Context(), n.Full), acctest.ActionCreate)
}

// rejectedAmend leaves the version that was live, and the same change is planned again.
func (n Noun[C, PC]) rejectedAmend(t *testing.T) {
	env := n.start(t)
	terraform, after := n.created(t, env, n.Full), n.Full.with(n.Another)
	live := terraform.Instance.Text(n.live())
	env.Inject(n.rejected())
	terraform.expectTold(terraform.Apply(t.Context(), after), failure, "Unable to amend "+n.Word+" "+terraform.Instance.Text("id"))
	if got := terraform.Instance.Text(n.live()); got != live || env.Status(live) != message.StatusProcessed {
		t.Errorf("the state has %s, and %s is %s", got, live, env.Status(live))
	}
	terraform.expect(terraform.Apply(t.Context(), after), acctest.ActionUpdate)
	terraform.expect(terraform.Plan(t.Context(), after), acctest.ActionNone)
}

// stalePlan applies a plan of an object that another tool has amended since: nothing is sent.
func (n Noun[C, PC]) stalePlan(t *testing.T) {
	env := n.start(t)
	config := func(arguments Arguments) string { return env.Provider() + n.block(t, "test", arguments) }
	terraform := acctest.NewCLI(t, config(n.Full))
	terraform.Run("apply")
	terraform.Configure(config(n.Full.with(n.Another)))
	terraform.Run("plan", "-out=saved")
	n.amend(t, env.OtherTool(t), terraform.State(n.at("test"), "id"), n.Drifts[0].Make)
	before := len(env.Alive(env.Account.Address()))
	if text := terraform.Fail("apply", "saved"); !strings.Contains(text, "is the live one") || !strings.Contains(text, "Plan again") {
		t.Error(text)
	}
	if after := len(env.Alive(env.Account.Address())); after != before {
		t.Errorf("%d messages were sent", after-before)
	}
	terraform.Run("apply")
	terraform.Run("plan", "-detailed-exitcode")
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// failedRead plans while a node says nothing that can be believed: that is an error, and never an object that is gone.
func (n Noun[C, PC]) failedRead(t *testing.T) {
	const messages, list = "/api/v0/messages/", "/api/v0/messages.json"
	env := n.start(t)
	terraform := n.created(t, env, n.Full)
	nothing := local.Answer(http.StatusOK, map[string]any{"messages": []any{}, "pagination_per_page": 200, "next_cursor": nil})
	for name, faults := range map[string][]local.Fault{
		"a node that fails":         {{Path: "/api/v0/", Do: local.Status(http.StatusInternalServerError)}},
		"a node that knows nothing": {{Path: messages, Do: local.Status(http.StatusNotFound)}, {Path: list, Do: nothing}},
		"an altered answer":         {{Path: "/api/v0/", Do: local.AlterContent()}},
	} {
		var stops []func()
		for _, fault := range faults {
			fault.Method, fault.Times = http.MethodGet, -1
			stops = append(stops, env.Inject(fault).Remove)
		}
		outcome := terraform.Apply(t.Context(), n.Full)
		for _, stop := range stops {
			stop()
		}
		if len(outcome.Errors()) == 0 || outcome.Action != acctest.ActionNone {
			t.Errorf("%s: the plan is to %s, and says %q", name, outcome.Action, described(outcome.Diagnostics))
		}
	}
	terraform.expect(terraform.Plan(t.Context(), n.Full), acctest.ActionNone)
}
