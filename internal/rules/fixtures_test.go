// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package rules_test holds the resources to the official models: what those refuse is refused before anything is sent,
// what they accept is planned, and what is not known yet is waited for.
package rules_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// fixture is one case that the official models have judged (aleph-message 1.7.0).
type fixture struct {
	Name     string `json:"name"`
	Envelope struct {
		Sender      string       `json:"sender"`
		Type        message.Type `json:"type"`
		ItemContent string       `json:"item_content"`
	} `json:"envelope"`
	// ContentVerdict is of the content alone. That of the whole message also asks whether a PROGRAM says all that its
	// model reads, which is the provider's doing.
	ContentVerdict string `json:"content_verdict"`
	Errors         []struct {
		Loc  []any  `json:"loc"`
		Type string `json:"type"`
	} `json:"errors"`
	Rule string `json:"rule"`
}

// resources are those whose contents are judged here.
var resources = map[message.Type]string{message.TypeProgram: program.ResourceType, message.TypeStore: volume.ResourceType}

func fixtures(t *testing.T) []fixture {
	t.Helper()
	var cases []fixture
	for _, name := range []string{"valid.jsonl", "invalid.jsonl"} {
		text, err := os.ReadFile("../aleph/model/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			// An envelope that is of no form at all has no type, and is passed over.
			var c fixture
			if json.Unmarshal(lines.Bytes(), &c) == nil && resources[c.Envelope.Type] != "" {
				cases = append(cases, c)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return cases
}

// refusedByNodes is the note of cases that the models accept, and no node does.
const refusedByNodes = "schema ok, a node refuses"

// neverStarts are cases that the models and core nodes accept, and no compute node can start: the provider refuses to
// publish them.
var neverStarts = map[string]bool{"program-entrypoint-empty": true}

// Of everything that the official models were asked, and that a configuration can say, the provider refuses what they
// refuse, when Terraform validates, and plans what they accept.
func TestOfficialVerdicts(t *testing.T) {
	env := acctest.Start(t)
	schemas := schemasOf(t)
	count := map[string]int{}
	inexpressible := map[string][]string{}
	for _, c := range fixtures(t) {
		resource := resources[c.Envelope.Type]
		config, reason := express(c, schemas[resource])
		if reason != "" {
			inexpressible[reason] = append(inexpressible[reason], c.Name)
			continue
		}
		terraform, err := acctest.NewCore(t.Context(), resource, map[string]any{"api_url": env.URL, "private_key": env.PrivateKey}, acctest.Factories(t)["aleph"])
		if err != nil {
			t.Fatal(err)
		}
		refusedAtPlan := c.Rule == refusedByNodes || neverStarts[c.Name]
		if c.ContentVerdict == "accept" && !refusedAtPlan {
			count["accepted"]++
			expectPlanned(t, c, terraform, config)
			continue
		}
		count["refused"]++
		outcome := terraform.Validate(t.Context(), config)
		if refusedAtPlan {
			outcome = terraform.Plan(t.Context(), config)
		}
		if len(outcome.Errors()) == 0 {
			t.Errorf("%s: not refused (%s)\n%v", c.Name, c.Rule, config)
		}
		for _, d := range outcome.Errors() {
			expectForm(t, c.Name, d)
		}
	}
	t.Logf("%d cases can be said in a configuration: %d are refused when it is validated, %d are planned",
		count["accepted"]+count["refused"], count["refused"], count["accepted"])
	for _, reason := range slices.Sorted(maps.Keys(inexpressible)) {
		t.Logf("%d cannot: %s (%s)", len(inexpressible[reason]), reason, strings.Join(inexpressible[reason], ", "))
	}
	// A conversion that suddenly gives up would make every verdict right.
	if count["accepted"] < 90 || count["refused"] < 60 {
		t.Errorf("too few cases: %v", count)
	}
}

// expectPlanned checks that nothing is refused; unless it is the payment, which nodes stopped to take, whatever the
// models say.
func expectPlanned(t *testing.T, c fixture, terraform *acctest.Core, config map[string]any) {
	t.Helper()
	for _, d := range terraform.Plan(t.Context(), config).Errors() {
		if d.Summary != "Payment is not accepted" {
			t.Errorf("%s: refused: %s: %s", c.Name, d.Summary, d.Detail)
		}
	}
}

// frameworks are the summaries of errors in the words of Terraform's framework: of a required argument that is not
// there, and of a number that is no 64-bit integer.
var frameworks = []string{"Missing Configuration for Required Attribute", "Configuration Read Error"}

// expectForm checks that an error names the attribute, in words of our own.
func expectForm(t *testing.T, name string, d *tfprotov6.Diagnostic) {
	t.Helper()
	if slices.Contains(frameworks, d.Summary) {
		return
	}
	if d.Attribute == nil || !strings.Contains(d.Detail, "`") || !strings.HasSuffix(d.Detail, ".") {
		t.Errorf("%s: %s: %v: %s", name, d.Summary, d.Attribute, d.Detail)
	}
}

// The cases whose verdict the newest models changed are among them, with the newest verdict.
func TestNewestVerdicts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/version-diffs.json")
	if err != nil {
		t.Fatal(err)
	}
	var changed struct {
		Cases map[string]map[string]string `json:"cases_with_different_verdicts"`
	}
	if err := json.Unmarshal(text, &changed); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range fixtures(t) {
		verdicts, ok := changed.Cases[c.Name]
		if !ok {
			continue
		}
		seen++
		if verdicts["1.7.0"] != c.ContentVerdict {
			t.Errorf("%s: %s, and the newest models say %s", c.Name, c.ContentVerdict, verdicts["1.7.0"])
		}
	}
	t.Logf("%d of the cases that newer models judge otherwise are of programs and volumes, and were recorded", seen)
	if seen == 0 {
		t.Error("there are none")
	}
}

func schemasOf(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	server, err := acctest.Factories(t)["aleph"]()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return resp.ResourceSchemas
}
