// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"cmp"
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// warn tells of what a change leads to, and the plan does not show. A replacement says of itself that nothing is left of
// the program. What comes of many programs of one plan is told once.
func warn(ctx context.Context, client *aleph.Client, p *plan.Planning, does versioned.Change) diag.Diagnostics {
	if does.Creates || does.Replaces || p.Planned == nil {
		return nil
	}
	called := cmp.Or(plan.TextOf(p.Prior["name"]).ValueString(), plan.TextOf(p.Prior["item_hash"]).ValueString())
	tell := func(kind, happens string) []string {
		if client == nil {
			return []string{happens}
		}
		return client.Tell(ctx, kind, happens)
	}
	var checks []func() diag.Diagnostics
	if does.Publishes && freezes(p) {
		checks = append(checks, func() diag.Diagnostics {
			return diagnostic.Gathered(tell("freezes", called), path.Root("allow_amend"), "A program becomes immutable for good",
				"What follows is amended one last time:\n\n%s\n\nFrom then on the network takes no amend of it: every change replaces it, and so does a change of `allow_amend` back to `true`.")
		})
	}
	if lost := lostVolumes(p); does.Publishes && len(lost) > 0 {
		checks = append(checks, func() diag.Diagnostics {
			return diagnostic.Gathered(tell("loses data", called+" ("+strings.Join(lost, ", ")+")"), path.Root("volumes"), "The data of a program does not follow its amend",
				"A compute node keeps a persistent volume by the item hash of the program, and an amend has a new one. What follows starts with empty volumes:\n\n%s\n\n"+
					"What they hold now stays with the version before it, and is lost when that one is forgotten.\n\n"+
					"Copy first what is needed. A change of the code alone keeps the data, if it is made in the file behind `code.ref`: the program stays as it is then.")
		})
	}
	if client != nil {
		mounted := client.Mounts.Use(called, mounts(p.Prior), mounts(p.Planned))
		checks = append(checks, func() diag.Diagnostics { return diagnostic.MountWarnings(client.TellMounts(ctx, mounted)) })
	}
	return diagnostic.AtOnce(checks...)
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
