// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

var rules = machine.Rules(plan.ContentRules{
	Type:       message.TypeProgram,
	Attributes: []string{"code", "runtime", "data", "export", "on", "allow_amend"},
	Fixed:      map[string]any{"type": message.ProgramKind},
	Demanded:   []string{"port"},
	Texts:      map[string]bool{"on.message": true},
})

// ValidateConfig checks what is known of a configuration. Terraform calls it once more when it plans, with what other
// resources give by then.
func (r *Resource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	resp.Diagnostics.Append(machine.CheckConfig(noun, rules, plan.AttributesOf(req.Config.Raw))...)
}

// checkPlan judges what is about to be published, now that it has what the provider block gives as well.
func checkPlan(planned map[string]tftypes.Value, now time.Time) diag.Diagnostics {
	diags := rules.Check(planned)
	what, persistent := "a program", plan.FlagOf(plan.AttributesOf(planned["on"])["persistent"]).ValueBool()
	if persistent {
		what = "a persistent program"
	}
	diags.Append(plan.CheckPayment(planned["payment"], what, persistent, now)...)
	if !diags.HasError() {
		diags.Append(machine.WarnOfVolumes(planned["volumes"], neverRuns)...)
	}
	return diags
}
