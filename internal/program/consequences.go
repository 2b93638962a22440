// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"fmt"
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
// the program.
func warn(client *aleph.Client, p *plan.Planning, does versioned.Change) diag.Diagnostics {
	if does.Creates || does.Replaces || p.Planned == nil {
		return nil
	}
	var diags diag.Diagnostics
	hash := plan.TextOf(p.Prior["item_hash"]).ValueString()
	if does.Publishes {
		diags.Append(freezes(p, hash)...)
		diags.Append(losesData(p, hash)...)
	}
	if client != nil {
		for _, mount := range client.Mounts.Use(hash, mounts(p.Prior), mounts(p.Planned)) {
			diags.Append(diagnostic.MountWarning(mount.File, mount.Program, mount.Leaves))
		}
	}
	return diags
}

// freezes warns of the last amend of a program.
func freezes(p *plan.Planning, hash string) diag.Diagnostics {
	amendable := p.Flag("allow_amend")
	if amendable.IsUnknown() || amendable.ValueBool() || !p.Prior["allow_amend"].Equal(tftypes.NewValue(tftypes.Bool, true)) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("allow_amend"), "Program "+hash+" becomes immutable for good",
		"It is amended one last time. From then on the network takes no amend of it: every change replaces it, and so does a change of `allow_amend` back to `true`.")}
}

// losesData warns of persistent volumes, which a compute node keeps by the item hash of the program.
func losesData(p *plan.Planning, hash string) diag.Diagnostics {
	kept := machine.Persistent(p.Prior["volumes"])
	givenUp := p.Planned["volumes"].IsFullyKnown() && len(machine.Persistent(p.Planned["volumes"])) == 0
	if len(kept) == 0 || givenUp { // what is given up is in the diff
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("volumes"), "The data of program "+hash+" does not follow its amend", fmt.Sprintf(
		"A compute node keeps a persistent volume by the item hash of the program, and an amend has a new one: it starts with empty volumes (%s). "+
			"What they hold now stays with the version before it, and is lost when that one is forgotten.\n\n"+
			"Copy first what is needed. A change of the code alone keeps the data, if it is made in the file behind `code.ref`: the program stays as it is then.",
		strings.Join(kept, ", ")))}
}

// mounts are the item hashes of the files that the network keeps for a program, as far as they are known
// (NETWORK.md 8.2).
func mounts(program map[string]tftypes.Value) []string {
	return machine.Refs(program["volumes"], program["code"], program["runtime"], program["data"])
}
