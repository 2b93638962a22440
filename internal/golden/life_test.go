// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const life = "testdata/life"

// step is a folder of testdata/life, in the order in which they are applied.
type step struct {
	folder string
	// before is what happens behind Terraform's back.
	before func(t *testing.T, d *directory)
	// changes is set when the folder has a change.tf, which changes the configuration.
	changes bool
}

var steps = []step{
	{folder: "1-create", before: createNeighbours},
	{folder: "2-import", before: importAgain},
	{folder: "3-amend", changes: true},
	{folder: "4-amend-again", before: forgetFirst, changes: true},
	{folder: "5-change", changes: true},
	{folder: "6-clean-up", changes: true},
	{folder: "7-destroy", before: func(_ *testing.T, d *directory) { d.Configure("") }},
}

// createNeighbours gives the network what the configuration relies on: another account's authorisation, and a file.
func createNeighbours(t *testing.T, d *directory) {
	other := d.env.Stranger(t).Account
	d.send(t, acctest.Message(t, other.Address(), &message.Aggregate{
		Key:     message.SecurityKey,
		Content: map[string]any{"authorizations": []any{map[string]any{"address": d.env.Account.Address()}}},
	}, acctest.ByKey(other)))
	d.upload(t, message.ItemTypeStorage, "imported")
}

// importAgain takes two resources out of the state, and imports them.
func importAgain(_ *testing.T, d *directory) {
	for _, address := range []string{"aleph_volume.imported_file", "aleph_program.imported"} {
		hash := d.State(address, "item_hash")
		d.Run("state", "rm", address)
		d.Run("import", "-no-color", address, hash)
	}
}

// forgetFirst is what another tool may do to a volume: it forgets the first version of one that was amended.
func forgetFirst(t *testing.T, d *directory) {
	first := d.State(orphaned, "id")
	d.send(t, acctest.Message(t, d.env.Account.Address(), message.NewForget("by another tool", first), acctest.ByKey(d.env.Account)))
}

// prepare configures what a step applies.
func (s step) prepare(t *testing.T, d *directory) {
	t.Helper()
	if s.before != nil {
		s.before(t, d)
	}
	blocks := ""
	if s.changes {
		blocks = read(t, life, s.folder, "change.tf")
	}
	d.change(blocks)
}

// Each step plans, publishes, and leaves in the state what it did when testdata/life was recorded.
func TestLife_asRecorded(t *testing.T) {
	d := newDirectory(t)
	d.Configure(read(t, life, configFile))
	names := newNames()
	for _, s := range steps {
		s.prepare(t, d)
		since := len(d.messages(0))
		plan := d.Plan()
		d.Run("apply", acctest.SavedPlan)
		after := d.instances(t)
		published := names.learn(t, d.messages(since), after)
		expect(t, names.in(described(plan)), s.folder, "plan.txt")
		expect(t, names.in(published), s.folder, "messages.txt")
		expect(t, names.in(listed(t, after)), s.folder, "state.txt")
		d.Run("plan", "-detailed-exitcode")
	}
	d.expectNothingAlive(t)
}

// listed are the resources of a state, each attribute on a line.
func listed(t *testing.T, instances map[string]instance) string {
	t.Helper()
	var text strings.Builder
	for _, address := range slices.Sorted(maps.Keys(instances)) {
		resource := instances[address]
		fmt.Fprintf(&text, "%s, version %d of the schema\n", address, resource.SchemaVersion)
		for _, name := range slices.Sorted(maps.Keys(resource.Values)) {
			value, err := json.Marshal(resource.Values[name])
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&text, "  %s = %s\n", name, value)
		}
	}
	return text.String()
}

// expect compares a text with a file of a step, or writes the file.
func expect(t *testing.T, got, folder, file string) {
	t.Helper()
	if *update {
		write(t, got, life, folder, file)
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(read(t, life, folder, file), "\n")
	for i, line := range gotLines {
		if i >= len(wantLines) || line != wantLines[i] {
			t.Errorf("%s/%s is another from line %d on:\n%s\nwant:\n%s", folder, file, i+1, excerpt(gotLines, i), excerpt(wantLines, i))
			return
		}
	}
	if len(wantLines) > len(gotLines) {
		t.Errorf("%s/%s ends before:\n%s", folder, file, excerpt(wantLines, len(gotLines)))
	}
}

// excerpt is a few lines, from one on.
func excerpt(lines []string, from int) string {
	return strings.Join(lines[min(from, len(lines)):min(from+5, len(lines))], "\n")
}
