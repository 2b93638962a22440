// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// The files in the folder of a release.
const (
	configFile  = "main.tf"
	appliedFile = "applied.tf"        // what the state has taken over of the configuration
	changedFile = "changed.tf"        // a change of everything in it
	stateFile   = "terraform.tfstate" // as Terraform wrote it
	shownFile   = "state.json"        // the values in it
	networkFile = "messages.jsonl"    // every message, in the order in which they were processed
	filesFolder = "files"             // what was uploaded, by hash
	unsentFile  = "unsent.tf"         // what was signed, and has never arrived
	unsentState = "unsent.tfstate"    // the state after that
)

// releases are the folders of the releases.
func releases(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("testdata/*/" + stateFile)
	if err != nil || len(folders) == 0 {
		t.Fatalf("there is no release: %v", err)
	}
	for i, file := range folders {
		folders[i] = filepath.Dir(file)
	}
	return folders
}

// A state of a release plans nothing but to replace a volume without its first version, and reads as what the release knew; its resources can be changed and destroyed.
func TestRelease_stateIsRead(t *testing.T) {
	for _, folder := range releases(t) {
		for name, state := range map[string]string{
			"with identity":    read(t, folder, stateFile),
			"without identity": withoutIdentity(t, read(t, folder, stateFile)),
		} {
			t.Run(filepath.Base(folder)+" "+name, func(t *testing.T) {
				d := newDirectory(t)
				d.replay(t, folder)
				d.Configure(read(t, folder, configFile))
				d.change(read(t, folder, appliedFile))
				d.Write(stateFile, state)
				d.expectSettled(t, "-refresh=false")
				d.expectSettled(t, "-refresh=true")
				d.expectShown(t, read(t, folder, shownFile))

				d.change(read(t, folder, changedFile))
				for _, resource := range d.Plan().ResourceChanges {
					if actions := resource.Change.Actions; !actions.Update() && !actions.Replace() {
						t.Errorf("the plan of a change does %v to %s", actions, resource.Address)
					}
				}
				d.Run("apply", acctest.SavedPlan)
				d.Run("plan", "-detailed-exitcode")
				d.Run("destroy")
				d.expectNothingAlive(t)
			})
		}
	}
}

// expectSettled plans, and checks that nothing is planned but to replace the volume that lacks its first version.
func (d *directory) expectSettled(t *testing.T, refresh string) {
	t.Helper()
	d.Run("plan", refresh, "-out="+acctest.SavedPlan)
	var planned tfjson.Plan
	if err := json.Unmarshal([]byte(d.Raw("show", "-json", acctest.SavedPlan)), &planned); err != nil {
		t.Fatal(err)
	}
	for _, resource := range planned.ResourceChanges {
		if actions := resource.Change.Actions; actions.NoOp() == (resource.Address == orphaned) {
			t.Errorf("%s plans %v for %s", refresh, actions, resource.Address)
		}
	}
}

// orphaned is a volume of which somebody forgot the first version.
const orphaned = "aleph_volume.orphaned_file"

// A message that a release signed, and that never arrived, is sent as it was signed.
func TestRelease_unsentMessageIsSent(t *testing.T) {
	for _, folder := range releases(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			d := newDirectory(t)
			d.uploadFiles(t, folder)
			d.Configure(read(t, folder, unsentFile))
			d.Write(stateFile, read(t, folder, unsentState))
			// OpenTofu shows a state that Terraform wrote only as a plan has read it.
			signed := itemHashes(instancesOf(d.Plan().PriorState))
			d.Run("apply")
			d.Run("plan", "-detailed-exitcode")
			var sent []string
			for _, m := range d.messages(0) {
				sent = append(sent, m.ItemHash)
			}
			slices.Sort(sent)
			if !slices.Equal(sent, signed) {
				t.Errorf("%v were sent, want %v", sent, signed)
			}
		})
	}
}

// replay gives a new node the network of a release.
func (d *directory) replay(t *testing.T, folder string) {
	t.Helper()
	d.uploadFiles(t, folder)
	for line := range strings.Lines(read(t, folder, networkFile)) {
		var m message.Message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		d.send(t, &m)
	}
}

func (d *directory) uploadFiles(t *testing.T, folder string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(folder, filesFolder))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		d.upload(t, message.ItemTypeOf(file.Name()), read(t, folder, filesFolder, file.Name()))
	}
}

// expectShown checks that a refresh, as the saved plan shows it, changes nothing and finds what the release did. What
// later versions know in addition, it cannot have known.
func (d *directory) expectShown(t *testing.T, recorded string) {
	t.Helper()
	plan := &tfjson.Plan{}
	var want map[string]instance
	err := json.Unmarshal([]byte(d.Raw("show", "-json", acctest.SavedPlan)), plan)
	if err == nil {
		err = json.Unmarshal([]byte(recorded), &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, drifted := range plan.ResourceDrift {
		t.Errorf("the refresh changes %s from %v to %v", drifted.Address, drifted.Change.Before, drifted.Change.After)
	}
	got := instancesOf(plan.PriorState)
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Errorf("the state has %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	for address, instance := range want {
		for attribute, value := range instance.Values {
			if now := got[address].Values[attribute]; !reflect.DeepEqual(now, value) {
				t.Errorf("%s.%s is %v, want %v", address, attribute, now, value)
			}
		}
	}
}

// withoutIdentity is a state as Terraform before 1.12 writes it.
func withoutIdentity(t *testing.T, text string) string {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	for _, resource := range state["resources"].([]any) {
		for _, instance := range resource.(map[string]any)["instances"].([]any) {
			delete(instance.(map[string]any), "identity")
			delete(instance.(map[string]any), "identity_schema_version")
		}
	}
	return indented(t, state)
}

func itemHashes(instances map[string]instance) []string {
	var hashes []string
	for _, instance := range instances {
		hashes = append(hashes, instance.Values["item_hash"].(string))
	}
	slices.Sort(hashes)
	return hashes
}
