// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// thing is a resource, and what its user wants it to be.
type thing struct {
	*acctest.Core
	t        *testing.T
	resource string
	name     string

	wanted bool
	// n is what differs from version to version.
	n            int
	frozen, keep bool
	// touched is set when the network may have something else than what is wanted.
	touched bool
}

// newState makes an empty state.
func (x *thing) newState(env *acctest.Env) {
	settings := map[string]any{"api_url": env.URL, "private_key": env.PrivateKey}
	core, err := acctest.NewCore(x.t.Context(), x.resource, settings, acctest.Factories(x.t)["aleph"])
	if err != nil {
		x.t.Fatal(err)
	}
	x.Core = core
}

// config is what is wanted; nil for nothing.
func (x *thing) config() map[string]any {
	switch {
	case !x.wanted:
		return nil
	case x.resource == volume.ResourceType:
		return map[string]any{"content": x.text(x.n), "tags": []any{x.name}, "use_latest": !x.frozen, "keep_superseded": x.keep}
	}
	runtime := acctest.NodeStores().Runtime
	return map[string]any{
		"name": x.name, "runtime": map[string]any{"ref": runtime}, "code": map[string]any{"ref": runtime, "encoding": "squashfs", "entrypoint": "main:app"},
		"resources": map[string]any{"vcpus": x.n}, "allow_amend": !x.frozen, "keep_superseded": x.keep,
	}
}

// text is the file of a volume.
func (x *thing) text(n int) string { return fmt.Sprintf("%s, version %d", x.name, n) }

// isOf reports whether a message is a version of the thing.
func (x *thing) isOf(m *message.Message) bool {
	var store message.Store
	switch {
	case m.Type == message.TypeProgram:
		return acctest.ProgramName(m) == x.name
	case m.Type == message.TypeStore && message.Decode(m, &store) == nil:
		return slices.Equal(store.Tags, []string{x.name})
	}
	return false
}

// says reports whether a version says what is wanted.
func (x *thing) says(m *message.Message) bool {
	var store message.Store
	var function message.Program
	if m.Type == message.TypeStore {
		return message.Decode(m, &store) == nil && store.ItemHash == message.Hash([]byte(x.text(x.n)))
	}
	return message.Decode(m, &function) == nil && int(function.Resources.VCPUs) == x.n && function.AllowAmend == !x.frozen
}

// apply makes the thing what is wanted; one apply must be enough.
func (x *thing) apply() error {
	outcome := x.Apply(x.t.Context(), x.config())
	if failures := outcome.Errors(); len(failures) > 0 {
		return fmt.Errorf("apply: %s", texts(failures))
	}
	x.touched = false
	return nil
}

// check compares the state with the versions that are alive.
func (x *thing) check(alive []message.Message) error {
	hashes := hashesOf(alive)
	if !x.wanted {
		if len(alive) > 0 || !x.Instance.Value.IsNull() {
			return fmt.Errorf("destroyed, and %v alive, and in the state: %s", hashes, x.Instance.Value)
		}
		return nil
	}
	live := slices.Index(hashes, x.Instance.Text("item_hash"))
	if live < 0 || !x.says(&alive[live]) {
		return fmt.Errorf("the state has %s, and alive are %v; or it does not say what is wanted", x.Instance.Text("item_hash"), hashes)
	}
	older := slices.DeleteFunc(hashes, func(hash string) bool { return hash == x.Instance.Text("item_hash") || hash == x.Instance.Text("id") })
	if superseded := x.superseded(); !sameTexts(older, superseded) {
		return fmt.Errorf("alive besides the live one are %v, and the state has %v", older, superseded)
	}
	if !x.keep && len(older) > 0 {
		return fmt.Errorf("%v are superseded, and alive", older)
	}
	if private := string(x.Instance.Private); strings.Contains(private, "pending") {
		return fmt.Errorf("something is still noted as pending: %s", private)
	}
	return nil
}

// expectNothingToDo plans.
func (x *thing) expectNothingToDo() error {
	if planned := x.Plan(x.t.Context(), x.config()); planned.Action != acctest.ActionNone || len(planned.Diagnostics) > 0 {
		return fmt.Errorf("after an apply, the plan is: %s %s", planned.Action, texts(planned.Diagnostics))
	}
	return nil
}

// superseded is what the state has in the attribute of this name.
func (x *thing) superseded() []string {
	if x.Instance.Value.IsNull() {
		return nil
	}
	var attributes map[string]tftypes.Value
	var elements []tftypes.Value
	if err := x.Instance.Value.As(&attributes); err != nil {
		x.t.Fatal(err)
	}
	if err := attributes["superseded"].As(&elements); err != nil {
		x.t.Fatal(err)
	}
	hashes := make([]string, len(elements))
	for i, element := range elements {
		if err := element.As(&hashes[i]); err != nil {
			x.t.Fatal(err)
		}
	}
	return hashes
}

func sameTexts(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func texts(diags []*tfprotov6.Diagnostic) string {
	lines := make([]string, len(diags))
	for i, d := range diags {
		lines[i] = fmt.Sprintf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
	}
	return strings.Join(lines, "\n")
}
