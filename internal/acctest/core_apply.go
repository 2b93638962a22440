// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planned is what the provider says it will do.
type planned struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replaces []*tftypes.AttributePath
}

// planChange asks for the plan from an instance to the configuration.
func (r *run) planChange(ctx context.Context, from Instance) (planned, error) {
	resp, err := r.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.resource, PriorState: dynamic(from.Value), Config: dynamic(r.config), PriorPrivate: from.Private, PriorIdentity: from.Identity,
		ProposedNewState: dynamic(proposedObject(r.schema.Block.Attributes, from.Value, r.config)),
	})
	if err != nil {
		return planned{}, err
	}
	if err := r.note(resp.Diagnostics); err != nil {
		return planned{}, err
	}
	value, err := resp.PlannedState.Unmarshal(r.schema.ValueType())
	if err != nil {
		return planned{}, err
	}
	if problem := invalidPlan(r.schema.Block.Attributes, from.Value, r.config, value); problem != "" {
		return planned{}, r.breach("Provider produced invalid plan", "%s: %s.", r.resource, problem)
	}
	return planned{value: value, private: resp.PlannedPrivate, identity: resp.PlannedIdentity, replaces: resp.RequiresReplace}, nil
}

// apply does what was planned, with the configuration as it is known by now. A replacement forgets first, and then creates
// from nothing.
func (r *run) apply(ctx context.Context, known map[string]any) error {
	switch r.action {
	case ActionDelete:
		return r.delete(ctx)
	case ActionReplace:
		if err := r.delete(ctx); err != nil {
			return err
		}
	case ActionNone:
		return nil
	}
	if err := r.validate(ctx, known); err != nil {
		return err
	}
	return r.change(ctx)
}

func (r *run) delete(ctx context.Context) error {
	gone := tftypes.NewValue(r.schema.ValueType(), nil)
	plan, err := r.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.resource, PriorState: dynamic(r.Instance.Value), ProposedNewState: dynamic(gone), Config: dynamic(gone),
		PriorPrivate: r.Instance.Private, PriorIdentity: r.Instance.Identity,
	})
	if err != nil {
		return err
	}
	if err := r.note(plan.Diagnostics); err != nil {
		return err
	}
	resp, err := r.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.resource, PriorState: dynamic(r.Instance.Value), PlannedState: dynamic(gone), Config: dynamic(gone),
		PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	if err != nil {
		return err // a provider that died leaves the state as it was
	}
	value, err := resp.NewState.Unmarshal(r.schema.ValueType())
	if err != nil {
		return err
	}
	if failed := r.note(resp.Diagnostics); failed != nil {
		if !value.IsNull() {
			r.Instance.Value, r.Instance.Private = value, resp.Private
		}
		return failed
	}
	if !value.IsNull() {
		return r.breach("Provider produced inconsistent result after apply", "%s is still there.", r.resource)
	}
	r.Instance = Instance{Value: gone}
	return nil
}

// change creates or updates. It plans once more before, as Terraform does, now that everything is known; then nothing may
// be left to do.
func (r *run) change(ctx context.Context) error {
	before := r.Instance
	plan, err := r.planChange(ctx, before)
	if err == nil {
		err = r.checkFinal(before, plan)
	}
	if err != nil || r.action == ActionNone {
		return err
	}
	resp, err := r.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.resource, PriorState: dynamic(before.Value), PlannedState: dynamic(plan.value), Config: dynamic(r.config),
		PlannedPrivate: plan.private, PlannedIdentity: plan.identity,
	})
	if err != nil {
		r.Instance.Private = nil // of a provider that died, Terraform keeps the prior value only
		return err
	}
	value, err := resp.NewState.Unmarshal(r.schema.ValueType())
	if err != nil {
		return err
	}
	failed := r.note(resp.Diagnostics)
	if failed != nil && value.IsNull() {
		return failed // the prior state is kept, with its private data
	}
	r.Instance = Instance{Value: value, Private: resp.Private, Identity: resp.NewIdentity, Tainted: failed != nil && before.Value.IsNull()}
	return r.checkResult(plan, resp, failed)
}

// checkFinal holds the plan of the apply to the first one.
func (r *run) checkFinal(before Instance, plan planned) error {
	if problem := incompatible("", r.planned, plan.value); problem != "" {
		return r.breach("Provider produced inconsistent final plan", "%s%s.", r.resource, problem)
	}
	if r.action != ActionUpdate {
		return nil
	}
	if r.action = actionOf(before.Value, plan); r.action == ActionReplace {
		return r.breach("Provider produced inconsistent final plan", "%s: an update became a replacement.", r.resource)
	}
	return nil
}

// checkResult holds the provider to its plan.
func (r *run) checkResult(plan planned, resp *tfprotov6.ApplyResourceChangeResponse, failed error) error {
	value := r.Instance.Value
	switch {
	case !value.IsFullyKnown():
		return r.breach("Provider returned invalid result object after apply", "%s has unknown values.", r.resource)
	case resp.NewIdentity == nil:
		return r.breach("Missing Resource Identity After Apply", "%s", r.resource)
	case failed != nil:
		return failed
	}
	if problem := incompatible("", plan.value, value); problem != "" {
		return r.breach("Provider produced inconsistent result after apply", "%s%s.", r.resource, problem)
	}
	return nil
}
