// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// What a plan does to a resource, as Terraform draws it.
const (
	create            = "+"
	update            = "~"
	remove            = "-"
	destroyThenCreate = "-/+"
	createThenDestroy = "+/-"
)

// actions are what a plan does, by address; resources that it leaves alone are not listed.
type actions map[string]string

func (s *stage) init(ctx context.Context) error {
	s.command("terraform init")
	return s.terraform.Init(ctx)
}

// plan plans, and shows in short what Terraform shows at length.
func (s *stage) plan(ctx context.Context) (*tfjson.Plan, error) {
	options := []tfexec.PlanOption{tfexec.Out("plan")}
	s.command("terraform plan" + s.arguments())
	for _, assignment := range s.assignments() {
		options = append(options, tfexec.Var(assignment))
	}
	if _, err := s.terraform.Plan(ctx, options...); err != nil {
		return nil, err
	}
	plan, err := s.terraform.ShowPlanFile(ctx, "plan")
	if err != nil {
		return nil, err
	}
	done := actionsOf(plan)
	for _, address := range slices.Sorted(maps.Keys(done)) {
		s.line(fmt.Sprintf("     %3s %s", done[address], address))
	}
	return plan, nil
}

// apply applies the plan that was made last.
func (s *stage) apply(ctx context.Context) error {
	s.command("terraform apply")
	return s.terraform.Apply(ctx, tfexec.DirOrPlan("plan"))
}

// expectPlan plans, and proves that the plan does this and nothing else. claim says so in words. An unexpected plan is an error: it is not to be applied.
func (s *stage) expectPlan(ctx context.Context, claim string, want actions) (*tfjson.Plan, error) {
	plan, err := s.plan(ctx)
	if err != nil {
		return nil, err
	}
	if got := actionsOf(plan); !maps.Equal(got, want) {
		return nil, fmt.Errorf("expected that %s: %v\nplanned: %v", claim, want, got)
	}
	s.prove(claim, nil)
	return plan, nil
}

// change is a plan that does as expected, and its apply.
func (s *stage) change(ctx context.Context, claim string, want actions) error {
	if _, err := s.expectPlan(ctx, claim, want); err != nil {
		return err
	}
	return s.apply(ctx)
}

// settle proves that Terraform sees nothing left to do.
func (s *stage) settle(ctx context.Context) error {
	_, err := s.expectPlan(ctx, "the next plan is empty", actions{})
	return err
}

func (s *stage) destroy(ctx context.Context) error {
	var options []tfexec.DestroyOption
	for _, assignment := range s.assignments() {
		options = append(options, tfexec.Var(assignment))
	}
	s.command("terraform destroy")
	return s.terraform.Destroy(ctx, options...)
}

// assignments are the variables as `name=value`.
func (s *stage) assignments() []string {
	var assignments []string
	for _, name := range slices.Sorted(maps.Keys(s.variables)) {
		assignments = append(assignments, name+"="+s.variables[name])
	}
	return assignments
}

// arguments are the variables that a reader cares for, as arguments.
func (s *stage) arguments() string {
	var arguments strings.Builder
	for _, assignment := range s.assignments() {
		if assignment != "channel="+s.channel {
			arguments.WriteString(" -var " + assignment)
		}
	}
	return arguments.String()
}

// state is what Terraform knows: attributes by name, by address.
type state map[string]map[string]any

func (s *stage) state(ctx context.Context) (state, error) {
	shown, err := s.terraform.Show(ctx)
	if err != nil {
		return nil, err
	}
	known := state{}
	if shown.Values != nil {
		for _, resource := range shown.Values.RootModule.Resources {
			known[resource.Address] = resource.AttributeValues
		}
	}
	return known, nil
}

// text is an attribute that is a text; empty when there is none.
func (s state) text(address, name string) string {
	text, _ := s[address][name].(string)
	return text
}

func actionsOf(plan *tfjson.Plan) actions {
	done := actions{}
	for _, resource := range plan.ResourceChanges {
		if symbol := symbolOf(resource.Change.Actions); symbol != "" {
			done[resource.Address] = symbol
		}
	}
	return done
}

func symbolOf(a tfjson.Actions) string {
	switch {
	case a.Create():
		return create
	case a.Update():
		return update
	case a.Delete():
		return remove
	case a.DestroyBeforeCreate():
		return destroyThenCreate
	case a.CreateBeforeDestroy():
		return createThenDestroy
	}
	return ""
}
