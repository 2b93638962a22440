// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// The steps of testdata/life after which the state is kept, and that change everything in it.
const (
	appliedStep = "4-amend-again"
	changedStep = "5-change"
)

// record makes the folder of a release.
func record(t *testing.T, folder string) {
	// Older versions keep no identity in the state.
	acctest.Requires(t, acctest.Identity)
	if _, err := os.Stat(folder); err == nil {
		t.Fatalf("%s exists: unless that version was never released, users have such states", folder)
	}
	t.Run("state", func(t *testing.T) {
		d := newDirectory(t)
		d.Configure(read(t, life, configFile))
		for _, s := range steps {
			s.prepare(t, d)
			d.Run("apply")
			if s.folder == appliedStep {
				break
			}
		}
		// What the last apply had nothing to do with is as the newest refresh has it, too.
		d.Run("apply", "-refresh-only")
		d.Run("plan", "-detailed-exitcode")
		write(t, read(t, life, configFile), folder, configFile)
		write(t, read(t, life, appliedStep, "change.tf"), folder, appliedFile)
		write(t, read(t, life, changedStep, "change.tf"), folder, changedFile)
		write(t, read(t, d.Dir, stateFile), folder, stateFile)
		write(t, indented(t, d.instances(t)), folder, shownFile)
		d.keepNetwork(t, folder)
	})
	t.Run("unsent", func(t *testing.T) {
		d := newDirectory(t)
		d.env.Local.Inject(core.Fault{Times: -1, Do: core.DropMessage()})
		d.Configure(read(t, life, unsentFile))
		d.Run("apply")
		write(t, read(t, life, unsentFile), folder, unsentFile)
		write(t, read(t, d.Dir, stateFile), folder, unsentState)
		hash := d.State("aleph_volume.unsent_file", "content_hash")
		write(t, d.download(t, hash), folder, filesFolder, hash)
	})
}

// keepNetwork writes down what the node has: every message, and the files that they name.
func (d *directory) keepNetwork(t *testing.T, folder string) {
	t.Helper()
	var lines strings.Builder
	for _, m := range d.messages(0) {
		line, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
		if m.Type != message.TypeStore {
			continue
		}
		var store message.Store
		if err := message.Decode(&m, &store); err != nil {
			t.Fatal(err)
		}
		write(t, d.download(t, store.ItemHash), folder, filesFolder, store.ItemHash)
	}
	write(t, lines.String(), folder, networkFile)
}

// TestRecord makes the folder of a release when the command line says so.
func TestRecord(t *testing.T) {
	if *release != "" {
		record(t, filepath.Join("testdata", *release))
	}
}
