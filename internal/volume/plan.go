// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// derive plans what a mount must name.
func derive(p *plan.Planning, does versioned.Change) {
	if does.Creates {
		return
	}
	if does.Publishes && p.Planned["size"].IsNull() {
		// What the network did not know of its file yet may be known once the message has arrived.
		p.SetUnknown("size")
		p.SetUnknown("encoding")
	}
	name, useLatest := p.Text("ref_name"), p.Flag("use_latest")
	if useLatest.IsUnknown() || name.IsUnknown() {
		p.SetUnknown("ref")
		return
	}
	p.Set("ref", refOf(p.Text("id"), p.Text("item_hash"), name, useLatest.ValueBool()))
}

// warn tells of programs that mount a volume which is to be destroyed or replaced, and of what a name means for mounts.
func warn(client *aleph.Client, p *plan.Planning, does versioned.Change) (diag.Diagnostics, []object.Mount) {
	if client != nil && p.Planned != nil {
		note(client.Files, p, does)
	}
	switch {
	case does.Creates:
		return warnOfName(p.Text("ref_name"), p.Flag("use_latest")), nil
	case client != nil && (does.Replaces || p.Planned == nil):
		return nil, endingMounts(client, p, does.Replaces)
	}
	return nil, nil
}

// note notes what mounts of the volume give as it is planned, for what is planned after it.
func note(files *stored.Files, p *plan.Planning, does versioned.Change) {
	facts := stored.Facts{Encoding: p.Text("encoding").ValueString(), Size: plan.WholeOf(p.Planned["size"])}
	id := plan.TextOf(p.Prior["id"]).ValueString()
	switch {
	case p.Text("ref").IsUnknown():
		files.Create(facts)
	case does.Publishes:
		files.Amend(id)
		fallthrough
	default:
		files.Note(stored.Mount{Ref: id, UseLatest: true}, facts)
	}
}

// endingMounts are the mounts of a volume that ends by programs that are planned before it; those that are planned later find
// theirs themselves.
func endingMounts(client *aleph.Client, p *plan.Planning, replaced bool) []object.Mount {
	id := plan.TextOf(p.Prior["id"]).ValueString()
	versions := []string{id, plan.TextOf(p.Prior["item_hash"]).ValueString()}
	for _, superseded := range plan.ElementsOf(p.Prior["superseded"]) {
		versions = append(versions, plan.TextOf(superseded).ValueString())
	}
	return client.Mounts.End(id, replaced, versions)
}

// warnOfName says what a name of its own means for mounts, which is not to be seen in the plan, unless the volume says
// itself that its mounts are pinned.
func warnOfName(name types.String, useLatest types.Bool) diag.Diagnostics {
	if name.IsNull() || !useLatest.ValueBool() {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("ref_name"), "Mounts must say use_latest = false",
		"The network mounts a file with a name of its own by the item hash of one version only. Give `use_latest = false` to each `volumes` element, `code` or `data` that names `ref` of this volume: "+
			"with `true`, the program would be refused.")}
}
