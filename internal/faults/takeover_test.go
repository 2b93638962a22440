// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// What was killed before its message arrived is created with that message.
func TestTakeover_messageThatNeverArrived(t *testing.T) {
	t.Parallel()
	built := build(t)
	for target, noun := range map[acctest.Target]string{acctest.Terraform: "program", acctest.Provider: "volume", acctest.Group: "program"} {
		t.Run(noun+" "+string(target), func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewBuiltCLI(t, built, env.Provider()+blocks[noun]("test", "", 1))
			sent, hash := whenSending(env)
			terraform.Signal(sent, syscall.SIGKILL, target, "apply")
			expectText(t, terraform.Run("plan"), "Warning: An interrupted apply is taken over")
			expectText(t, terraform.Run("apply"), "Warning: Taken over from an interrupted apply")
			if got := terraform.State("aleph_"+noun+".test", "item_hash"); got != *hash {
				t.Errorf("the state has %s, want %s", got, *hash)
			}
			expectOwnedOnce(t, env, 1, filepath.Join(terraform.Dir, "terraform.tfstate"))
			terraform.Run("plan", "-detailed-exitcode")
		})
	}
}

// What somebody has forgotten meanwhile is signed anew.
func TestTakeover_forgottenMessage(t *testing.T) {
	t.Parallel()
	built := build(t)
	for noun, block := range blocks {
		t.Run(noun, func(t *testing.T) {
			env := acctest.StartLocal(t, hasty)
			terraform := acctest.NewBuiltCLI(t, built, env.Provider()+block("test", "", 1))
			sent := whenSent(env, kinds[noun])
			terraform.Kill(sent.taken, "apply")
			lost := sent.processed(t, env)
			if err := env.OtherTool(t).Destroy(t.Context(), object.Tracked{Life: lives[noun], Owner: env.Account.Address(), ItemHash: lost}); err != nil {
				t.Fatal(err)
			}
			if output := terraform.Run("apply"); strings.Contains(output, "Taken over") {
				t.Errorf("a forgotten message was taken over: %s", output)
			}
			expectOwnedOnce(t, env, 1, filepath.Join(terraform.Dir, "terraform.tfstate"))
		})
	}
}

// After an apply that was killed, no two states, and no two resources of one, ever own the same object: however the next
// one is run, it publishes its own, unless the message is certainly in no state. What was left behind is in its state
// after one more apply.
func TestTakeover_ownedOnce(t *testing.T) {
	t.Parallel()
	built := build(t)
	const state = "terraform.tfstate"
	for name, test := range map[string]struct {
		// flags are those of the first and of the last apply, and state is what these write.
		flags []string
		state string
		// another is what happens in between. It returns the state that it writes.
		another func(t *testing.T, terraform *acctest.CLI) string
		// alive is how many of each noun there are in the end.
		alive int
	}{
		"without a refresh": {state: state, alive: 3, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply", "-refresh=false")
			return filepath.Join(terraform.Dir, state)
		}},
		"one resource of the same content": {state: state, alive: 3, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply", "-refresh=false", "-target=aleph_volume.third", "-target=aleph_program.third")
			return filepath.Join(terraform.Dir, state)
		}},
		"without a lock": {state: state, alive: 3, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply", "-refresh=false", "-lock=false")
			return filepath.Join(terraform.Dir, state)
		}},
		"another workspace": {state: state, alive: 6, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("workspace", "new", "other")
			terraform.Run("apply")
			terraform.Run("workspace", "select", "default")
			return filepath.Join(terraform.Dir, "terraform.tfstate.d", "other", state)
		}},
		"another directory": {state: state, alive: 6, another: func(t *testing.T, terraform *acctest.CLI) string {
			elsewhere := *terraform
			elsewhere.Dir = t.TempDir()
			if err := os.Symlink(filepath.Join(terraform.Dir, "main.tf"), filepath.Join(elsewhere.Dir, "main.tf")); err != nil {
				t.Fatal(err)
			}
			elsewhere.Run("apply")
			return filepath.Join(elsewhere.Dir, state)
		}},
		"another state": {flags: []string{"-state=a.tfstate"}, state: "a.tfstate", alive: 6, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply", "-state=b.tfstate")
			return filepath.Join(terraform.Dir, "b.tfstate")
		}},
		"the default state": {flags: []string{"-state=a.tfstate"}, state: "a.tfstate", alive: 6, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply")
			return filepath.Join(terraform.Dir, state)
		}},
		"another state than the default": {state: state, alive: 6, another: func(_ *testing.T, terraform *acctest.CLI) string {
			terraform.Run("apply", "-state=b.tfstate")
			return filepath.Join(terraform.Dir, "b.tfstate")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.StartLocal(t, hasty)
			const after = "depends_on = [aleph_program.first, aleph_volume.first]"
			config := env.Provider() + blocks["program"]("first", "", 1) + blocks["volume"]("first", "", 1) +
				blocks["program"]("second", after, 2) + blocks["volume"]("second", after, 2)
			terraform := acctest.NewBuiltCLI(t, built, config)
			apply := append([]string{"apply"}, test.flags...)
			sent := whenNthSent(env, message.TypeStore, 1)
			terraform.Kill(sent.taken, apply...)
			sent.processed(t, env)
			// The third are the same as the first, whose item hashes are in the state of the apply that was killed.
			terraform.Configure(config + blocks["program"]("third", "", 1) + blocks["volume"]("third", "", 1))
			other := test.another(t, terraform)
			terraform.Run(apply...)
			expectOwnedOnce(t, env, 2*test.alive, filepath.Join(terraform.Dir, test.state), other)
		})
	}
}

