// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versionedtest

import (
	"slices"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	local "github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// life creates an object of the least and one of the most arguments, amends that, and destroys both.
func (n Noun[C, PC]) life(t *testing.T) {
	env := n.start(t)
	least, full := n.at("least"), n.at("full")
	config := func(arguments Arguments) string {
		return env.Provider() + n.block(t, "least", n.Least) + n.block(t, "full", arguments)
	}
	var first, second string
	acctest.Test(t,
		acctest.Apply(config(n.Full), acctest.Actions{least: acctest.Create, full: acctest.Create},
			acctest.Remember(full, n.live(), &first), env.ExpectStatus(t, &first, message.StatusProcessed)),
		acctest.Planned(
			acctest.Apply(config(n.Full.with(n.Another)), acctest.Actions{least: acctest.NoOp, full: acctest.Update},
				acctest.Remember(full, n.live(), &second), env.ExpectStatus(t, &second, message.StatusProcessed)),
			acctest.ExpectUnknown(full, n.Live...),
		),
	)
	env.ExpectNothingAlive(t)
}

// changes plans a change of every argument, of those that all nouns have too.
func (n Noun[C, PC]) changes(t *testing.T) {
	env := n.start(t)
	timeouts := map[string]any{"create": "5m", "read": "1m", "update": "5m", "delete": "5m"}
	before := n.Full.with(Arguments{"timeouts": timeouts})
	all := append([]Change{
		{Attribute: "address", To: Arguments{"address": local.Accounts()[1].Address}, Does: Replaces, Unknown: n.Asked},
		{Attribute: "timeouts", To: Arguments{"timeouts": nil}, Does: Local},
	}, n.Changes...)
	for name := range timeouts {
		changed := map[string]any(Arguments(timeouts).with(Arguments{name: "7m"}))
		all = append(all, Change{Attribute: "timeouts." + name, To: Arguments{"timeouts": changed}, Does: Local})
	}
	planned := make([]acctest.Change, len(all))
	for i, change := range all {
		from := before.with(change.From)
		after := from.with(change.To)
		planned[i] = acctest.Change{
			Attribute: change.Attribute, With: change.With, Unknown: change.Unknown,
			Before: func(label string) string { return n.block(t, label, from) },
			After:  func(label string) string { return n.block(t, label, after) },
		}
		switch change.Does {
		case Amends:
			planned[i].Unknown = slices.Concat(change.Unknown, n.Live)
		case Replaces:
			planned[i].Unknown, planned[i].Forces = slices.Concat(change.Unknown, n.computed()), change.Forces
			if change.Forces == nil {
				planned[i].Forces = []string{change.Attribute}
			}
		case Local:
		}
	}
	env.ExpectChanges(t, n.Type, slices.Concat(n.computed(), n.Derived), planned)
}

// computed are the attributes that a new object makes unknown.
func (n Noun[C, PC]) computed() []string { return slices.Concat(n.Live, n.Fixed) }

// drift makes another tool amend every attribute, and lets Terraform heal it.
func (n Noun[C, PC]) drift(t *testing.T) {
	env := n.start(t)
	tool := env.OtherTool(t)
	drifts := make([]acctest.Drift, len(n.Drifts))
	for i, drift := range n.Drifts {
		drifts[i] = acctest.Drift{
			Attribute: drift.Attribute, With: drift.With, Replaces: drift.Replaces,
			Block: func(label string) string { return n.block(t, label, n.Full.with(drift.From)) },
			Make:  func(hash string) { n.amend(t, tool, hash, drift.Make) },
		}
	}
	aside := slices.Concat(n.computed(), n.Undriftable, []string{"address", "timeouts", "channel"})
	env.ExpectDrifts(t, n.Type, aside, drifts)
}

// forgotten lets another tool forget the object: it is planned anew.
func (n Noun[C, PC]) forgotten(t *testing.T) {
	env := n.start(t)
	terraform := n.created(t, env, n.Full)
	first := terraform.Instance.Text("id")
	if _, err := env.OtherTool(t).Publish(t.Context(), message.NewForget("not mine", first), object.Options{}); err != nil {
		t.Fatal(err)
	}
	terraform.expect(terraform.Apply(t.Context(), n.Full), acctest.ActionCreate)
	if terraform.Instance.Text("id") == first {
		t.Errorf("the state still has %s, which is forgotten", first)
	}
	terraform.expect(terraform.Destroy(t.Context()), acctest.ActionDelete)
	env.ExpectNothingAlive(t)
}

// withoutIdentity reads a state of a Terraform that knew no identities.
func (n Noun[C, PC]) withoutIdentity(t *testing.T) {
	terraform := n.created(t, n.start(t), n.Full)
	terraform.Instance.Identity = nil
	terraform.expect(terraform.Plan(t.Context(), n.Full), acctest.ActionNone)
}

// withoutKey plans with nobody to sign.
func (n Noun[C, PC]) withoutKey(t *testing.T) {
	env := n.start(t)
	env.ExpectKeyless(t, n.block(t, "test", n.Full), n.block(t, "test", n.Full.with(n.Another)))
	env.ExpectNothingAlive(t)
}
