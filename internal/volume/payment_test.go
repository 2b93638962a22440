// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// notAccepted is what a plan is told that would pay with tokens once the network takes nothing but credits.
const notAccepted = "Error: Payment is not accepted"

// Tokens are taken until the end of 2026, wherever the payment comes from, and refused at plan from then on.
func TestPayment(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, tokens bool) {
		env := acctest.StartTuned(t, dated)
		for _, config := range []string{
			one(env, `content = "a"`, `payment = { type = "hold" }`),
			env.ProviderWith("  payment_type = \"hold\"\n") + block("test", `content = "a"`),
		} {
			cli := acctest.NewCLI(t, config)
			if tokens {
				contains(t, cli.Run("plan"), "1 to add, 0 to change, 0 to destroy")
				continue
			}
			contains(t, cli.Fail("plan"), notAccepted, "only credits for a file any more, not `hold`", "`payment_type` of the provider does as well")
		}
	})
}

// Once the network takes nothing but credits, what was paid with tokens before stays, every change of it is refused at plan,
// and paying with credits amends it like any other change.
func TestPayment_whenTokensEnd(t *testing.T) {
	calendar := acctest.On(acctest.CreditsOnly.AddDate(0, 0, -1))
	env := acctest.StartLocal(t, core.Config{Clock: calendar.Now})
	cli := acctest.NewCLI(t, one(env, `content = "a"`, `payment = { type = "hold" }`))
	cli.Run("apply")
	cli.Configure(one(env, `content = "b"`))
	contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")

	calendar.Turn(acctest.CreditsOnly)
	contains(t, cli.Run("plan"), "No changes.")
	cli.Configure(one(env, `content = "c"`))
	contains(t, cli.Fail("plan"), notAccepted)
	cli.Configure(one(env, `content = "b"`, `payment = { type = "credit" }`))
	contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
	contains(t, cli.Run("plan"), "No changes.")
	cli.Run("destroy")
	env.ExpectNothingAlive(t)
}
