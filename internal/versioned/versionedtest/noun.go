// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package versionedtest tests the life of a versioned noun from a table: what such a noun has alike is tested once.
package versionedtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Noun is what the tests must know of a noun; C is the content of its messages.
type Noun[C any, PC interface {
	*C
	message.Amendable
}] struct {
	// Type is the name in configurations, such as aleph_volume, and Word what messages call it, such as "volume".
	Type, Word string
	// Least are the required arguments only, and Full all that can be set together and an import reads again, but for
	// `address` and `timeouts`.
	Least, Full Arguments
	// Another are the arguments by which Full is changed where any amend will do.
	Another Arguments
	// Live are the attributes that an amend makes unknown, Fixed those that only a new object does, and Derived the further
	// computed ones. With versioned.Free, `live_item_hash` and `last_updated` are of Live; `id`, `item_hash` and `created` of
	// Fixed.
	Live, Fixed, Derived []string
	// Asked are the attributes for which the network is asked beside the message: a new object of Full makes them unknown, and
	// a list leaves them out. Unlisted are further ones that a list leaves out, for an import to find.
	Asked, Unlisted []string
	// Changes has a change of every argument, `channel` too, but `address` and `timeouts`. Drifts has one that another tool
	// makes of every attribute but those of Undriftable, which no amend changes by themselves.
	Changes     []Change
	Drifts      []Drift[C]
	Undriftable []string
	// Prepare publishes what the arguments name; nil when they name nothing.
	Prepare func(*testing.T, *acctest.Env)
}

// Change is a change of one argument in the configuration.
type Change struct {
	// Attribute is what changes: its path without indices.
	Attribute string
	// From are the arguments that differ from Full before, and To those that differ from that afterwards; nil for one that
	// is left out.
	From, To Arguments
	Does     Effect
	// With are the paths of what is known, and cannot but change along with it.
	With []string
	// Unknown are the attributes that are known after the apply, beside those that always are, and Forces the paths that
	// force a replacement; the one of Attribute when there is none.
	Unknown, Forces []string
}

// Effect is what a change of the configuration does.
type Effect int

// A change amends, replaces, or changes the state only, without a message.
const (
	Amends Effect = iota
	Replaces
	Local
)

// Drift is an amend that another tool publishes of an object that was created from Full, but for the arguments of From.
type Drift[C any] struct {
	// Attribute is what differs then: its path without indices.
	Attribute string
	From      Arguments
	// With are the paths of what cannot but differ along with it.
	With []string
	// Make changes the content of the first version into that of the amend.
	Make func(*C)
	// Replaces is whether a replacement heals it; an update does otherwise.
	Replaces bool
}

// Arguments are those of a resource block, as values of JSON.
type Arguments map[string]any

// with is the arguments with others; what is nil there is left out.
func (a Arguments) with(others Arguments) Arguments {
	all := maps.Clone(a)
	maps.Copy(all, others)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}

// Run tests the noun. Each test has a local node of its own, or an account of its own on a real one.
func Run[C any, PC interface {
	*C
	message.Amendable
}](t *testing.T, n Noun[C, PC]) {
	t.Run("Life", n.life)
	t.Run("Changes", n.changes)
	t.Run("Drift", n.drift)
	t.Run("Drift_forgotten", n.forgotten)
	t.Run("Import", n.imported)
	t.Run("Import_identity", n.importedByIdentity)
	t.Run("Import_generatedConfiguration", n.generated)
	t.Run("List", n.listed)
	t.Run("List_query", n.queried)
	t.Run("DataSources", n.dataSources)
	t.Run("Create_pending", n.pendingCreate)
	t.Run("Create_rejected", n.rejectedCreate)
	t.Run("Amend_pending", n.pendingAmend)
	t.Run("Amend_rejected", n.rejectedAmend)
	t.Run("Amend_stalePlan", n.stalePlan)
	t.Run("Read_fails", n.failedRead)
	t.Run("State_withoutIdentity", n.withoutIdentity)
	t.Run("Plan_withoutKey", n.withoutKey)
}

// start makes the environment of a test.
func (n Noun[C, PC]) start(t *testing.T) *acctest.Env {
	t.Helper()
	env := acctest.StartTuned(t, acctest.BeforeCreditsOnly()) // on which every way to pay is taken
	if n.Prepare != nil {
		n.Prepare(t, env)
	}
	return env
}

// block writes a resource block.
func (n Noun[C, PC]) block(t *testing.T, label string, arguments Arguments) string {
	t.Helper()
	lines := make([]string, 0, len(arguments))
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		value, err := json.Marshal(arguments[name])
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("  %s = %s\n", name, value))
	}
	return fmt.Sprintf("resource %q %q {\n%s}\n\n", n.Type, label, strings.Join(lines, ""))
}

// at is the address of a resource.
func (n Noun[C, PC]) at(label string) string { return n.Type + "." + label }

// messageType is the type of the noun's messages.
func (n Noun[C, PC]) messageType() message.Type { return PC(new(C)).MessageType() }

// live is the attribute with the item hash of the live version.
func (n Noun[C, PC]) live() string {
	if slices.Contains(n.Live, "item_hash") {
		return "item_hash"
	}
	return "live_item_hash"
}

// amend makes a tool publish a message that amends the one of an item hash.
func (n Noun[C, PC]) amend(t *testing.T, tool *object.Client, hash string, change func(*C)) {
	t.Helper()
	record, err := tool.Fetch(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	content := PC(new(C))
	if err := message.Decode(record.Message, content); err != nil {
		t.Fatal(err)
	}
	change(content)
	content.Amend(hash)
	if _, err := tool.Publish(t.Context(), content, object.Options{Channel: record.Message.Channel, After: content.PublishedAt()}); err != nil {
		t.Fatalf("amending %s: %v", hash, err)
	}
}

// created is the network with an object of these arguments, as Terraform knows it.
func (n Noun[C, PC]) created(t *testing.T, env *acctest.Env, arguments Arguments) *core {
	t.Helper()
	terraform := n.terraform(t, env)
	terraform.expect(terraform.Apply(t.Context(), arguments), acctest.ActionCreate)
	return terraform
}
