// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// check judges what is about to be published.
func check(planned map[string]tftypes.Value) diag.Diagnostics {
	diags := rules.Check(planned)
	what, persistent := "a program", plan.FlagOf(plan.AttributesOf(planned["on"])["persistent"]).ValueBool()
	if persistent {
		what = "a persistent program"
	}
	diags.Append(plan.CheckPayment(planned["payment"], what, persistent, time.Now())...)
	if !diags.HasError() {
		diags.Append(machine.WarnOfVolumes(planned["volumes"], neverRuns)...)
	}
	return diags
}
