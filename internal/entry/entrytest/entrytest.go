// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package entrytest is the tests that every noun of package entry passes, from a table that the noun gives: its life, its
// drift, imports, lists, a configuration that Terraform generates, messages whose outcome is not known, and failures.
package entrytest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Noun is what a noun says of itself.
type Noun struct {
	// Type is that of the resource, and Named the argument that names an entry.
	Type, Named string
	// Name makes a name of a text of letters and digits, and Key the key of the aggregate that has the entry of a name.
	Name, Key func(string) string
	// Required are the arguments that must be given beside the name, as HCL.
	Required Arguments
	// Theirs are the entries that another tool writes of a name, which say the same as Required.
	Theirs func(name string) map[string]any
	// Changes are changes of Required, one after the other, and what each does.
	Changes []Change
	// Drifts are what another tool may change.
	Drifts []Drift
	// Aside are attributes that cannot differ by themselves.
	Aside []string
}

// Arguments are those of a resource, as HCL, by name.
type Arguments map[string]string

// Change is a change of the configuration.
type Change struct {
	// Arguments are those that are new or have changed; one is removed by an empty text.
	Arguments Arguments
	// Does is what the plan does.
	Does acctest.Actions
	// Entries are what the network has afterwards; only those that are named are looked at.
	Entries func(name string) map[string]any
}

// Drift is what another tool changes of an entry of Required.
type Drift struct {
	// Attribute is what differs then, and With what cannot but differ along with it.
	Attribute string
	With      []string
	// Arguments are those that the configuration has beside Required.
	Arguments Arguments
	// Entries are what the other tool writes.
	Entries func(name string) map[string]any
}

// address is that of the resource in a configuration of one.
func (n Noun) address() string { return n.Type + ".test" }

// block is a resource block.
func (n Noun) block(label, name string, more Arguments) string {
	arguments := maps.Clone(n.Required)
	maps.Copy(arguments, more)
	arguments[n.Named] = fmt.Sprintf("%q", name)
	var text strings.Builder
	fmt.Fprintf(&text, "resource %q %q {\n", n.Type, label)
	for _, argument := range slices.Sorted(maps.Keys(arguments)) {
		if value := arguments[argument]; value != "" {
			fmt.Fprintf(&text, "  %s = %s\n", argument, value)
		}
	}
	return text.String() + "}\n"
}

// Tool is another tool, with the key of the test.
type Tool struct {
	*entry.Client
	t     *testing.T
	owner string
}

// OtherTool writes entries behind Terraform's back.
func OtherTool(t *testing.T, env *acctest.Env) Tool {
	t.Helper()
	return Tool{entry.New(env.OtherTool(t)), t, env.Account.Address()}
}

// Write writes entries of the aggregate of a key.
func (o Tool) Write(key string, entries map[string]any) {
	o.t.Helper()
	change := entry.Change{Merge: func(map[string]any) (map[string]any, error) { return entries, nil }}
	if _, err := o.Client.Write(o.t.Context(), entry.Place{Owner: o.owner, Key: key}, change); err != nil {
		o.t.Fatal(err)
	}
}

// Expect says which of some entries is not there, or does not have all that is wanted.
func (o Tool) Expect(key string, want map[string]any) error {
	at := entry.Place{Owner: o.owner, Key: key}
	d, err := o.ReadAnew(o.t.Context(), at)
	if err != nil {
		return err
	}
	for key, value := range want {
		if !contains(d.Entries[key], value) {
			return fmt.Errorf("%q of %s is %v, want %v", key, at, d.Entries[key], value)
		}
	}
	return nil
}

// contains reports whether a value is the wanted one; of an object, whether it has all that is wanted.
func contains(value, want any) bool {
	wanted, ok := want.(map[string]any)
	if !ok {
		return message.SameJSON(value, want)
	}
	object, ok := value.(map[string]any)
	for key := range wanted {
		ok = ok && contains(object[key], wanted[key])
	}
	return ok
}

// theirs is an entry of another tool's beside those of the test, which has to stay.
var theirs = map[string]any{"of.another.tool": map[string]any{"stays": true}}
