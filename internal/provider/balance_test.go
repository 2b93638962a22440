// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	programs "github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// aDay is what a program of one compute unit that reaches the internet costs a day, in credits, rounded up.
const aDay = 528_000

// The summaries of what a check of the balance says.
const (
	refused = "Unable to pay for what is planned"
	dry     = "Unable to pay for what is planned for a week"
	order   = "Unable to pay for old and new versions at once"
)

// funded starts a node on which the owner has credits and tokens.
func funded(t *testing.T, credits int64, tokens float64) *acctest.Env {
	t.Helper()
	return fundedOn(t, core.Config{}, credits, tokens)
}

// fundedOn is funded with a configuration of the node.
func fundedOn(t *testing.T, dated core.Config, credits int64, tokens float64) *acctest.Env {
	t.Helper()
	env := acctest.StartLocal(t, dated)
	env.Local.SetFunds(env.Account.Address(), credits, tokens)
	return env
}

// some are programs, with further arguments.
func some(count int, arguments ...string) string {
	return fmt.Sprintf(`
resource "aleph_program" "test" {
  count = %d
  name  = "test-${count.index}"
  code  = { ref = %q, encoding = "squashfs", entrypoint = "main:app" }
  %s
}
`, count, programs.DefaultRuntime, strings.Join(arguments, "\n  "))
}

func checking(env *acctest.Env, how string) string {
	return env.ProviderWith(fmt.Sprintf("  check_balance = %q\n", how))
}

// A plan that the network would refuse says so once, with all figures, however many objects it has.
func TestBalance_refused(t *testing.T) {
	env := funded(t, 3*aDay, 0)
	terraform := acctest.NewCLI(t, env.Provider()+some(20))
	output := terraform.Run("plan")
	expectText(t, output, refused+" ", "credits an hour", env.Account.Address()+" runs already costs 0 a day",
		"the credits for one day of everything", "There are 1,584,000, so", "lasts until 20", "make the plan smaller", "20 to add")
	if n := strings.Count(output, refused); n != 1 {
		t.Errorf("it was said %d times:\n%s", n, output)
	}

	terraform.Configure(checking(env, "error") + some(20))
	expectText(t, terraform.Fail("plan"), "Error: "+refused)
	terraform.Fail("apply")
	env.ExpectNothingAlive(t)

	terraform.Configure(checking(env, "off") + some(20))
	expectNoText(t, terraform.Run("plan"), refused)
	terraform.Configure(checking(env, "off") + some(3))
	terraform.Run("apply")
}

// One object is told by itself, and to the credit.
func TestBalance_figures(t *testing.T) {
	env := funded(t, 100_000, 0)
	for arguments, figures := range map[string]string{
		"":                                   "costs 22,000 credits an hour, 528,000 a day; everything that " + env.Account.Address() + " runs already costs 0 a day",
		"environment = { internet = false }": "costs 11,000 credits an hour, 264,000 a day",
		"resources = { vcpus = 2 }":          "costs 44,000 credits an hour, 1,056,000 a day",
		"on = { http = true, persistent = true }": "costs 55,000 credits an hour, 1,320,000 a day",
	} {
		terraform := acctest.NewCLI(t, env.Provider()+some(1, arguments))
		expectText(t, terraform.Run("plan"), "The object that was planned until now "+figures)
	}
}

// What does not last a week is told, but not refused; and what exists already is not looked at again.
func TestBalanceDry(t *testing.T) {
	env := funded(t, 3*aDay, 0)
	asked := func() int {
		return env.Asked(http.MethodGet, "/api/v0/costs") + env.Asked(http.MethodGet, "/api/v0/a") + env.Asked(http.MethodGet, "/api/v0/storage/by-ref")
	}
	terraform := acctest.NewCLI(t, env.Provider()+some(1))
	expectText(t, terraform.Run("apply"), dry, "all of it costs 528,000 a day, 3,696,000 a week.", "There are 1,584,000, so 2,112,000 are missing", "1 added")

	before := asked()
	if before == 0 {
		t.Error("nobody asked for prices and balances")
	}
	expectNothingToDo(terraform)
	if n := asked(); n != before {
		t.Errorf("a plan without changes asked for prices and balances %d times", n-before)
	}

	terraform.Configure(checking(env, "error") + some(2))
	expectText(t, terraform.Fail("plan"), "Error: "+dry, "runs already costs 528,000 a day", "1,056,000 a day, 7,392,000 a week")
}

