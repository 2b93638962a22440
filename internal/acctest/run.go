// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// required lets a configuration call functions of the provider.
const required = `terraform {
  required_providers {
    aleph = { source = "hashicorp/aleph" }
  }
}
`

// Test runs the steps with Executable, and destroys what they leave. Of a step that only plans, the checks of
// PreApply run.
//
// terraform-plugin-testing, whose steps they are, starts Terraform ten times for each: its start is most of what a test
// costs, and half as many see the same. What imports is left to it.
func Test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	driven(t)
	if slices.ContainsFunc(steps, func(step resource.TestStep) bool { return step.ImportState }) {
		resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: Factories(t), Steps: steps})
		return
	}
	terraform := NewCLI(t, "")
	terraform.Write("required.tf", required)
	defer terraform.destroyRest()
	for i, step := range steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}
		terraform.Configure(step.Config)
		err := terraform.step(step)
		switch {
		case step.ExpectError == nil && err != nil:
			t.Fatalf("step %d of %d: %v", i+1, len(steps), err)
		case step.ExpectError != nil && err == nil:
			t.Fatalf("step %d of %d has no error, want %q", i+1, len(steps), step.ExpectError)
		case step.ExpectError != nil && !step.ExpectError.MatchString(err.Error()):
			t.Fatalf("step %d of %d: want the error %q, got: %v", i+1, len(steps), step.ExpectError, err)
		}
	}
}

// step plans, applies the plan, and plans again.
func (c *CLI) step(step resource.TestStep) error {
	c.t.Helper()
	checks := step.ConfigPlanChecks
	output, changes, err := c.plan(checks.PreApply)
	if err == nil && !step.PlanOnly {
		err = c.apply(step.ConfigStateChecks)
		if err == nil {
			output, changes, err = c.plan(checks.PostApplyPostRefresh)
		}
	}
	if err == nil && changes != step.ExpectNonEmptyPlan {
		err = fmt.Errorf("the plan has changes: %t, want %t: %s", changes, step.ExpectNonEmptyPlan, output)
	}
	return err
}

// plan saves a plan, has the checks look at it, and tells what it printed and whether it changes anything.
func (c *CLI) plan(checks []plancheck.PlanCheck) (output string, changes bool, err error) {
	c.t.Helper()
	output, err = c.Try("plan", "-detailed-exitcode", "-out="+SavedPlan)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		changes, err = true, nil
	}
	if err != nil {
		return output, changes, errors.New(output)
	}
	if len(checks) == 0 {
		return output, changes, nil
	}
	plan := c.saved()
	var problems []error
	for _, check := range checks {
		var resp plancheck.CheckPlanResponse
		check.CheckPlan(c.t.Context(), plancheck.CheckPlanRequest{Plan: plan}, &resp)
		problems = append(problems, resp.Error)
	}
	return output, changes, errors.Join(problems...)
}

// saved is the plan in SavedPlan.
func (c *CLI) saved() *tfjson.Plan {
	c.t.Helper()
	plan := &tfjson.Plan{FormatVersion: "1.0"}
	plan.UseJSONNumber(true)
	if err := json.Unmarshal([]byte(c.Raw("show", "-json", SavedPlan)), plan); err != nil {
		c.t.Fatal(err)
	}
	return plan
}

// state is the state as Terraform shows it.
func (c *CLI) state() *tfjson.State {
	c.t.Helper()
	state := new(tfjson.State)
	state.UseJSONNumber(true)
	if err := json.Unmarshal([]byte(c.Raw("show", "-json")), state); err != nil {
		c.t.Fatal(err)
	}
	return state
}

// apply applies SavedPlan, and has the checks look at the state.
func (c *CLI) apply(checks []statecheck.StateCheck) error {
	c.t.Helper()
	if output, err := c.Try("apply", SavedPlan); err != nil {
		return errors.New(output)
	}
	if len(checks) == 0 {
		return nil
	}
	state := c.state()
	var problems []error
	for _, check := range checks {
		var resp statecheck.CheckStateResponse
		check.CheckState(c.t.Context(), statecheck.CheckStateRequest{State: state}, &resp)
		problems = append(problems, resp.Error)
	}
	return errors.Join(problems...)
}

// destroyRest destroys what is in the state, if anything is.
func (c *CLI) destroyRest() {
	c.t.Helper()
	if len(resources(c.state())) > 0 {
		c.Run("destroy", "-refresh=false")
	}
}
