// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package unrest_test lets many things happen at once and in any order: applies that are killed at random moments,
// random operations of several people and tools on one account, and applies at the same time. Whatever happens, every
// resource has one live version, and nothing else is alive.
package unrest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// some is how many programs, and how many volumes, an apply makes that is killed; and same how many of each besides that are
// the same as one another.
const some, same = 10, 4

// requests is how many requests such an apply makes at least.
const requests = 90

// strikes are the signals that end an apply, and who gets them.
var strikes = []struct {
	signal syscall.Signal
	target acctest.Target
}{
	{syscall.SIGKILL, acctest.Terraform},
	{syscall.SIGKILL, acctest.Provider},
	{syscall.SIGKILL, acctest.Group},
	{syscall.SIGTERM, acctest.Terraform},
	{syscall.SIGTERM, acctest.Provider},
	{syscall.SIGTERM, acctest.Group},
}

// TestKills sends signals to Terraform, to the provider or to both, at random moments of an apply, as often as ALEPH_KILLS
// says. Another apply makes of it exactly what was asked for: what is alive is in the state, and nothing was published twice.
func TestKills(t *testing.T) {
	t.Parallel()
	built := acctest.Build(t)
	seed := seedOf(t, "ALEPH_KILLS")
	var struck, left atomic.Int64
	t.Cleanup(func() {
		t.Logf("seed %d: %d applies were struck; they left %d messages that were in no state", seed, struck.Load(), left.Load())
	})
	for i := range number(t, "ALEPH_KILLS", int64(len(strikes))) {
		strike := strikes[i%int64(len(strikes))]
		t.Run(fmt.Sprintf("%d %s to %s", i, strike.signal, strike.target), func(t *testing.T) {
			env := acctest.StartLocal(t, core.Config{Latency: 2 * time.Millisecond, ProcessDelay: 10 * time.Millisecond})
			random := rand.New(rand.NewPCG(uint64(seed), uint64(i)))
			terraform := acctest.NewBuiltCLI(t, built, env.Provider()+many()+alike())
			moment := someMoment(env, random)
			if _, hit := terraform.Strike(moment, strike.signal, strike.target, "apply"); hit {
				struck.Add(1)
			}
			left.Add(int64(unmanaged(t, env, terraform)))
			terraform.Run("apply")
			expectManaged(t, env, hashesIn(t, filepath.Join(terraform.Dir, "terraform.tfstate")), some+same)
			terraform.Run("plan", "-detailed-exitcode")
		})
	}
}

// someMoment is a moment after a request that is drawn by lot.
func someMoment(env *acctest.Env, random *rand.Rand) <-chan struct{} {
	moment, request := make(chan struct{}), int64(1+random.IntN(requests))
	after := time.Duration(random.IntN(15)) * time.Millisecond
	var count atomic.Int64
	env.Inject(core.Fault{Times: -1, Do: core.Delay(0), Match: func(*http.Request, *message.Message) bool {
		if count.Add(1) == request {
			time.AfterFunc(after, func() { close(moment) })
		}
		return false
	}})
	return moment
}

// unmanaged is how many messages are alive that are in no state.
func unmanaged(t *testing.T, env *acctest.Env, terraform *acctest.CLI) int {
	t.Helper()
	managed := map[string]bool{}
	if state := filepath.Join(terraform.Dir, "terraform.tfstate"); !isEmpty(state) {
		managed = hashesIn(t, state)
	}
	alive := env.Alive(env.Account.Address())
	return len(slices.DeleteFunc(alive, func(m message.Message) bool { return managed[m.ItemHash] }))
}

// isEmpty reports whether there is nothing in a file, or no file.
func isEmpty(name string) bool {
	info, err := os.Stat(name)
	return err != nil || info.Size() == 0
}

// many is a configuration in which every second program runs a volume.
func many() string {
	var text strings.Builder
	for i := range some {
		ref, encoding := fmt.Sprintf("%q", acctest.NodeStores().Runtime), "squashfs"
		if i%2 == 0 {
			ref, encoding = fmt.Sprintf("aleph_volume.test[%d].ref", i), "plain"
		}
		fmt.Fprintf(&text, "resource \"aleph_program\" \"p%[1]d\" {\n  name = \"p%[1]d\"\n  code = { ref = %[2]s, encoding = %[3]q, entrypoint = \"main\" }\n%[4]s}\n", i, ref, encoding, acctest.NodeStores().RuntimeArgument())
	}
	fmt.Fprintf(&text, "resource \"aleph_volume\" \"test\" {\n  count   = %d\n  content = \"volume ${count.index}\"\n}\n", some)
	return text.String()
}

// alike is a configuration of programs and volumes that are the same as one another.
func alike() string {
	return fmt.Sprintf("resource \"aleph_volume\" \"same\" {\n  count   = %[1]d\n  content = \"same\"\n}\n"+
		"resource \"aleph_program\" \"same\" {\n  count = %[1]d\n  code  = { ref = %[2]q, encoding = \"squashfs\", entrypoint = \"main\" }\n%[3]s}\n", same, acctest.NodeStores().Runtime, acctest.NodeStores().RuntimeArgument())
}