// While a program is amended both versions count, and afterwards one. What fits in another order only never stops a plan,
// since a provider does not see the order.
func TestBalanceAmend(t *testing.T) {
	env := funded(t, 8*aDay, 0)
	terraform := acctest.NewCLI(t, checking(env, "error")+some(1))
	terraform.Run("apply")
	terraform.Configure(checking(env, "error") + some(1, `tags = ["changed"]`))
	terraform.Run("apply") // both would not last a week, but they live side by side for a moment only

	env.Local.SetFunds(env.Account.Address(), aDay*3/2, 0)
	terraform.Configure(checking(env, "error") + some(1, `tags = ["changed again"]`))
	expectText(t, terraform.Run("plan"), "Warning: "+order, "runs already costs 528,000 a day", "one day of everything, 1,056,000. Old versions count",
		"Where the old ones are forgotten first, as a replacement does otherwise, 528,000 are enough", "There are 792,000, so 264,000 are missing", "-replace=ADDRESS")
	expectText(t, terraform.Fail("apply"), "(error code 6)", "`terraform apply -replace=ADDRESS`")
	// The way out, with the same settings.
	output := terraform.Run("apply", "-replace=aleph_program.test[0]")
	expectText(t, output, "Warning: "+order, "1 added, 0 changed, 1 destroyed")
	expectNothingToDo(terraform)

	env.Local.SetFunds(env.Account.Address(), aDay/2, 0)
	terraform.Configure(checking(env, "error") + some(1, `tags = ["changed once more"]`))
	expectText(t, terraform.Fail("plan"), "Error: "+refused, "one day of everything, 1,056,000.")
	expectText(t, terraform.Fail("plan", "-replace=aleph_program.test[0]"), "Error: "+refused)
}

// A replacement of what is not changed needs no more than there is, whether it is forced or what it replaces is immutable.
func TestBalance_replace(t *testing.T) {
	for _, credits := range []int64{aDay * 3 / 2, aDay * 3} {
		t.Run(fmt.Sprint(credits), func(t *testing.T) {
			env := funded(t, 8*aDay, 0)
			program := func(arguments ...string) string {
				return checking(env, "error") + some(1, append(arguments, "allow_amend = false")...)
			}
			terraform := acctest.NewCLI(t, program())
			terraform.Run("apply")
			env.Local.SetFunds(env.Account.Address(), credits, 0)
			expectText(t, terraform.Run("apply", "-replace=aleph_program.test[0]"), "1 added, 0 changed, 1 destroyed")

			terraform.Configure(program(`tags = ["changed"]`))
			expectText(t, terraform.Run("apply"), "forces replacement", "1 added, 0 changed, 1 destroyed")
			expectNothingToDo(terraform)
		})
	}
}

// With create_before_destroy both versions are alive at once: the plan says that it depends on the order, and the network
// refuses the new version.
func TestBalance_createBeforeDestroy(t *testing.T) {
	env := funded(t, 8*aDay, 0)
	first := func(arguments ...string) string {
		return checking(env, "error") + some(1, append(arguments, "allow_amend = false", "lifecycle { create_before_destroy = true }")...)
	}
	terraform := acctest.NewCLI(t, first())
	terraform.Run("apply")
	env.Local.SetFunds(env.Account.Address(), aDay*3/2, 0)
	terraform.Configure(first(`tags = ["changed"]`))
	expectText(t, terraform.Run("plan"), "Warning: "+order, "The object that was planned until now costs 22,000", "everything, 1,056,000.", "528,000 are enough", "forces replacement")
	expectText(t, terraform.Fail("apply"), "Error: "+refused, "create_before_destroy")
	env.Local.SetFunds(env.Account.Address(), 20*aDay, 0)
	terraform.Run("apply")
	expectNothingToDo(terraform)
}

// What the plan accepts, the apply does, though every object is planned once more while others are published.
func TestBalanceApply(t *testing.T) {
	const count = 12
	env := funded(t, count*aDay*8, 0)
	terraform := acctest.NewCLI(t, checking(env, "error")+some(count))
	expectNoText(t, terraform.Run("apply", "-parallelism=3"), refused)
	terraform.Configure(checking(env, "error") + some(count, `tags = ["changed"]`))
	expectNoText(t, terraform.Run("apply", "-parallelism=3"), refused)
	env.Local.SetFunds(env.Account.Address(), 2*count*aDay, 0)
	terraform.Configure(env.Provider() + some(count, `tags = ["changed again"]`))
	expectText(t, terraform.Run("apply"), dry, "12 changed")
}

// An apply that has begun is stopped by nothing but the truth: while old versions are forgotten on the way, what was
// planned as a whole need not fit.
func TestBalance_halfWay(t *testing.T) {
	env := funded(t, 60*aDay, 0)
	terraform := acctest.NewCLI(t, env.Provider()+some(3))
	terraform.Run("apply")
	terraform.Configure(env.Provider() + some(3, `tags = ["changed"]`))
	expectNoText(t, terraform.Run("plan", "-out=change.tfplan"), refused)
	env.Local.SetFunds(env.Account.Address(), aDay*9/2, 0)
	output := terraform.Run("apply", "-parallelism=1", "change.tfplan")
	expectText(t, output, dry, "3 changed")
	expectNoText(t, output, "one day of everything")
}

