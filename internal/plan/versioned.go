// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Versioned describes a noun whose changes are messages that amend one another. It is the one place that decides what
// a plan does: amend, replace, or nothing on the network.
type Versioned struct {
	// Content are the attributes that a message carries: a change takes a new message.
	Content []string
	// Identity are the attributes that no amend can change: they always replace.
	Identity []string
	// Amended are the computed attributes that a new message changes.
	Amended []string
	// Mutable is the flag whose prior value decides: a change of content amends when it was true, and replaces when
	// it was false.
	Mutable string
}

// Plan compares the planned with the prior values of a resource that exists and stays, and tells the plan what
// forces a replacement, and which computed values become unknown or keep what they were. It reports whether a message
// is published, as an amend or for a replacement, or sent once more. A frozen resource takes no amend, whatever its flag
// says.
func (v Versioned) Plan(p *Planning, frozen, resend bool) bool {
	changed := changes(p.Prior, p.Planned, v.Content)
	replaced := changes(p.Prior, p.Planned, v.Identity)
	publish := resend || len(changed)+len(replaced) > 0
	if frozen || !isTrue(p.Prior[v.Mutable]) {
		replaced.Append(changed...)
	}
	p.resp.RequiresReplace.Append(replaced...)
	for _, name := range v.Amended {
		if publish {
			p.SetUnknown(name)
		} else {
			p.Keep(name)
		}
	}
	return publish
}

// Creates reports whether the plan creates something of which all is known that a message says.
func (v Versioned) Creates(p *Planning) bool {
	return p.Prior == nil && !slices.ContainsFunc(slices.Concat(v.Content, v.Identity), func(name string) bool {
		return !p.Planned[name].IsFullyKnown()
	})
}

// changes are the paths at which the named attributes differ. It descends into objects, and stops at lists and maps.
func changes(prior, planned map[string]tftypes.Value, names []string) path.Paths {
	var paths path.Paths
	for _, name := range names {
		paths.Append(differences(path.Root(name), prior[name], planned[name])...)
	}
	return paths
}

func differences(at path.Path, prior, planned tftypes.Value) path.Paths {
	if prior.Equal(planned) {
		return nil
	}
	if !prior.Type().Is(tftypes.Object{}) {
		return path.Paths{at}
	}
	before, after := AttributesOf(prior), AttributesOf(planned)
	if before == nil || after == nil {
		return path.Paths{at}
	}
	names := make([]string, 0, len(after))
	for name := range after {
		names = append(names, name)
	}
	slices.Sort(names)
	var paths path.Paths
	for _, name := range names {
		paths.Append(differences(at.AtName(name), before[name], after[name])...)
	}
	return paths
}

func isTrue(v tftypes.Value) bool {
	var b bool
	return v.IsKnown() && !v.IsNull() && v.As(&b) == nil && b
}
