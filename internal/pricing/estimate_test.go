// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package pricing_test

import (
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

const address = "data.aleph_price_estimate.test"

// estimate is a configuration of one estimate.
func estimate(arguments ...string) string {
	return "data \"aleph_price_estimate\" \"test\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// shows checks an attribute of the estimate.
func shows(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func number(text string) knownvalue.Check {
	f, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return knownvalue.NumberExact(f)
}

func reads(config string, checks ...statecheck.StateCheck) resource.TestStep {
	return acctest.Apply(config, nil, checks...)
}

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

// What is estimated is what is charged, to the last digit.
func TestEstimate_isTheBill(t *testing.T) {
	env := funded(t, 100_000_000, 0)
	var hash, cost string
	config := env.Provider() + fmt.Sprintf(`
resource "aleph_volume" "data" {
  content = "some data"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aleph_program" "test" {
  code      = { ref = %q, encoding = "squashfs", entrypoint = "main:app" }
  data      = { ref = aleph_volume.data.ref, encoding = "plain", mount = "/data" }
  resources = { vcpus = 2, memory = 6000 }
  volumes = [
    { mount = "/cache", ephemeral = true, size_mib = 1000 },
    { mount = "/more", name = "more", size_mib = 9000 },
    { mount = "/again", ref = aleph_volume.data.ref, use_latest = false },
  ]
}

data "aleph_price_estimate" "test" {
  resources   = aleph_program.test.resources
  on          = aleph_program.test.on
  environment = aleph_program.test.environment
  code        = aleph_program.test.code
  runtime     = aleph_program.test.runtime
  data        = aleph_program.test.data
  volumes     = aleph_program.test.volumes
  payment     = aleph_program.test.payment
}
`, program.DefaultRuntime)
	acctest.Test(t, acctest.Apply(config, acctest.Actions{"aleph_program.test": acctest.Create},
		acctest.Remember("aleph_program.test", "item_hash", &hash),
		acctest.Remember(address, "cost", &cost),
		shows("lines", knownvalue.ListSizeExact(8)),
		acctest.Check(func() error {
			charged, err := env.OtherTool(t).Node.Price(t.Context(), hash)
			if err == nil && strings.TrimRight(cost, "0") != charged.Cost {
				err = fmt.Errorf("the node charges %s, the estimate is %s", charged.Cost, cost)
			}
			return err
		})))
}

// Figures of a program that does not exist, beside what its owner has.
func TestEstimate_ofProgram(t *testing.T) {
	env := funded(t, 1_056_000, 0)
	acctest.Test(t,
		reads(env.Provider()+estimate(),
			shows("cost", knownvalue.StringExact("6.111111111111111111")), shows("per_hour", number("22000")), shows("per_day", number("528000")),
			shows("per_month", number("15840000")), shows("available", number("1056000")), shows("missing", number("0")), shows("lasts_days", number("2")),
			shows("running", knownvalue.StringExact("0.000000000000000000"))),
		reads(env.Provider()+estimate("resources = { vcpus = 3 }"),
			shows("per_hour", number("66000")), shows("missing", number("528000")), shows("lasts_days", number("0.666667"))),
		reads(env.Provider()+estimate("environment = { internet = false }"), shows("per_hour", number("11000"))),
		reads(env.Provider()+estimate("on = { persistent = true }"), shows("per_hour", number("55000"))),
		reads(env.Provider()+estimate("volumes = [{ size_mib = 4096 }]"), shows("per_hour", number("24000.896"))),
		reads(env.Provider()+estimate(`volumes = [{ ref = "`+program.DefaultRuntime+`" }]`), shows("per_hour", number("22000"))),
	)
}

// Figures of a file, which is charged for 25 MiB at least.
func TestEstimate_ofFile(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, _ bool) { estimateOfFile(t, fundedOn(t, dated, 1_000, 0)) })
}

func estimateOfFile(t *testing.T, env *acctest.Env) {
	t.Helper()
	acctest.Test(t,
		reads(env.Provider()+estimate("size = 1"), shows("cost", knownvalue.StringExact("0.001247742293793479")), shows("per_day", number("107.804934")),
			shows("lasts_days", number("9.276013"))),
		reads(env.Provider()+estimate("size = 104857600"), shows("per_day", number("431.219737"))),
		reads(env.Provider()+estimate("size = 0"), shows("per_day", number("0")), shows("lasts_days", knownvalue.Null())),
	)
}

// Tokens: what is on hold is not used up, and no node knows what is streamed.
func TestEstimate_inTokens(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, _ bool) { estimateInTokens(t, fundedOn(t, dated, 0, 300)) })
}

func estimateInTokens(t *testing.T, env *acctest.Env) {
	t.Helper()
	acctest.Test(t,
		reads(env.Provider()+estimate(`payment = { type = "hold" }`),
			shows("cost", knownvalue.StringExact("400.000000000000000000")), shows("per_hour", knownvalue.Null()), shows("available", number("300")),
			shows("missing", number("100")), shows("lasts_days", knownvalue.Null())),
		reads(env.ProviderWith("  payment_type = \"superfluid\"\n")+estimate(),
			shows("per_hour", number("0.022")), shows("available", knownvalue.Null()), shows("missing", knownvalue.Null())),
	)
}

