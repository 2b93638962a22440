// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// bench is a local node and the arguments that every program and volume needs.
type bench struct {
	*testing.T
	env *acctest.Env
}

func (b bench) terraform(resource string, settings object) *acctest.Core {
	b.Helper()
	all := object{"api_url": b.env.URL, "private_key": b.env.PrivateKey}
	maps.Copy(all, settings)
	terraform, err := acctest.NewCore(b.Context(), resource, all, acctest.Factories(b)["aleph"])
	if err != nil {
		b.Fatal(err)
	}
	return terraform
}

func (b bench) expect(what string, diagnostics []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, texts ...string) {
	b.Helper()
	if len(diagnostics) != 1 || diagnostics[0].Severity != severity {
		b.Errorf("%s: %d diagnostics, want one %s", what, len(diagnostics), severity)
		return
	}
	for _, text := range texts {
		if d := diagnostics[0]; !strings.Contains(d.Summary+"\n"+d.Detail, text) {
			b.Errorf("%s: it does not say %q: %s\n%s", what, text, d.Summary, d.Detail)
		}
	}
}

// How the provider block pays is judged with the rest, by the rules and by the day.
func TestJudgedAtPlan_payment(t *testing.T) {
	acctest.OnBothSides(t, func(t *testing.T, dated core.Config, tokens bool) {
		b := bench{t, acctest.StartTuned(t, dated)}
		streamed := b.terraform(volume.ResourceType, object{"payment_type": "superfluid"}).Plan(t.Context(), object{"content": "x"}).Diagnostics
		if !tokens {
			last := max(len(streamed)-1, 0)
			b.expect("the day", streamed[last:], tfprotov6.DiagnosticSeverityError, "only credits for a file any more")
			streamed = streamed[:last]
		}
		b.expect("the rules", streamed, tfprotov6.DiagnosticSeverityError, "`payment.type` must be hold or credit")
	})
}

// What is published is judged as a whole.
func TestJudgedAtPlan(t *testing.T) {
	b := bench{t, acctest.Start(t)}
	const refusal = tfprotov6.DiagnosticSeverityError

	variables := object{}
	for i := range model.MaxInline/model.MaxVariableValue + 1 {
		variables[fmt.Sprint("v", i)] = strings.Repeat("é", model.MaxVariableValue)
	}
	large := b.terraform(program.ResourceType, nil).Validate(t.Context(), b.program(object{"variables": variables}))
	b.expect("size", large.Diagnostics, refusal, "Too much for one message", "at most 200000 characters", "in a file of its own")

	named := b.terraform(volume.ResourceType, nil).Validate(t.Context(), object{"content": "x", "ref_name": "a\x00"})
	b.expect("character", named.Diagnostics, refusal, "`ref_name`", "U+0000")
}

func (b bench) program(arguments object) object {
	all := object{"code": object{"ref": python, "encoding": "squashfs", "entrypoint": "main:app"}}
	maps.Copy(all, arguments)
	return all
}

// What the network accepts and bills, and no compute node runs, is a warning of the plan that publishes it, and of no
// other.
func TestNeverRuns(t *testing.T) {
	b := bench{t, acctest.Start(t)}
	const warning = tfprotov6.DiagnosticSeverityWarning
	for name, c := range map[string]struct {
		arguments object
		want      []string
	}{
		"ephemeral": {object{"volumes": list{object{"mount": "/a", "ephemeral": true, "size_mib": 1}}}, []string{"(`volumes[0]`)", "take `ephemeral` out"}},
		"store": {
			object{"volumes": list{object{"mount": "/a", "ref": debian12}, object{"mount": "/b", "persistence": "store", "size_mib": 1}}},
			[]string{"another `persistence`", "(`volumes[1]`)", "Set it to `host`"},
		},
	} {
		terraform := b.terraform(program.ResourceType, nil)
		b.expect(name, terraform.Apply(t.Context(), b.program(c.arguments)).Diagnostics[:1], warning, append(c.want, "no compute node starts it today")...)
		if later := terraform.Plan(t.Context(), b.program(c.arguments)); later.Action != acctest.ActionNone || len(later.Diagnostics) > 0 {
			t.Errorf("%s: nothing changes, and the plan says %v", name, later)
		}
		terraform.Destroy(t.Context())
	}
	b.env.ExpectNothingAlive(t)
}

// Code and data that compute nodes refuse for their size are a warning where the size is known.
func TestTooLargeToRun(t *testing.T) {
	b := bench{t, acctest.Start(t)}
	const warning = tfprotov6.DiagnosticSeverityWarning
	noise := make([]byte, model.MaxUnpacked+1)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "noise"), noise, 0o600); err != nil {
		t.Fatal(err)
	}
	packed := b.terraform(volume.ResourceType, nil)
	b.expect("zip", packed.Plan(t.Context(), object{"source_dir": dir, "archive_format": "zip"}).Diagnostics, warning, "Compute nodes refuse a zip of this size", "Leave `archive_format` out")
	if squashed := packed.Plan(t.Context(), object{"source_dir": dir}); len(squashed.Diagnostics) > 0 {
		t.Errorf("a squashfs of any size: %v", squashed.Diagnostics)
	}

	for _, size := range []int{model.MaxUnpacked, model.MaxUnpacked + 1} {
		file := filepath.Join(dir, fmt.Sprint(size))
		if err := os.WriteFile(file, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			t.Fatal(err)
		}
		stored := b.terraform(volume.ResourceType, nil)
		if outcome := stored.Apply(t.Context(), object{"source": file}); len(outcome.Errors()) > 0 {
			t.Fatal(outcome.Errors()[0].Detail)
		}
		for _, latest := range []bool{true, false} {
			code := object{"ref": stored.Instance.Text("ref"), "encoding": "plain", "entrypoint": "x", "use_latest": latest}
			planned := b.terraform(program.ResourceType, nil).Plan(t.Context(), object{"code": code})
			if size <= model.MaxUnpacked {
				if len(planned.Diagnostics) > 0 {
					t.Errorf("%d bytes: %v", size, planned.Diagnostics)
				}
				continue
			}
			b.expect("plain", planned.Diagnostics, warning, "Compute nodes refuse code of this size", "(10000001 bytes)", "at most 10000000")
		}
		stored.Destroy(t.Context())
	}
}
