// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package golden_test keeps what the provider did, for later versions to be compared with.
//
// testdata/life is one configuration and what is changed of it, step by step, with the plans, messages and states that
// came of each step: `go test ./internal/golden -update` writes them anew, when a change of behaviour is meant.
//
// testdata has a folder for each release, too, with a state that the release wrote and the network that belongs to it:
// `go test ./internal/golden -record X.Y.Z` makes one. It is never written again: users have such states.
package golden_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

var (
	update  = flag.Bool("update", false, "write what the steps of testdata/life lead to")
	release = flag.String("record", "", "make the folder of this release")
)

// directory is a configuration that Terraform applies on a node of its own.
type directory struct {
	*acctest.CLI
	env *acctest.Env

	mu sync.Mutex
	// processed are the messages that the node has processed, in this order.
	processed []message.Message
}

// newDirectory makes a node, and a configuration for it without resources.
func newDirectory(t *testing.T) *directory {
	t.Helper()
	d := &directory{}
	d.env = acctest.StartLocal(t, core.Config{Record: d.record})
	d.CLI = acctest.NewCLI(t, "")
	d.Write("provider.tf", d.env.Provider())
	return d
}

func (d *directory) record(m message.Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.processed = append(d.processed, m)
}

// messages are those that were processed since an earlier number of them.
func (d *directory) messages(since int) []message.Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.processed[since:])
}

// change makes the blocks of a file take over from those of the configuration that have the same name.
func (d *directory) change(blocks string) { d.Write("change_override.tf", blocks) }

// instances are the resources of a state, by address.
func (d *directory) instances(t *testing.T) map[string]instance {
	t.Helper()
	var state tfjson.State
	if err := json.Unmarshal([]byte(d.Raw("show", "-json")), &state); err != nil {
		t.Fatal(err)
	}
	return instancesOf(&state)
}

// instance is a resource in a state, as far as every version of Terraform shows it.
type instance struct {
	SchemaVersion uint64         `json:"schema_version"`
	Values        map[string]any `json:"values"`
}

func instancesOf(state *tfjson.State) map[string]instance {
	instances := map[string]instance{}
	if state.Values != nil {
		for _, resource := range state.Values.RootModule.Resources {
			instances[resource.Address] = instance{resource.SchemaVersion, resource.AttributeValues}
		}
	}
	return instances
}

// indented is a value as the JSON that people read.
func indented(t *testing.T, value any) string {
	t.Helper()
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, text string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	err := os.MkdirAll(filepath.Dir(name), 0o750)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
