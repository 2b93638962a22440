// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package faults_test lets everything go wrong that can, one thing at a time: every request that changes the network,
// and every one that is asked on the way, meets every fault. Whatever happens, the state says what is true, and one
// more apply is enough to be whole again. The provider is the real one behind its protocol server, with its real
// limits, in front of a local node that is as slow as real ones; a clock that jumps makes hours of waiting pass at once.
package faults_test

import (
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(1000) // many small worlds, each gone in a moment
	os.Exit(m.Run())
}

// TestMatrix is every operation with every fault.
func TestMatrix(t *testing.T) {
	t.Parallel()
	table := &tally{cases: map[string]int{}}
	t.Cleanup(func() { table.print(t) })
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			for i, f := range faultsOf(o) {
				if skips(i) {
					continue
				}
				t.Run(f.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						defer func() { table.add(o, t.Failed()) }()
						check(newBench(t, o.resource, provided(inHex), nil), o, f)
					})
				})
			}
		})
	}
}

// skips reports whether -short leaves out one of many cases: it is for the race detector, which makes each take several
// times as long.
func skips(i int) bool { return testing.Short() && i%15 != 0 }

// build builds the provider for a test with processes of its own, of which the race detector sees nothing.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes of its own")
	}
	return acctest.Build(t)
}

// inHex is the usual way to give a key.
var inHex = config{"private_key": keyText}

// provided is the provider block with a key.
func provided(key config) config { return and(key, config{"api_url": "http://node"}) }

// check is one case: peace, the fault, and at most one more apply.
func check(b *bench, o operation, f fault) {
	b.t.Helper()
	defer time.Sleep(time.Hour) // what still waits in the background comes to its end
	for _, before := range o.before {
		b.inPeace(before)
	}
	if f.ahead {
		b.fromTheFuture()
		b.inPeace(o.before[len(o.before)-1])
		o = o.fromTheFuture()
	}
	before, sent := b.Instance, b.sent()
	if o.late {
		b.node.Inject(core.Fault{Times: -1, Do: core.PendingFor(45 * time.Second)})
	}
	if f.strike != nil {
		f.strike(b, o)
	}
	first := b.Apply(b.ctx(), o.after)
	if f.strike != nil && b.struck() == 0 {
		b.t.Error("nothing went wrong")
	}
	if !strings.Contains(texts(first.Diagnostics), f.told) {
		b.t.Errorf("nobody is told %q: %s", f.told, texts(first.Diagnostics))
	}
	if !f.killed {
		expectHelpful(b.t, first)
	}
	if !f.killed {
		b.expectTruth(before, o, first)
	}
	b.expectNoSecrets(first)

	b.heal()
	time.Sleep(f.heals)
	if f.forever {
		b.expectPatience(o, before, sent)
		return
	}
	if f.killed && b.Instance.Value.IsNull() && o.after != nil {
		b.adopt(o)
	}
	if failures := b.Apply(b.ctx(), o.after).Errors(); len(failures) > 0 {
		b.t.Fatalf("one more apply was not enough: %s", texts(failures))
	}
	b.expectWhole(o, sent)
}

// inPeace applies a configuration that must succeed.
func (b *bench) inPeace(c config) {
	b.t.Helper()
	if diags := b.Apply(b.ctx(), c).Diagnostics; len(diags) > 0 {
		b.t.Fatalf("in peace: %s", texts(diags))
	}
}

// adopt imports what a provider left behind that died before Terraform heard of it: there is one such thing, which the
// next plan warns of, or none.
func (b *bench) adopt(o operation) {
	b.t.Helper()
	time.Sleep(time.Minute)
	orphans := b.alive()
	if len(orphans) > 1 {
		b.t.Fatalf("%d messages are left behind", len(orphans))
	}
	for _, orphan := range orphans {
		if warned := texts(b.Plan(b.ctx(), o.after).Diagnostics); !strings.Contains(warned, orphan.ItemHash) {
			b.t.Errorf("%s is left behind, and the next plan does not say so: %s", orphan.ItemHash, warned)
		}
		if failures := b.Import(b.ctx(), orphan.ItemHash).Errors(); len(failures) > 0 {
			b.t.Fatalf("what is left behind cannot be imported: %s", texts(failures))
		}
	}
}

// alive are the programs and files of the owner that exist.
func (b *bench) alive() []message.Message {
	return slices.DeleteFunc(b.node.Alive(owner), func(m message.Message) bool { return m.Type == message.TypeForget })
}

// live is the item hash of the version in the state.
func live(i acctest.Instance) string {
	if hash := i.Text("item_hash"); hash != "" {
		return hash
	}
	return i.Text("id")
}

// expectTruth checks what is left right after a failure: nothing is tainted; what is in the state exists, or is noted
// as pending; and a success is one.
func (b *bench) expectTruth(before acctest.Instance, o operation, first acctest.Outcome) {
	b.t.Helper()
	now := b.Instance
	if now.Tainted {
		b.t.Errorf("tainted: %s", texts(first.Errors()))
	}
	failed := len(first.Errors()) > 0
	forgetting := o.kind == message.TypeForget || o.after == nil // a FORGET without an answer may be processed
	switch hash := live(now); {
	case hash != "" && b.node.Status(hash) != message.StatusProcessed && !strings.Contains(string(now.Private), "pending") && !(failed && forgetting):
		b.t.Errorf("the state has %s, which is %q, and nothing says that it is pending", hash, b.node.Status(hash))
	case hash != "" && o.after == nil && !failed:
		b.t.Errorf("%s is destroyed, and in the state", hash)
	case failed && hash == "" && live(before) != "" && b.node.Status(live(before)).Alive():
		b.t.Errorf("%s is alive, and not in the state any more", live(before))
	case !failed && hash == "" && o.after != nil:
		b.t.Error("a success without a state")
	}
}

