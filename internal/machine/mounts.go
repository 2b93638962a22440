// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"context"
	"fmt"
	stdpath "path"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// CheckTogether refuses volumes that no machine has at once: two at one place, and two persistent ones of one name, which
// compute nodes keep in one file (NETWORK.md 12.1).
func CheckTogether(volumes tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	places, names := make(map[string]int), make(map[string]int)
	for i, volume := range plan.ElementsOf(volumes) {
		at, v := path.Root("volumes").AtListIndex(i), plan.AttributesOf(volume)
		if mount := plan.TextOf(v["mount"]).ValueString(); mount != "" {
			place := stdpath.Clean("/" + mount)
			if other, taken := places[place]; taken {
				diags.AddAttributeError(at.AtName("mount"), "Two volumes at one place", fmt.Sprintf(
					"`volumes[%d]` and `volumes[%d]` are both mounted at %s, so that one hides the other. Give each a directory of its own.", other, i, place))
			}
			places[place] = i
		}
		if name := plan.TextOf(v["name"]).ValueString(); name != "" {
			kept := diskName(name)
			if other, taken := names[kept]; taken {
				diags.AddAttributeError(at.AtName("name"), "Two volumes of one name", fmt.Sprintf(
					"`volumes[%d]` and `volumes[%d]` are persistent and of one name, and compute nodes keep both in one file, %s. Give each a name of its own, of letters, digits, - and _.", other, i, kept))
			}
			names[kept] = i
		}
	}
	return diags
}

var (
	plainName = regexp.MustCompile(`^[\p{L}\p{N}_\-/]+$`)
	oddInName = regexp.MustCompile(`[^\p{L}\p{N}_\-]`)
)

// diskName is the name by which a compute node keeps a persistent volume.
func diskName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return oddInName.ReplaceAllString(name, "_")
}

// WarnOfVersions tells of files that are followed (`use_latest`), and named by one of their amends: the network refuses that
// after the first change of the file (NETWORK.md 7.2). Prior is empty when the machine is created.
func WarnOfVersions(ctx context.Context, client *aleph.Client, called string, prior, planned []File) diag.Diagnostics {
	before := make(map[string]string)
	for _, f := range prior {
		before[f.At.String()] = f.Ref.ValueString()
	}
	var diags diag.Diagnostics
	for _, f := range planned {
		if f.UseLatest.IsUnknown() || !f.UseLatest.IsNull() && !f.UseLatest.ValueBool() {
			continue
		}
		if names := oneVersion(ctx, client, f.Ref, before[f.At.String()]); names != "" {
			at := f.At.AtName("ref")
			diags.Append(diagnostic.Alike(at, fmt.Sprintf("%s (`%s` %s)", called, at, names), "A mount names one version of a file",
				"With `use_latest = true` the network finds a file by its first version only, and refuses any other (error code 301):\n\n%s\n\n"+
					"Name `ref` of the aleph_volume, which stays, and not `item_hash`, which every change of the file changes; or set `use_latest = false`, to mount exactly one version."))
		}
	}
	return diags
}

// oneVersion says which version a reference names instead of a file; nothing when it names the file, or when that is not
// known. One that is not known yet, and was the name of a file that is amended, is that of the amend, unless there is a new file
// that it may name.
func oneVersion(ctx context.Context, client *aleph.Client, ref types.String, was string) string {
	hash := ref.ValueString()
	switch {
	case ref.IsUnknown() && was != "" && client.Files.IsAmended(was) && len(client.Files.Created()) == 0:
		return "is known after the amend of " + was
	case hash == "" || hash == was:
		return ""
	}
	first, err := client.Files.AmendSoon(ctx, hash)
	if err != nil || first == "" {
		return ""
	}
	return "names " + hash + ", an amend of " + first
}
