// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"fmt"
	stdpath "path"
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
	if !diags.HasError() {
		diags.Append(machine.WarnOfVolumes(planned["volumes"], neverRuns)...)
		diags.Append(warnOfData(plan.AttributesOf(planned["data"]))...)
	}
	return diags
}

// warnOfData tells of what compute nodes do with data whatever the program says: they unzip it into /data (NETWORK.md 12.1).
func warnOfData(data map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	if encoding := plan.TextOf(data["encoding"]).ValueString(); encoding != "" && encoding != "zip" {
		diags.AddAttributeWarning(path.Root("data").AtName("encoding"), "Compute nodes take data as a zip only", fmt.Sprintf(
			"`data.encoding` is %q, and compute nodes unzip data whatever it says: of another file, nothing appears in the program. Pack it as a zip, or mount it through `volumes`, as squashfs.", encoding))
	}
	if mount := plan.TextOf(data["mount"]).ValueString(); mount != "" && stdpath.Clean("/"+mount) != "/data" {
		diags.AddAttributeWarning(path.Root("data").AtName("mount"), "Data appears in /data", fmt.Sprintf(
			"`data.mount` is %q, and compute nodes unpack data into /data whatever it says. Set it to /data, or mount the file where it is wanted through `volumes`, as squashfs.", mount))
	}
	return diags
}
