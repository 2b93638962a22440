// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
func check(planned map[string]tftypes.Value, now time.Time) diag.Diagnostics {
	diags := rules.Check(planned)
	what, persistent := "a program", plan.FlagOf(plan.AttributesOf(planned["on"])["persistent"]).ValueBool()
	if persistent {
		what = "a persistent program"
	}
	diags.Append(plan.CheckPayment(planned["payment"], what, persistent, now)...)
	diags.Append(machine.CheckTogether(planned["volumes"])...)
	if entrypoint := plan.TextOf(plan.AttributesOf(planned["code"])["entrypoint"]); !entrypoint.IsNull() && !entrypoint.IsUnknown() && entrypoint.ValueString() == "" {
		diags.AddAttributeError(path.Root("code").AtName("entrypoint"), "No entrypoint",
			"`code.entrypoint` is empty, and compute nodes would find nothing to start. Write `module:application` for Python, or the file to execute.")
	}
	return diags
}