// Kills in everything else that an apply does leave nothing behind either.
func TestTakeover_otherChanges(t *testing.T) {
	t.Parallel()
	built := build(t)
	const frozen, first = "allow_amend = false", "lifecycle {\n    create_before_destroy = true\n  }"
	for name, test := range map[string]struct {
		arguments string
		killedBy  message.Type
	}{
		"replacement":                        {frozen, message.TypeProgram},
		"replacement, creation first":        {frozen + "\n  " + first, message.TypeProgram},
		"replacement, while it forgets":      {frozen, message.TypeForget},
		"creation first, while it forgets":   {frozen + "\n  " + first, message.TypeForget},
		"amend":                              {"", message.TypeProgram},
		"amend, while it forgets":            {"", message.TypeForget},
		"amend that keeps the older version": {"keep_superseded = true", message.TypeProgram},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.StartLocal(t, hasty)
			config := func(n int) string { return env.Provider() + programResource("test", test.arguments, n) }
			terraform := acctest.NewBuiltCLI(t, built, config(1))
			terraform.Run("apply")
			sent := whenSent(env, test.killedBy)
			terraform.Configure(config(2))
			terraform.Kill(sent.taken, "apply")
			sent.processed(t, env)
			terraform.Run("apply")
			terraform.Run("plan", "-detailed-exitcode")
			if !strings.Contains(test.arguments, "keep_superseded") {
				expectOwnedOnce(t, env, 1, filepath.Join(terraform.Dir, "terraform.tfstate"))
			}
			sent = whenSent(env, message.TypeForget)
			terraform.Kill(sent.taken, "destroy")
			sent.processed(t, env)
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// SIGTERM is Terraform's to act on, whoever gets it: what was sent is in the state, and what is told to go on does.
func TestTerminated(t *testing.T) {
	t.Parallel()
	built := build(t)
	for target, want := range map[acctest.Target]string{
		acctest.Terraform: "Interrupt received", acctest.Group: "Interrupt received", acctest.Provider: "Apply complete! Resources: 1 added",
	} {
		for noun, block := range blocks {
			t.Run(string(target)+" "+noun, func(t *testing.T) {
				env := acctest.StartLocal(t, core.Config{ProcessDelay: 2 * time.Second, SyncWait: -1})
				terraform := acctest.NewBuiltCLI(t, built, env.Provider()+block("test", "", 1))
				sent, hash := whenPending(env, kinds[noun])
				expectText(t, terraform.Signal(sent, syscall.SIGTERM, target, "apply"), want)
				if got := terraform.State("aleph_"+noun+".test", "item_hash"); got != *hash {
					t.Errorf("the state has %s, want %s", got, *hash)
				}
				terraform.Run("apply")
				expectOwnedOnce(t, env, 1, filepath.Join(terraform.Dir, "terraform.tfstate"))
			})
		}
	}
}

// A provider does not outlive its Terraform.
func TestKilledTerraform_providerEnds(t *testing.T) {
	built := build(t)
	env := acctest.Start(t)
	terraform := acctest.NewBuiltCLI(t, built, env.Provider()+programResource("test", "", 1))
	sent, _ := whenSending(env)
	terraform.Signal(sent, syscall.SIGKILL, acctest.Terraform, "apply")
	for end := time.Now().Add(20 * time.Second); acctest.Runs(t, built); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the provider still runs")
		}
	}
}

