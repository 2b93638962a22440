// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// at is the volume that most tests are about.
const at = "aleph_volume.test"

// one is a configuration of one volume, with these arguments.
func one(env *acctest.Env, arguments ...string) string {
	return env.Provider() + block("test", arguments...)
}

func block(name string, arguments ...string) string {
	return fmt.Sprintf("resource \"aleph_volume\" %q {\n  %s\n}\n", name, strings.Join(arguments, "\n  "))
}

// What a plan does to the volume, and to nothing else.
var (
	creates  = acctest.Actions{at: acctest.Create}
	updates  = acctest.Actions{at: acctest.Update}
	replaces = acctest.Actions{at: acctest.Replace}
	nothing  = acctest.Actions{at: acctest.NoOp}
)

// shows checks a text attribute of the volume.
func shows(attribute, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New(attribute), knownvalue.StringExact(want))
}

// hasSize checks the size of the volume.
func hasSize(want int64) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New("size"), knownvalue.Int64Exact(want))
}

// supersedes checks how many older versions are kept.
func supersedes(n int) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New("superseded"), knownvalue.ListSizeExact(n))
}

// refersTo checks that a mount must name what another attribute says.
func refersTo(attribute string) statecheck.StateCheck {
	return statecheck.CompareValuePairs(at, tfjsonpath.New("ref"), at, tfjsonpath.New(attribute), compare.ValuesSame())
}

// checks are several checks as one.
type checks []statecheck.StateCheck

// CheckState implements statecheck.StateCheck.
func (c checks) CheckState(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, check := range c {
		if check.CheckState(ctx, req, resp); resp.Error != nil {
			return
		}
	}
}

// write makes a file in a folder of the test's own, and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// words finds a text that Terraform may have broken into lines, whatever the case of its letters. HASH in it is any
// item hash.
func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), "HASH", "[0-9a-f]{64}")
	}
	return regexp.MustCompile(`(?i)` + strings.Join(parts, `[\s│]+`))
}

// plans is a step that plans these actions, and applies nothing.
func plans(config string, actions acctest.Actions, checks ...plancheck.PlanCheck) resource.TestStep {
	step := acctest.Planned(acctest.Apply(config, actions), checks...)
	step.PlanOnly, step.ExpectNonEmptyPlan = true, true
	return step
}
