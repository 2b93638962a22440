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
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// What compute nodes demand beyond the models is a warning: the network accepts such a program, and bills it, and a
// later version of the compute nodes may run it (NETWORK.md 12.1).
const neverRuns = "The network accepts such a program, and bills it, but no compute node starts it today."

// warnOfSize tells of code and data that compute nodes refuse for their size, where the network knows it already.
func warnOfSize(ctx context.Context, client *aleph.Client, planned map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range []string{"code", "data"} {
		file := plan.AttributesOf(planned[name])
		ref, encoding, latest := plan.TextOf(file["ref"]), plan.TextOf(file["encoding"]), plan.FlagOf(file["use_latest"])
		if ref.ValueString() == "" || encoding.IsUnknown() || encoding.ValueString() == packedForAnySize || latest.IsUnknown() {
			continue
		}
		size, err := client.Money.FileSizeSoon(ctx, ref.ValueString(), latest.ValueBool())
		switch {
		case err != nil:
			diags.Append(diagnostic.Failure{
				Action: "tell whether code and data fit compute nodes",
				State:  fmt.Sprintf("Nothing was published, and the plan is not affected. Compute nodes refuse code and data of more than %d bytes that is no squashfs.", model.MaxUnpacked),
				Err:    err,
			}.Warning())
		case size != nil && *size > model.MaxUnpacked:
			diags.AddAttributeWarning(path.Root(name).AtName("ref"), "Compute nodes refuse "+name+" of this size", fmt.Sprintf(
				"The file behind `%[1]s.ref` has %[2]d bytes, and compute nodes take at most %[3]d of %[1]s that is no squashfs. %[4]s Pack it as squashfs: "+
					"`source_dir` of an aleph_volume does so by default.", name, *size, model.MaxUnpacked, neverRuns))
		}
	}
	return diags
}

// packedForAnySize is the encoding that compute nodes mount, and do not send into the machine.
const packedForAnySize = "squashfs"
