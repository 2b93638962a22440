// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"cmp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// warn tells of what a change leads to, and the plan does not show. A replacement says of itself that nothing is left of
// the program.
func warn(client *aleph.Client, p *plan.Planning, does versioned.Change) (diags diag.Diagnostics, mounted []object.Mount) {
	if p.Planned == nil {
		return nil, nil
	}
	called := nameOf(p.Prior, p.Planned)
	if does.Publishes {
		diags = warnOfStart(called, p.Planned)
	} else if client != nil {
		diags = warnOfAmended(client, called, p.Planned)
	}
	if does.Creates || does.Replaces {
		return diags, nil
	}
	if does.Publishes {
		diags.Append(warnOfChange(called, p)...)
	}
	if client != nil {
		mounted = client.Mounts.Use(called, mounts(p.Prior), mounts(p.Planned))
	}
	return diags, mounted
}

// warnOfChange tells of what does not survive an amend.
func warnOfChange(called string, p *plan.Planning) (diags diag.Diagnostics) {
	if freezes(p) {
		diags.Append(diagnostic.Alike(path.Root("allow_amend"), called, "A program becomes immutable for good",
			"What follows is amended one last time:\n\n%s\n\nFrom then on the network takes no amend of it: every change replaces it, and so does a change of `allow_amend` back to `true`."))
	}
	if lost := lostVolumes(p); len(lost) > 0 {
		diags.Append(diagnostic.Alike(path.Root("volumes"), called+" ("+strings.Join(lost, ", ")+")", "The data of a program does not follow its amend",
			"A compute node keeps a persistent volume by the item hash of the program, and an amend has a new one. What follows starts with empty volumes:\n\n%s\n\n"+
				"What they hold now stays with the version before it, and is lost when that one is forgotten.\n\n"+
				"Copy first what is needed. A change of the code alone keeps the data, if it is made in the file behind `code.ref`: the program stays as it is then."))
	}
	return diags
}

// nameOf is what a program is called in warnings of several: by its name, or by the version that it has.
func nameOf(prior, planned map[string]tftypes.Value) string {
	return cmp.Or(plan.TextOf(prior["name"]).ValueString(), plan.TextOf(planned["name"]).ValueString(), plan.TextOf(prior["item_hash"]).ValueString(), "a program without a name")
}

// freezes reports whether a program is amended for the last time.
func freezes(p *plan.Planning) bool {
	amendable := p.Flag("allow_amend")
	return !amendable.IsUnknown() && !amendable.ValueBool() && p.Prior["allow_amend"].Equal(tftypes.NewValue(tftypes.Bool, true))
}

// lostVolumes are persistent volumes, which a compute node keeps by the item hash of the program; none when all of them are
// given up, which is in the diff.
func lostVolumes(p *plan.Planning) []string {
	if p.Planned["volumes"].IsFullyKnown() && len(machine.Persistent(p.Planned["volumes"])) == 0 {
		return nil
	}
	return machine.Persistent(p.Prior["volumes"])
}

// mounts are the item hashes of the files that the network keeps for a program, as far as they are known: not those that
// volumes start from (NETWORK.md 8.2).
func mounts(program map[string]tftypes.Value) []string {
	var hashes []string
	for _, f := range files(program) {
		if ref := f.Ref.ValueString(); ref != "" && f.Kind != "parent" {
			hashes = append(hashes, ref)
		}
	}
	return hashes
}
