// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// What compute nodes demand beyond the models is a warning: the network accepts such a program, and bills it, and a
// later version of the compute nodes may run it (NETWORK.md 12.1).
const neverRuns = "The network accepts such a program, and bills it, but no compute node starts it today."

// ask looks at the files that a program names.
func ask(ctx context.Context, client *aleph.Client, prior, planned map[string]tftypes.Value) diag.Diagnostics {
	diags := warnOfSize(ctx, client, planned)
	diags.Append(warnOfEncoding(client, planned)...)
	return append(diags, machine.WarnOfVersions(ctx, client, prior, planned, "code", "runtime", "data")...)
}

// warnOfEncoding tells of code that is packed in another way than the program says, where this run plans its file.
func warnOfEncoding(client *aleph.Client, planned map[string]tftypes.Value) diag.Diagnostics {
	code := plan.AttributesOf(planned["code"])
	says, packed := plan.TextOf(code["encoding"]).ValueString(), client.Planned.Of(plan.TextOf(code["ref"]).ValueString()).Encoding
	if says == "" || packed == "" || says == packed || !plan.FlagOf(code["use_latest"]).ValueBool() {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("code").AtName("encoding"), "Code is packed in another way", fmt.Sprintf(
		"`code.encoding` says %q, and the file behind `code.ref` is %s. %s Set it to `encoding` of the aleph_volume.", says, packed, neverRuns))}
}

// warnOfSize tells of code and data that compute nodes refuse for their size, where the network knows it already.
func warnOfSize(ctx context.Context, client *aleph.Client, planned map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range []string{"code", "data"} {
		file := plan.AttributesOf(planned[name])
		ref, encoding, latest := plan.TextOf(file["ref"]), plan.TextOf(file["encoding"]), plan.FlagOf(file["use_latest"])
		if ref.ValueString() == "" || encoding.IsUnknown() || name == "code" && encoding.ValueString() == packedForAnySize || latest.IsUnknown() {
			continue
		}
		size, err := client.Money.FileSizeSoon(ctx, ref.ValueString(), latest.ValueBool())
		switch {
		case err != nil:
			diags.Append(diagnostic.Failure{
				Action: "tell whether code and data fit compute nodes",
				State:  fmt.Sprintf("Nothing was published, and the plan is not affected. Compute nodes refuse data, and code that is no squashfs, of more than %d bytes.", model.MaxUnpacked),
				Err:    err,
			}.Warning())
		case size != nil && *size > model.MaxUnpacked:
			diags.AddAttributeWarning(path.Root(name).AtName("ref"), "Compute nodes refuse "+name+" of this size", fmt.Sprintf(
				"The file behind `%[1]s.ref` has %[2]d bytes, and compute nodes take at most %[3]d of %[1]s%[5]s. %[4]s %[6]s",
				name, *size, model.MaxUnpacked, neverRuns, smallOnly[name].which, smallOnly[name].remedy))
		}
	}
	return diags
}

// smallOnly is what has to be small, and what to do about it (NETWORK.md 12.1).
var smallOnly = map[string]struct{ which, remedy string }{
	"code": {" that is no squashfs", "Pack it as squashfs: `source_dir` of an aleph_volume does so by default."},
	"data": {", however it is packed", "Pack it as squashfs, which `source_dir` of an aleph_volume does by default, and mount it through `volumes` instead."},
}

// packedForAnySize is the encoding that compute nodes mount, and do not send into the machine.
const packedForAnySize = "squashfs"
