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
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// some is how many programs, and how many volumes, an apply makes that is killed.
const some = 10

// requests is how many requests such an apply makes at least.
const requests = 75

// TestKills kills the provider, or Terraform itself, at random moments of an apply, as often as ALEPH_KILLS says. What
// is left behind is adopted as the next plans say, and then there is exactly what was asked for.
func TestKills(t *testing.T) {
	t.Parallel()
	built := acctest.Build(t)
	seed := seedOf(t, "ALEPH_KILLS")
	var struck, orphans atomic.Int64
	t.Cleanup(func() {
		t.Logf("seed %d: %d applies were killed; %d messages were left behind, and adopted", seed, struck.Load(), orphans.Load())
	})
	for i := range number(t, "ALEPH_KILLS", 5) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			env := acctest.StartLocal(t, localnode.Config{Latency: 2 * time.Millisecond, ProcessDelay: 10 * time.Millisecond})
			k := &killing{env: env, random: rand.New(rand.NewPCG(uint64(seed), uint64(i))), config: env.Provider() + many()}
			k.CLI = acctest.NewBuiltCLI(t, built, k.config)
			if k.strike(t, built) {
				struck.Add(1)
			}
			orphans.Add(k.adopt(t))
			k.Run("apply")
			expectManaged(t, env, hashesIn(t, filepath.Join(k.Dir, "terraform.tfstate")), some)
		})
	}
}

// many is a configuration in which every second program runs a volume.
func many() string {
	var text strings.Builder
	for i := range some {
		ref := fmt.Sprintf("%q", program.DefaultRuntime)
		if i%2 == 0 {
			ref = fmt.Sprintf("aleph_volume.test[%d].ref", i)
		}
		fmt.Fprintf(&text, "resource \"aleph_program\" \"p%[1]d\" {\n  name = \"p%[1]d\"\n  code = { ref = %[2]s, encoding = \"plain\", entrypoint = \"main\" }\n}\n", i, ref)
	}
	fmt.Fprintf(&text, "resource \"aleph_volume\" \"test\" {\n  count   = %d\n  content = \"volume ${count.index}\"\n}\n", some)
	return text.String()
}

// killing is one apply that is killed, and what comes after.
type killing struct {
	*acctest.CLI
	env    *acctest.Env
	random *rand.Rand
	config string
}

// strike applies, and kills the provider, or Terraform, a moment after a request that is drawn by lot. It reports
// whether anything was left to kill by then.
func (k *killing) strike(t *testing.T, built string) bool {
	t.Helper()
	moment, left := make(chan struct{}), int64(1+k.random.IntN(requests))
	after, terraformToo := time.Duration(k.random.IntN(15))*time.Millisecond, k.random.IntN(4) == 0
	var count atomic.Int64
	watch := k.env.Local.Inject(localnode.Fault{Times: -1, Do: localnode.Delay(0), Match: func(*http.Request, *message.Message) bool {
		if count.Add(1) == left {
			close(moment)
		}
		return false
	}})
	defer watch.Remove()

	command := exec.CommandContext(t.Context(), acctest.Executable(), "apply", "-auto-approve", "-no-color")
	command.Dir = k.Dir
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+filepath.Join(built, "settings"))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }() // it fails, or does not: both are fine
	select {
	case <-ended:
		return false
	case <-moment:
	}
	select {
	case <-ended:
		return false
	case <-time.After(after):
	}
	provider, struck := childOf(t, command.Process.Pid), false
	if terraformToo {
		struck = command.Process.Kill() == nil
	}
	if provider != 0 {
		struck = syscall.Kill(provider, syscall.SIGKILL) == nil || struck
	}
	<-ended
	return struck
}

// childOf is the process that another one has started; 0 when there is none.
func childOf(t *testing.T, parent int) int {
	t.Helper()
	table, err := exec.CommandContext(t.Context(), "ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		var pid, of int
		if _, err := fmt.Sscan(line, &pid, &of); err == nil && of == parent {
			return pid
		}
	}
	return 0
}

// adopt adds what plans say is left behind to the configuration, until they say nothing of the kind any more. It
// returns how many messages that are.
func (k *killing) adopt(t *testing.T) int64 {
	t.Helper()
	for adopted := int64(0); ; {
		blocks := importsIn(t, k.Raw("plan", "-json"))
		if len(blocks) == 0 {
			return adopted
		}
		adopted += int64(len(blocks))
		k.config += strings.Join(blocks, "\n")
		k.Configure(k.config)
	}
}