// Nobody needs a key to ask, and with an address of somebody else their balance counts.
func TestEstimate_withoutKey(t *testing.T) {
	env := funded(t, 528_000, 0)
	provider := fmt.Sprintf("provider \"aleph\" {\n  api_url = %q\n}\n", env.URL)
	acctest.Test(t,
		reads(provider+estimate(), shows("per_hour", number("22000")), shows("available", knownvalue.Null())),
		reads(provider+estimate(fmt.Sprintf("address = %q", env.Account.Address())), shows("available", number("528000")), shows("lasts_days", number("1"))),
	)
}

// untold is what a node says of prices that has none.
var untold = core.Fault{Path: "/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json", Times: -1, Do: core.Status(http.StatusNotFound)}

// Without prices there is no figure, and a node that fails is a warning.
func TestEstimate_unknown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"no prices", "no balance", "nothing"} {
		t.Run(name, func(t *testing.T) {
			acctest.Needs(t, acctest.Prices)
			env := acctest.Start(t)
			if name == "no prices" {
				env.Inject(untold)
			}
			failing := map[string]string{"no balance": "/api/v0/addresses/" + env.Account.Address() + "/balance", "nothing": "/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json"}[name]
			if failing != "" {
				env.Inject(core.Fault{Path: failing, Times: -1, Do: core.Answer(http.StatusForbidden, map[string]any{})})
			}
			terraform := acctest.NewCLI(t, env.Provider()+estimate()+"output \"figures\" {\n  value = join(\",\", [for figure in [data.aleph_price_estimate.test.per_hour, data.aleph_price_estimate.test.available] : figure == null ? \"null\" : figure])\n}\n")
			output := terraform.Run("apply")
			if warned := strings.Contains(output, "Warning: Unable to estimate a price"); warned != (failing != "") {
				t.Errorf("warned: %t\n%s", warned, output)
			}
			want := map[string]string{"no prices": `figures = "null,null"`, "no balance": `figures = "22000,null"`, "nothing": `figures = "null,null"`}[name]
			if !strings.Contains(output, want) {
				t.Errorf("there is no %s in:\n%s", want, output)
			}
		})
	}
}

func TestEstimate_invalid(t *testing.T) {
	env := acctest.Start(t)
	var steps []resource.TestStep
	for arguments, problem := range map[string]string{
		"size = 1\n  resources = {}":  "Neither a file nor a program",
		"size = 1\n  volumes = []":    "Neither a file nor a program",
		`payment = { type = "cash" }`: "must be one of",
		`address = "0xabc"`:           "checksummed form",
		"size = -1":                   "must be at least 0",
		"resources = { vcpus = -1 }":  "must be at least 0",
	} {
		steps = append(steps, resource.TestStep{Config: env.Provider() + estimate(arguments), PlanOnly: true, ExpectError: regexp.MustCompile(strings.ReplaceAll(problem, " ", `\s+`))})
	}
	acctest.Test(t, steps...)
}

// The list is the network's, with all its decimals.
func TestPricing(t *testing.T) {
	acctest.Needs(t, acctest.Prices)
	env := acctest.Start(t)
	at := func(path ...string) tfjsonpath.Path {
		p := tfjsonpath.New("products")
		for _, step := range path {
			p = p.AtMapKey(step)
		}
		return p
	}
	const list = "data.aleph_pricing.test"
	acctest.Test(t, reads(fmt.Sprintf("provider \"aleph\" {\n  api_url = %q\n}\n\ndata \"aleph_pricing\" \"test\" {}\n", env.URL),
		statecheck.ExpectKnownValue(list, at("storage", "price", "storage", "credit"), knownvalue.StringExact("0.17967489030626108")),
		statecheck.ExpectKnownValue(list, at("storage", "price", "storage", "payg"), knownvalue.Null()),
		statecheck.ExpectKnownValue(list, at("storage", "price", "compute_unit"), knownvalue.Null()),
		statecheck.ExpectKnownValue(list, at("storage", "compute_unit"), knownvalue.Null()),
		statecheck.ExpectKnownValue(list, at("program", "price", "compute_unit", "payg"), knownvalue.StringExact("0.011")),
		statecheck.ExpectKnownValue(list, at("program", "compute_unit", "disk_mib"), knownvalue.Int64Exact(2048)),
		statecheck.ExpectKnownValue(list, at("web3_hosting", "price", "fixed"), knownvalue.StringExact("50")),
		statecheck.ExpectKnownValue(list, at("program", "tiers"), knownvalue.ListSizeExact(6)),
		statecheck.ExpectKnownValue(list, at("program", "tiers").AtSliceIndex(0).AtMapKey("vram"), knownvalue.Null()),
		statecheck.ExpectKnownValue(list, at("instance_gpu_premium", "tiers").AtSliceIndex(1), knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact("tier-2"), "compute_units": knownvalue.Int64Exact(24), "model": knownvalue.StringExact("H100"), "vram": knownvalue.Int64Exact(81920),
		})),
	))
}

func TestPricingUnknown(t *testing.T) {
	env := acctest.Start(t)
	silent := env.Inject(untold)
	config := env.Provider() + "data \"aleph_pricing\" \"test\" {}\n"
	empty := reads(config, statecheck.ExpectKnownValue("data.aleph_pricing.test", tfjsonpath.New("products"), knownvalue.MapSizeExact(0)))
	acctest.Test(t, empty, acctest.Before(func() {
		silent.Remove()
		env.Inject(core.Fault{Path: "/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json", Times: -1, Do: core.Answer(http.StatusForbidden, map[string]any{})})
	}, resource.TestStep{Config: config, ExpectError: regexp.MustCompile("Unable to read the network's prices")}))
}