var (
	kinds = map[string]message.Type{"program": message.TypeProgram, "volume": message.TypeStore}
	lives = map[string]object.Life{"program": object.Programs, "volume": object.Files}
)

// blocks are resources of a name, with further arguments, and something that differs by n.
var blocks = map[string]func(name, arguments string, n int) string{
	"program": programResource,
	"volume": func(name, arguments string, n int) string {
		return fmt.Sprintf("resource \"aleph_volume\" %q {\n  content = \"file %d\"\n  %s\n}\n", name, n, arguments)
	},
}

func programResource(name, arguments string, n int) string {
	return fmt.Sprintf("resource \"aleph_program\" %q {\n%s  %s\n}\n", name, programBlock(n), arguments)
}

// whenSending is closed when a message is being sent for the first time, which does not arrive. Its item hash is known then.
func whenSending(env *acctest.Env) (sending <-chan struct{}, hash *string) {
	begun, hash := make(chan struct{}), new(string)
	env.Inject(core.Fault{
		Method: http.MethodPost, Path: "/api/v0/messages", Do: core.Delay(time.Hour),
		Match: func(_ *http.Request, m *message.Message) bool {
			if m == nil || m.Type == message.TypeForget {
				return false
			}
			*hash = m.ItemHash
			close(begun)
			return true
		},
	})
	return begun, hash
}

// whenPending is closed when somebody asks for a message of a type that is pending. Its item hash is known then.
func whenPending(env *acctest.Env, kind message.Type) (pending <-chan struct{}, hash *string) {
	asked, hash := make(chan struct{}), new(string)
	env.Inject(core.Fault{
		Method: http.MethodGet, Path: "/api/v0/messages/", Type: kind, Do: core.Delay(0),
		Match: func(_ *http.Request, m *message.Message) bool {
			*hash = m.ItemHash
			close(asked)
			return true
		},
	})
	return asked, hash
}

// expectOwnedOnce checks that as many programs and volumes are alive, and that each is in exactly one place of the states.
func expectOwnedOnce(t *testing.T, env *acctest.Env, alive int, states ...string) {
	t.Helper()
	slices.Sort(states)
	owned := map[string]int{}
	for _, file := range slices.Compact(states) {
		for _, hash := range acctest.ItemHashesIn(t, file) {
			owned[hash]++
		}
	}
	var found int
	for _, m := range env.Messages(message.TypeProgram, message.TypeStore) {
		if !strings.EqualFold(m.Sender, env.Account.Address()) {
			continue
		}
		found++
		if owned[m.ItemHash] != 1 {
			t.Errorf("%s %s is alive, and in %d places of the states, want 1", m.Type, m.ItemHash, owned[m.ItemHash])
		}
	}
	if found != alive || len(owned) != alive {
		t.Errorf("%d are alive, and %d in the states, want %d", found, len(owned), alive)
	}
}
