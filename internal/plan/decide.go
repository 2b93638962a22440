// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// Decide is the one place that says what a plan does to an object that exists and stays: amend, replace, or nothing on the
// network. It compares the planned with the prior values, and tells the plan what forces a replacement, and which computed
// values become unknown or keep what they were. Content amends when the prior value of the flag mutable is true, or when
// there is no such flag; a frozen object takes no amend, whatever its flag says, and is replaced when it is to be mutable.
// Decide reports whether a message is published, as an amend or for a replacement, or sent once more; and whether it is that
// of the state, as it was signed.
func (p *Planning) Decide(set attribute.Set, mutable string, frozen, resend bool) (publishes, again bool) {
	changed := changes(p.Prior, p.Planned, set.Names(attribute.RoleContent))
	replaced := changes(p.Prior, p.Planned, set.Names(attribute.RoleIdentity))
	isLost := frozen && (mutable == "" || !FlagOf(p.Planned[mutable]).Equal(types.BoolValue(false)))
	again = resend && !isLost && len(changed)+len(replaced) == 0
	publishes = again || isLost || len(changed)+len(replaced) > 0
	if frozen || mutable != "" && !FlagOf(p.Prior[mutable]).ValueBool() {
		replaced.Append(changed...)
	}
	p.resp.RequiresReplace.Append(replaced...)
	for _, name := range set.Names(attribute.RoleLive) {
		if publishes {
			p.SetUnknown(name)
		} else {
			p.Keep(name)
		}
	}
	for _, name := range set.Names(attribute.RoleFixed) {
		p.Keep(name)
	}
	if isLost {
		p.SetUnknown("id")
		p.resp.RequiresReplace.Append(path.Root("id"))
	}
	return publishes, again
}

// Creates reports whether the plan creates something of which all is known that a message says.
func (p *Planning) Creates(set attribute.Set) bool {
	return p.Prior == nil && p.IsKnown(set)
}

// IsKnown reports whether all is known that a message says.
func (p *Planning) IsKnown(set attribute.Set) bool {
	names := slices.Concat(set.Names(attribute.RoleContent), set.Names(attribute.RoleIdentity))
	return !slices.ContainsFunc(names, func(name string) bool { return !p.Planned[name].IsFullyKnown() })
}

// LeftOut are the places at which the configuration says nothing, and what it then defaults to is not what is there.
func (p *Planning) LeftOut(set attribute.Set) path.Paths {
	var places path.Paths
	for _, at := range changes(p.Prior, p.Planned, set.Names(attribute.RoleContent)) {
		if valueAt(p.Config, at).IsNull() && valueAt(p.Planned, at).IsFullyKnown() {
			places.Append(at)
		}
	}
	return places
}

// valueAt is the value at a path of attributes. It is null in an object that is null, and unknown in one that is unknown.
func valueAt(attributes map[string]tftypes.Value, at path.Path) (value tftypes.Value) {
	for _, step := range at.Steps() {
		name, _ := step.(path.PathStepAttributeName)
		if value = attributes[string(name)]; !value.IsKnown() {
			break
		}
		attributes = AttributesOf(value)
	}
	return value
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
