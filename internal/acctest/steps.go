// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Actions are what a plan does to resources, by their address.
type Actions map[string]plancheck.ResourceActionType

// What a plan does to a resource.
const (
	Create  = plancheck.ResourceActionCreate
	Update  = plancheck.ResourceActionUpdate
	Replace = plancheck.ResourceActionReplace
	Destroy = plancheck.ResourceActionDestroy
	NoOp    = plancheck.ResourceActionNoop
)

// Apply is a step that plans exactly these actions, applies them, and plans nothing afterwards.
func Apply(config string, actions Actions, checks ...statecheck.StateCheck) resource.TestStep {
	step := resource.TestStep{
		Config:            config,
		ConfigStateChecks: checks,
	}
	for address, action := range actions {
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(address, action))
	}
	return step
}

// Before runs a function before a step, such as a change behind Terraform's back.
func Before(run func(), step resource.TestStep) resource.TestStep {
	step.PreConfig = run
	return step
}

// Planned adds checks of the plan to a step.
func Planned(step resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, checks...)
	return step
}

// Check is a step's check of something that is not in the state, such as what is alive on the node.
func Check(check func() error) statecheck.StateCheck { return stateCheck{check} }

type stateCheck struct{ check func() error }

func (c stateCheck) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = c.check()
}

// ExpectAlive checks how many messages of each type are alive on the node, of the test's own account.
func (e *Env) ExpectAlive(t *testing.T, want map[string]int) statecheck.StateCheck {
	t.Helper()
	return Check(func() error {
		got := e.alive()
		for kind, n := range want {
			if got[kind] != n {
				return fmt.Errorf("%d %s alive on the node, want %d", got[kind], kind, n)
			}
		}
		return nil
	})
}

func (e *Env) alive() map[string]int {
	counts := make(map[string]int)
	for _, m := range e.Alive(e.Account.Address()) {
		counts[string(m.Type)]++
	}
	return counts
}