// expectPatience checks that a message which stays pending for ever is not sent a second time, and not forgotten either.
func (b *bench) expectPatience(o operation, before acctest.Instance, sent counts) {
	b.t.Helper()
	again := b.Apply(b.ctx(), o.after)
	expectHelpful(b.t, again)
	if len(again.Diagnostics) == 0 {
		b.t.Error("nothing says that a message is pending")
	}
	if live(before) != "" && live(b.Instance) != "" && live(b.Instance) != live(before) && !strings.Contains(string(b.Instance.Private), "pending") {
		b.t.Errorf("the state has %s, want %s", live(b.Instance), live(before))
	}
	got := b.sent()
	delete(got, message.TypeForget) // of what is replaced
	delete(sent, message.TypeForget)
	if !maps.Equal(got, sent) {
		b.t.Errorf("%v were sent besides the pending one, want %v", got, sent)
	}
	if len(again.Errors()) == 0 && !strings.Contains(string(b.Instance.Private), "pending") {
		b.t.Error("the pending message is no longer noted")
	}
}

// expectWhole checks that nothing was published twice, nothing is left over, the state is what the network has, and
// there is nothing to do.
func (b *bench) expectWhole(o operation, sent counts) {
	b.t.Helper()
	whole := b.Instance
	if whole.Tainted {
		b.t.Error("tainted in the end")
	}
	want := maps.Clone(sent)
	for kind, n := range o.sent {
		want[kind] += n
	}
	if got := b.sent(); !maps.Equal(got, want) {
		b.t.Errorf("the network processed %v, want %v", got, want)
	}
	alive := b.alive()
	if len(alive) != o.alive {
		b.t.Errorf("%d messages are alive, want %d", len(alive), o.alive)
	}
	if o.after == nil {
		if !whole.Value.IsNull() {
			b.t.Error("destroyed, and in the state")
		}
		return
	}
	b.expectContent(o, alive)
	last := b.Apply(b.ctx(), o.after)
	if last.Action != acctest.ActionNone || len(last.Diagnostics) > 0 {
		b.t.Errorf("the next plan: %s %s", last.Action, texts(last.Diagnostics))
	}
	if !b.Instance.Value.Equal(whole.Value) {
		b.t.Errorf("the state was not what the network has: %s, want %s", whole.Value, b.Instance.Value)
	}
	if strings.Contains(string(b.Instance.Private), "pending") {
		b.t.Errorf("something is still noted as pending: %s", b.Instance.Private)
	}
}

// expectContent checks the live message itself.
func (b *bench) expectContent(o operation, alive []message.Message) {
	b.t.Helper()
	hash := live(b.Instance)
	i := slices.IndexFunc(alive, func(m message.Message) bool { return m.ItemHash == hash })
	if i < 0 {
		b.t.Errorf("%s is in the state, and not alive", hash)
		return
	}
	if o.resource == volume.ResourceType {
		var store message.Store
		if err := message.Decode(&alive[i], &store); err != nil || store.ItemHash != message.Hash([]byte(o.after["content"].(string))) {
			b.t.Errorf("the file is %s (%v)", store.ItemHash, err)
		}
		return
	}
	var function message.Program
	want := o.after["resources"].(config)["vcpus"].(int)
	if err := message.Decode(&alive[i], &function); err != nil || int(function.Resources.VCPUs) != want {
		b.t.Errorf("the program has %d CPUs, want %d (%v)", function.Resources.VCPUs, want, err)
	}
}

// expectHelpful checks that every error says cause, present state and next step, in words that are meant for people.
func expectHelpful(t *testing.T, outcome acctest.Outcome) {
	t.Helper()
	for _, d := range outcome.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError && len(strings.Split(d.Detail, "\n\n")) != 3 {
			t.Errorf("an error does not have three paragraphs: %s", texts([]*tfprotov6.Diagnostic{d}))
		}
		for _, word := range gibberish {
			if strings.Contains(d.Summary+d.Detail, word) {
				t.Errorf("%q in: %s", word, texts([]*tfprotov6.Diagnostic{d}))
			}
		}
	}
}

// gibberish is what a program says to its programmer.
var gibberish = []string{"unexpected", "%!", "<nil>", "EOF", "context deadline", "context canceled", "&{", "goroutine", "Provider produced", "did not respond", "..", "\n\n\n"}

func texts(diags []*tfprotov6.Diagnostic) string {
	lines := make([]string, len(diags))
	for i, d := range diags {
		lines[i] = fmt.Sprintf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
	}
	return strings.Join(lines, "\n")
}

// tally is the size of the matrix, by operation, and its result.
type tally struct {
	mu     sync.Mutex
	cases  map[string]int
	failed int
}

func (c *tally) add(o operation, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cases[o.name]++
	if failed {
		c.failed++
	}
}

// print logs lines that tools/tally shows again at the end of a run.
func (c *tally) print(t *testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for _, name := range slices.Sorted(maps.Keys(c.cases)) {
		t.Logf("matrix: %-36s %5d cases", name, c.cases[name])
		total += c.cases[name]
	}
	t.Logf("matrix: %-36s %5d cases, %d failed", fmt.Sprintf("%d operations", len(c.cases)), total, c.failed)
}
