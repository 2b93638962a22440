// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// ask looks at the files of a program that is about to be published.
func ask(ctx context.Context, client *aleph.Client, prior, planned map[string]tftypes.Value) diag.Diagnostics {
	called, before, after := nameOf(prior, planned), files(prior), files(planned)
	checks := []func() diag.Diagnostics{
		func() diag.Diagnostics { return machine.WarnOfVersions(ctx, client, called, before, after) },
	}
	for _, f := range after {
		if !slices.ContainsFunc(before, f.Same) {
			checks = append(checks, func() diag.Diagnostics { return warnOfFile(ctx, client, called, f) })
		}
	}
	return append(diagnostic.AtOnce(checks...), warnOfAmended(client, called, planned)...)
}

// warnOfAmended judges the files of a program which are amended in this run, though the program names them as before.
func warnOfAmended(client *aleph.Client, called string, planned map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, f := range files(planned) {
		mount := mountOf(f)
		if facts, ok := client.Files.Noted(mount); ok && mount.UseLatest && client.Files.IsAmended(mount.Ref) {
			diags.Append(judge(called, f, facts)...)
		}
	}
	return diags
}

// warnOfFile judges a file that a program has not named before. One that is not known yet is one of those that are created.
func warnOfFile(ctx context.Context, client *aleph.Client, called string, f machine.File) diag.Diagnostics {
	switch {
	case f.Kind == "runtime" || f.Kind == "parent":
		return nil
	case f.Ref.IsUnknown():
		return judge(called, f, client.Files.Created()...)
	case f.UseLatest.IsUnknown():
		return nil
	}
	facts, err := client.Files.FactsSoon(ctx, mountOf(f))
	if err != nil {
		return diag.Diagnostics{diagnostic.Failure{
			Action: "tell whether compute nodes can use a file",
			State:  "Nothing was published, and the plan is not affected. Compute nodes start no program whose files are packed in another way than it says, or are too large.",
			Err:    err,
		}.Warning()}
	}
	return judge(called, f, facts)
}

func mountOf(f machine.File) stored.Mount {
	return stored.Mount{Ref: f.Ref.ValueString(), UseLatest: f.UseLatest.ValueBool()}
}

// judge tells of a file that compute nodes do not take. Of one that may be one of several it tells what is true of each.
func judge(called string, f machine.File, given ...stored.Facts) diag.Diagnostics {
	var diags diag.Diagnostics
	each := func(is func(stored.Facts) bool) bool {
		return len(given) > 0 && !slices.ContainsFunc(given, func(one stored.Facts) bool { return !is(one) })
	}
	packedOtherThan := func(encoding string) bool {
		return each(func(one stored.Facts) bool { return one.Encoding != "" && one.Encoding != encoding })
	}
	says := plan.TextOf(f.Values["encoding"]).ValueString()
	switch {
	case f.Kind == "volumes" && packedOtherThan(squashfs):
		diags.Append(diagnostic.Alike(f.At.AtName("ref"), fmt.Sprintf("%s (`%s`: %s)", called, f.At, packing(given)), "A volume is no squashfs",
			"Compute nodes mount each file of `volumes` as squashfs, whatever it is. It is something else in:\n\n%s\n\n"+
				neverRuns+" Put it into a directory, and let `source_dir` of an aleph_volume pack that; `archive_format` is `squashfs` by default. A short text can be one of the `variables`."))
	case f.Kind == "code" && says != "" && packedOtherThan(says):
		diags.Append(diagnostic.Alike(f.At.AtName("encoding"), fmt.Sprintf("%s (says %s, is %s)", called, says, packing(given)), "Code is packed in another way",
			"The file behind `code.ref` is not packed as `code.encoding` says:\n\n%s\n\n"+neverRuns+" Set it to `encoding` of the aleph_volume."))
	case f.Kind == "data" && says == zip && packedOtherThan(zip):
		diags.Append(noZip(f.At.AtName("ref"), called, "the file is "+packing(given)))
	}
	if small, ok := smallOnly[f.Kind]; ok && (says != squashfs || f.Kind == "data") && each(isLarge) {
		diags.Append(diagnostic.Alike(f.At.AtName("ref"), fmt.Sprintf("%s (%d bytes)", called, *given[0].Size), "Compute nodes refuse "+f.Kind+" of this size", small))
	}
	return diags
}

// packing says how a file is packed that may be one of several.
func packing(given []stored.Facts) string {
	var ways []string
	for _, one := range given {
		ways = append(ways, one.Encoding)
	}
	slices.Sort(ways)
	return strings.Join(slices.Compact(ways), " or ")
}

func isLarge(facts stored.Facts) bool { return facts.Size != nil && *facts.Size > model.MaxUnpacked }

// smallOnly is what has to be small, and what to do about it (NETWORK.md 12.1).
var smallOnly = map[string]string{
	"code": fmt.Sprintf("Compute nodes take at most %d bytes of code that is no squashfs. The file behind `code.ref` has more in:\n\n%%s\n\n%s "+
		"Pack it as squashfs: `source_dir` of an aleph_volume does so by default.", model.MaxUnpacked, neverRuns),
	"data": fmt.Sprintf("Compute nodes take at most %d bytes of data, however it is packed. The file behind `data.ref` has more in:\n\n%%s\n\n%s "+
		"Pack it as squashfs, which `source_dir` of an aleph_volume does by default, and mount it through `volumes` instead.", model.MaxUnpacked, neverRuns),
}
