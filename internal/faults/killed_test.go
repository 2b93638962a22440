// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestKilled kills a real provider process under a real Terraform, while what it sent is pending.
func TestKilled(t *testing.T) {
	t.Parallel()
	built := build(t)
	for resource, noun := range map[string]struct {
		kind message.Type
		// block is the resource, with something that differs by n.
		block func(n int) string
		// id names what exists, for an import and for the state.
		id string
		// amended is how many messages are alive after an amend.
		amended int
	}{
		"aleph_program": {message.TypeProgram, programBlock, "item_hash", 1},
		"aleph_volume":  {message.TypeStore, func(n int) string { return fmt.Sprintf("  content = \"file %d\"\n", n) }, "id", 2},
	} {
		config := func(env *acctest.Env, n int) string {
			return env.Provider() + fmt.Sprintf("resource %q \"test\" {\n%s}\n", resource, noun.block(n))
		}
		t.Run(resource+" create", func(t *testing.T) {
			env := acctest.StartLocal(t, hasty)
			terraform := acctest.NewBuiltCLI(t, built, config(env, 1))
			sent := whenSent(env, noun.kind)
			expectText(t, terraform.Kill(sent.taken, "apply"), "ApplyResourceChange")
			if got := terraform.State(resource+".test", noun.id); got != "" {
				t.Fatalf("the state has %s", got)
			}
			// Terraform has forgotten it, and the journal has not.
			left := sent.processed(t, env)
			expectText(t, terraform.Run("apply"), "Warning: Taken over from an interrupted apply")
			terraform.Run("plan", "-detailed-exitcode")
			if got := terraform.State(resource+".test", noun.id); got != left {
				t.Errorf("the state has %s, want %s", got, left)
			}
			if alive := env.Messages(noun.kind); len(alive) != 1 {
				t.Errorf("%d messages are alive, want 1", len(alive))
			}
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
		t.Run(resource+" amend", func(t *testing.T) {
			env := acctest.StartLocal(t, hasty)
			terraform := acctest.NewBuiltCLI(t, built, config(env, 1))
			terraform.Run("apply")
			before := terraform.State(resource+".test", "item_hash")

			sent := whenSent(env, noun.kind)
			terraform.Configure(config(env, 2))
			expectText(t, terraform.Kill(sent.taken, "apply"), "ApplyResourceChange")
			if got := terraform.State(resource+".test", "item_hash"); got != before {
				t.Errorf("the state has %s, want %s", got, before)
			}
			live := sent.processed(t, env)
			terraform.Run("apply")
			terraform.Run("plan", "-detailed-exitcode")
			if got := terraform.State(resource+".test", "item_hash"); got != live {
				t.Errorf("the state has %s, want %s", got, live)
			}
			if alive := env.Messages(noun.kind); len(alive) != noun.amended {
				t.Errorf("%d messages are alive, want %d", len(alive), noun.amended)
			}
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

func programBlock(n int) string {
	stores := acctest.NodeStores()
	return fmt.Sprintf("  code = { ref = %q, encoding = \"squashfs\", entrypoint = \"main:app\" }\n  resources = { vcpus = %d }\n%s", stores.Runtime, n, stores.RuntimeArgument())
}

// hasty is a node that answers before it has processed what it was sent.
var hasty = core.Config{SyncWait: -1}

// sent is a message that a node has taken.
type sent struct {
	// taken is closed then.
	taken chan struct{}
	hash  string
	// silence keeps the node from saying what became of it.
	silence *core.Injected
}

// whenSent watches for the next message of a type, and keeps its sender waiting.
func whenSent(env *acctest.Env, kind message.Type) *sent {
	return whenNthSent(env, kind, 0)
}

// whenNthSent is whenSent that passes over so many.
func whenNthSent(env *acctest.Env, kind message.Type, passOver int) *sent {
	s := &sent{taken: make(chan struct{})}
	env.Inject(core.Fault{Type: kind, Do: core.StayPending(), Match: func(_ *http.Request, m *message.Message) bool {
		if passOver--; passOver == -1 {
			s.hash = m.ItemHash
			close(s.taken)
		}
		return false
	}})
	s.silence = env.Inject(core.Fault{Method: http.MethodGet, Times: -1, Do: core.Delay(time.Hour), Match: func(r *http.Request, _ *message.Message) bool {
		select {
		case <-s.taken:
			return strings.HasPrefix(r.URL.Path, "/api/v0/messages/"+s.hash)
		default:
			return false
		}
	}})
	return s
}

// processed waits until it is, and returns its item hash.
func (s *sent) processed(t *testing.T, env *acctest.Env) string {
	t.Helper()
	<-s.taken
	s.silence.Remove()
	if record, err := env.OtherTool(t).Node.Wait(t.Context(), s.hash); err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("%s is %s (%v)", s.hash, record.Status, err)
	}
	return s.hash
}

func expectText(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("there is no %q in:\n%s", part, text)
	}
}
