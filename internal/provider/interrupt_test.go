// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func alone(vcpus int) string {
	stores := acctest.NodeStores()
	return fmt.Sprintf(`
resource "aleph_program" "test" {
  name      = "test"
  code      = { ref = %q, encoding = "squashfs", entrypoint = "main:app" }
  resources = { vcpus = %d }
%s}
`, stores.Runtime, vcpus, stores.RuntimeArgument())
}

// slow is a node on which every message is pending for a while.
var slow = core.Config{ProcessDelay: 2 * time.Second, SyncWait: -1}

// whenPending is closed when somebody asks for a program that is pending, other than those to pass over. The function
// waits until it is processed.
func whenPending(t *testing.T, env *acctest.Env, passOver ...string) (when <-chan struct{}, processed func()) {
	t.Helper()
	seen := make(chan struct{})
	var hash string
	var once sync.Once
	env.Inject(core.Fault{
		Method: http.MethodGet, Path: "/api/v0/messages/", Type: message.TypeProgram, Do: core.Delay(0),
		Match: func(_ *http.Request, m *message.Message) bool {
			for _, other := range passOver {
				if m.ItemHash == other {
					return false
				}
			}
			once.Do(func() { hash = m.ItemHash; close(seen) })
			return false
		},
	})
	return seen, func() {
		t.Helper()
		<-seen
		if record, err := env.OtherTool(t).Node.Wait(t.Context(), hash); err != nil || record.Status != message.StatusProcessed {
			t.Fatalf("%s is %s (%v)", hash, record.Status, err)
		}
	}
}

// Ctrl-C while a program is still pending saves it, with a warning, and does not taint it: once it is processed there
// is nothing left to do.
func TestInterruptedCreate(t *testing.T) {
	env := acctest.StartLocal(t, slow)
	when, processed := whenPending(t, env)
	terraform := acctest.NewCLI(t, env.Provider()+alone(1))
	expectText(t, terraform.Interrupt(when, "apply"), "Interrupt received", "Warning: The program is not confirmed yet")
	hash := terraform.State(program, "item_hash")
	processed()
	expectNoText(t, terraform.Run("plan", "-detailed-exitcode"), "tainted", "Warning")
	if got := terraform.State(program, "item_hash"); got != hash {
		t.Errorf("the state has %s, want %s", got, hash)
	}
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
}

// Ctrl-C while an amend is pending leaves the state at the version that runs; once the amend is processed the next
// apply takes it over, and forgets what it replaced.
func TestInterruptedAmend(t *testing.T) {
	env := acctest.StartLocal(t, slow)
	terraform := acctest.NewCLI(t, env.Provider()+alone(1))
	terraform.Run("apply")
	before := terraform.State(program, "item_hash")

	when, processed := whenPending(t, env, before)
	terraform.Configure(env.Provider() + alone(2))
	expectText(t, terraform.Interrupt(when, "apply"), "Interrupt received", "Error: Unable to amend program "+before, "its outcome is not known yet")
	if got := terraform.State(program, "item_hash"); got != before {
		t.Errorf("the state has %s, want %s", got, before)
	}
	processed()
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	expectNothingToDo(terraform)
	if programs := env.Messages(message.TypeProgram); len(programs) != 1 || programs[0].ItemHash != terraform.State(program, "item_hash") {
		t.Errorf("%d programs are alive, want the one in the state", len(programs))
	}
}
