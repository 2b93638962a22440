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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
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

const (
	oneVersion = "A mount names one version of a file"
	nameRef    = "With `use_latest = true` the network refuses this (error code 301): it finds a file by its first version only. Name `ref` of the aleph_volume, which stays; " +
		"or set `use_latest = false`, to mount exactly one version."
)

// WarnOfVersions tells of references that follow the latest version of a file, and name one of its amends: the network
// refuses them after the first change of the file (NETWORK.md 7.2). Attributes are those of the noun that name files, beside
// `volumes`. Prior is nil when the machine is created.
func WarnOfVersions(ctx context.Context, client *aleph.Client, prior, planned map[string]tftypes.Value, attributes ...string) diag.Diagnostics {
	before := make(map[string]string)
	for _, f := range Files(prior, attributes...) {
		before[f.At.String()] = f.Ref.ValueString()
	}
	var diags diag.Diagnostics
	for _, f := range Files(planned, attributes...) {
		at := f.At.AtName("ref")
		if f.UseLatest.IsUnknown() || !f.UseLatest.IsNull() && !f.UseLatest.ValueBool() {
			continue
		}
		was := before[f.At.String()]
		if f.Ref.IsUnknown() && was != "" && client.Planned.Of(was).Amended {
			diags.AddAttributeWarning(at, oneVersion, fmt.Sprintf("`%s` named the volume %s, is not known any more, and the volume is amended: its `item_hash` changes, and its `ref` does not. %s", at, was, nameRef))
		}
		if hash := f.Ref.ValueString(); hash != "" && hash != was {
			if first, err := client.Money.AmendSoon(ctx, hash); err == nil && first != "" {
				diags.AddAttributeWarning(at, oneVersion, fmt.Sprintf("`%s` names %s, an amend of %s. %s", at, hash, first, nameRef))
			}
		}
	}
	return diags
}
