// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Attribute is an attribute of a resource with what a change of it does on the network.
type Attribute struct {
	schema.Attribute
	role Role
}

// Role is what a change of an attribute does on the network.
type Role int

const (
	// RoleContent is for what a message carries: a change takes a new message.
	RoleContent Role = iota + 1
	// RoleIdentity is for what no later message can change: a change replaces the object.
	RoleIdentity
	// RoleLocal is for what only Terraform knows: a change sends no message, and data sources do not have it.
	RoleLocal
	// RoleLive is for what is computed from the live message: it is known after apply when a message is published, and
	// stays as it is otherwise.
	RoleLive
	// RoleFixed is for what is computed once, when the object is created.
	RoleFixed
	// RoleDerived is for what is computed in another way, which the noun plans itself.
	RoleDerived
)

// Content marks what a message carries.
func Content(a schema.Attribute) Attribute { return Attribute{a, RoleContent} }

// Identity marks what no later message can change.
func Identity(a schema.Attribute) Attribute { return Attribute{a, RoleIdentity} }

// Local marks what only Terraform knows.
func Local(a schema.Attribute) Attribute { return Attribute{a, RoleLocal} }

// Live marks what is computed from the live message.
func Live(a schema.Attribute) Attribute { return Attribute{a, RoleLive} }

// Fixed marks what is computed once, when the object is created.
func Fixed(a schema.Attribute) Attribute { return Attribute{a, RoleFixed} }

// Derived marks what is computed in another way, which the noun plans itself.
func Derived(a schema.Attribute) Attribute { return Attribute{a, RoleDerived} }

// Set is the attributes of a resource, by name.
type Set map[string]Attribute

// Names are the names of the attributes of one role, sorted.
func (s Set) Names(role Role) []string {
	var names []string
	for name, a := range s {
		if a.role == role {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Schema is the attributes as the framework wants them. What can be left out and has no default is null by default.
func (s Set) Schema() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(s))
	for name, a := range s {
		attributes[name] = a.Attribute
	}
	return NullByDefault(attributes)
}
