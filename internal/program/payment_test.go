// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const (
	held         = `{ type = "hold" }`
	persistent   = `{ persistent = true }`
	notAccepted  = "Error: Payment is not accepted"
	payByCredit  = "Set `payment = { type = \"credit\" }`"
	ofPersistent = "only credits for a persistent program any more, not `hold`"
	ofAny        = "only credits for a program any more, not `hold`"
)

// A payment that the network takes no more is refused at plan, wherever it comes from.
func TestPayment_isNotAccepted(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, tokens bool) {
		env := acctest.StartTuned(t, dated)
		byDefault := env.ProviderWith("  payment_type = \"hold\"\n")
		terraform := acctest.NewCLI(t, config(env, arguments{"on": persistent, "payment": held}))
		expectText(t, terraform.Fail("plan"), notAccepted, ofPersistent, payByCredit)
		terraform.Configure(byDefault + block("test", arguments{"on": persistent}))
		expectText(t, terraform.Fail("plan"), notAccepted, ofPersistent, "`payment_type` of the provider")

		terraform.Configure(byDefault + block("test", nil))
		if tokens {
			expectText(t, terraform.Run("plan"), "1 to add, 0 to change, 0 to destroy")
		} else {
			expectText(t, terraform.Fail("plan"), notAccepted, ofAny, payByCredit, "`payment_type` of the provider")
		}

		terraform.Configure(config(env, arguments{"on": persistent}))
		terraform.Run("apply")
		terraform.Configure(config(env, arguments{"on": persistent, "payment": held}))
		expectText(t, terraform.Fail("plan"), notAccepted, ofPersistent)
		terraform.Configure(env.Provider())
		terraform.Run("apply")
		env.ExpectNothingAlive(t)
	})
}

// A program that was paid with tokens when that was accepted stays as it is, and can be read, imported and destroyed.
func TestPayment_isNotAcceptedAnyMore(t *testing.T) {
	acctest.Needs(t, acctest.Tokens)
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, _ bool) {
		dated.Record = acctest.Unrecorded
		env := acctest.StartTuned(t, dated)
		hash := publishForeign(t, env, time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC), message.PaymentHold)
		terraform := acctest.NewCLI(t, config(env, foreign)+importing(hash))
		expectText(t, terraform.Run("apply"), "1 imported, 0 added, 0 changed, 0 destroyed")
		expectNoChanges(terraform)

		terraform.Configure(config(env, foreign.with(vcpus(2))))
		expectText(t, terraform.Fail("plan"), notAccepted)
		terraform.Configure(env.Provider())
		terraform.Run("apply")
		env.ExpectNothingAlive(t)
	})
}

// Once the network takes nothing but credits, what was paid with tokens before stays, every change of it is refused at plan,
// and paying with credits amends it like any other change.
func TestPayment_whenTokensEnd(t *testing.T) {
	calendar := acctest.On(acctest.CreditsOnly.AddDate(0, 0, -1))
	env := acctest.StartLocal(t, core.Config{Clock: calendar.Now})
	holding := func(n int) string { return config(env, vcpus(n).with(arguments{"payment": held})) }
	terraform := acctest.NewCLI(t, holding(1))
	terraform.Run("apply")
	terraform.Configure(holding(2))
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")

	calendar.Turn(acctest.CreditsOnly)
	expectNoChanges(terraform)
	terraform.Configure(holding(3))
	expectText(t, terraform.Fail("plan"), notAccepted, ofAny, payByCredit)
	terraform.Configure(config(env, vcpus(3)))
	expectText(t, terraform.Fail("plan"), notAccepted) // what is left out keeps what it has
	terraform.Configure(config(env, vcpus(3).with(arguments{"payment": `{ type = "credit" }`})))
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	expectNoChanges(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// What was signed in time is sent as it was signed: the network goes by the time that a message says.
func TestPayment_signedInTime(t *testing.T) {
	calendar := acctest.On(acctest.CreditsOnly.Add(-time.Hour))
	env := acctest.StartLocal(t, core.Config{Clock: calendar.Now})
	broken := env.Inject(core.Fault{Method: http.MethodPost, Path: "/api/v0/messages", Times: -1, Do: core.Status(http.StatusInternalServerError)})
	terraform := acctest.NewCLI(t, config(env, arguments{"payment": held, "timeouts": `{ create = "1s" }`}))
	expectText(t, terraform.Run("apply"), "Warning: The program is not confirmed yet")
	hash := terraform.State(address, "item_hash")

	broken.Remove()
	calendar.Turn(acctest.CreditsOnly)
	expectText(t, terraform.Run("apply"), "Warning: The program has not arrived", "0 added, 1 changed, 0 destroyed")
	if after := terraform.State(address, "item_hash"); after != hash {
		t.Errorf("the program is %s now, want the %s that was signed first", after, hash)
	}
	expectNoChanges(terraform)
}