// A plan that was accepted is not applied once it cannot be paid any more.
func TestBalanceGone(t *testing.T) {
	env := funded(t, 60*aDay, 0)
	terraform := acctest.NewCLI(t, checking(env, "error")+some(3))
	terraform.Run("plan", "-out=create.tfplan")
	env.Local.SetFunds(env.Account.Address(), aDay/2, 0)
	expectText(t, terraform.Fail("apply", "-parallelism=1", "create.tfplan"), "Error: "+refused)
	env.ExpectNothingAlive(t)
}

// Files count as well, and what is not known yet counts for the least.
func TestBalance_ofBoth(t *testing.T) {
	env := funded(t, 1, 0)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "some code"))
	expectText(t, terraform.Run("plan"), "The object that was planned until now costs 4.49 credits an hour, 107.8 a day")
	env.Local.SetFunds(env.Account.Address(), 1000, 0)
	expectText(t, terraform.Run("plan"), "The 2 objects that were planned until now cost 22,004.49 credits an hour, 528,107.8 a day")

	unknown := "resource \"terraform_data\" \"size\" {\n  input = { vcpus = 2 }\n}\n" + some(1, "resources = terraform_data.size.output")
	terraform.Configure(env.Provider() + unknown)
	expectNoText(t, terraform.Run("plan"), refused)

	env.Local.SetFunds(env.Account.Address(), 1000, 0)
	terraform.Configure(env.Provider() + "resource \"terraform_data\" \"x\" {\n  input = \"x\"\n}\n" + some(1, "variables = { A = terraform_data.x.output }",
		"authorized_keys = [terraform_data.x.output]", `volumes = [{ mount = "/x", ref = terraform_data.x.output }, { mount = "/y", ephemeral = true, size_mib = 1000 }]`))
	expectText(t, terraform.Run("plan"), refused, "costs 22,000 credits an hour")
}

// Credits count alike before and after the network takes nothing else.
func TestBalance_onBothSides(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, _ bool) {
		env := fundedOn(t, dated, 2*aDay, 0)
		terraform := acctest.NewCLI(t, env.Provider()+some(1))
		lasts := "lasts until " + dated.Clock.Now().UTC().Add(48*time.Hour).Format("2006-01-02")
		expectText(t, terraform.Run("plan"), "Warning: "+dry, lasts)
		terraform.Configure(env.Provider() + some(3))
		expectText(t, terraform.Run("plan"), "Warning: "+refused, "the credits for one day of everything")
	})
}

// Once the network takes no tokens, a plan that holds them is refused for that, and not for their number.
func TestBalance_holdIsNotTaken(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, tokens bool) {
		env := fundedOn(t, dated, 0, 0)
		terraform := acctest.NewCLI(t, env.ProviderWith("  payment_type = \"hold\"\n")+some(1))
		if tokens {
			expectText(t, terraform.Run("plan"), "Warning: "+refused, "There are 0, so")
			return
		}
		output := terraform.Fail("plan")
		expectText(t, output, "Error: Payment is not accepted")
		expectNoText(t, output, refused)
	})
}

// Tokens on hold, as long as they are taken: one small file is free, the next one is not, and programs must be covered.
func TestBalanceHold(t *testing.T) {
	env := fundedOn(t, acctest.BeforeCreditsOnly(), 0, 0)
	hold := env.ProviderWith("  payment_type = \"hold\"\n")
	files := func(n int) string {
		return fmt.Sprintf("resource \"aleph_volume\" \"test\" {\n  count   = %d\n  content = \"file ${count.index}\"\n}\n", n)
	}
	terraform := acctest.NewCLI(t, hold+files(1))
	expectNoText(t, terraform.Run("apply"), refused)
	terraform.Configure(hold + files(2))
	expectText(t, terraform.Run("plan"), refused, "on hold already", "There are 0, so", "ALEPH to hold")

	terraform.Configure(hold + files(1) + some(1))
	env.Local.SetFunds(env.Account.Address(), 0, 300)
	expectText(t, terraform.Run("plan"), refused, "costs 400 ALEPH to hold", "There are 300, so 100.0", "`payment.type` to `credit`")
	env.Local.SetFunds(env.Account.Address(), 0, 500)
	expectNoText(t, terraform.Run("apply"), refused)
}

// Where prices or balances cannot be read, nothing fails; a check that could have stopped the plan says that it did not.
func TestBalance_unknown(t *testing.T) {
	env := funded(t, 0, 0)
	env.Inject(core.Fault{Path: "/api/v0/costs", Times: -1, Do: core.Answer(http.StatusForbidden, map[string]any{})})
	terraform := acctest.NewCLI(t, env.Provider()+some(2))
	expectNoText(t, terraform.Run("plan"), refused, "Unable to check")
	terraform.Configure(checking(env, "error") + some(2))
	expectText(t, terraform.Run("plan"), "Warning: Unable to check whether what is planned can be paid", "HTTP 403")
}

// A node that does not tell prices gives no figure.
func TestBalance_unpriced(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{Heph: true})
	env.Local.SetFunds(env.Account.Address(), 0, 0)
	terraform := acctest.NewCLI(t, checking(env, "error")+some(2))
	expectNoText(t, terraform.Run("plan"), refused, "Unable to check")
}
