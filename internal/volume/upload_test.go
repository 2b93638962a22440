// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const (
	largeSize = 1 << 30
	// memoryLimit is for the provider while it hashes and uploads, in KiB.
	memoryLimit = 100 << 10
	module      = "github.com/aleph-im/terraform-provider-aleph"
)

// TestLargeUpload stores 1 GiB, with the provider and the node as processes of their own, and compares with curl.
func TestLargeUpload(t *testing.T) {
	if os.Getenv("ALEPH_LARGE") == "" {
		t.Skip("writes and uploads several GiB: set ALEPH_LARGE=1 to run it")
	}
	dir := t.TempDir()
	file, hash := randomFile(t, dir)
	env := startNode(t, dir)

	provider := build(t, dir, module, "terraform-provider-aleph")
	cli := &process{t: t, workspace: t.TempDir(), provider: provider}
	cli.configure(dir, one(env, fmt.Sprintf("source = %q", file)))

	var hashing, planning, applying, uploading time.Duration
	measure(&hashing, func() { digest(t, file) })
	measure(&planning, func() { cli.run("plan", "-out=plan") })
	measure(&applying, func() { cli.run("apply", "plan") })
	measure(&uploading, func() { curl(t, env, file, hash) })

	t.Logf("1 GiB: plan %s, apply %s, with a peak of %.1f MiB in the provider; curl -F %s; hashing it once %s",
		planning, applying, float64(cli.peak)/1024, uploading, hashing)
	if cli.peak == 0 || cli.peak > memoryLimit {
		t.Errorf("the provider's peak is %d KiB, want at most %d", cli.peak, memoryLimit)
	}
}

func measure(took *time.Duration, what func()) {
	began := time.Now()
	what()
	*took = time.Since(began).Round(10 * time.Millisecond)
}

// randomFile writes a file that no compression shortens.
func randomFile(t *testing.T, dir string) (name, hash string) {
	t.Helper()
	name = filepath.Join(dir, "large")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	source := rand.NewChaCha8([32]byte{1})
	if _, err := io.CopyN(file, source, largeSize); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return name, digest(t, name)
}

func digest(t *testing.T, name string) string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// build compiles a command of this module.
func build(t *testing.T, dir, pkg, name string) string {
	t.Helper()
	binary := filepath.Join(dir, name)
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, pkg).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, output)
	}
	return binary
}

// startNode runs a node that takes large files.
func startNode(t *testing.T, dir string) *acctest.Env {
	t.Helper()
	binary := build(t, dir, module+"/internal/local/cmd/local", "local")
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, binary, "-listen", "127.0.0.1:0", "-json", "-max-upload", strconv.Itoa(2*largeSize))
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := command.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Log(err)
		}
	})
	var ready struct {
		URL      string
		Accounts []struct {
			PrivateKey string `json:"private_key"`
		}
	}
	if err := json.NewDecoder(output).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	key := ready.Accounts[0].PrivateKey
	owner, err := account.FromHex(key)
	if err != nil {
		t.Fatal(err)
	}
	return &acctest.Env{URL: ready.URL, PrivateKey: key, Account: owner}
}

// process runs Terraform with the provider as Terraform itself starts it.
type process struct {
	t                   *testing.T
	workspace, provider string
	environment         []string
	// peak is the provider's peak of resident memory in KiB.
	peak int
}

func (p *process) configure(dir, config string) {
	p.t.Helper()
	settings := write(p.t, dir, "terraform.rc", fmt.Sprintf("provider_installation {\n  dev_overrides { \"aleph-im/aleph\" = %q }\n}\n", dir))
	p.environment = append(os.Environ(), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "ALEPH_CACHE_DIR="+filepath.Join(dir, "cache"))
	write(p.t, p.workspace, "main.tf", "terraform {\n  required_providers { aleph = { source = \"aleph-im/aleph\" } }\n}\n"+config)
}

func (p *process) run(arguments ...string) {
	p.t.Helper()
	command := exec.CommandContext(p.t.Context(), acctest.Executable(), arguments...)
	command.Dir, command.Env = p.workspace, p.environment
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	p.peak = max(p.peak, peakUntil(p.t, p.provider, done, &output))
}

// peakUntil watches the processes of a binary until a command ends.
func peakUntil(t *testing.T, binary string, done <-chan error, output *bytes.Buffer) int {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var peak int
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			return peak
		case <-tick.C:
			peak = max(peak, residentPeak(binary))
		}
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// residentPeak is the largest VmHWM of the processes that run a binary, in KiB; 0 when there is none. A process that
// ends meanwhile is passed over.
func residentPeak(binary string) int {
	var peak int
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != binary {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue
		}
		if match := highWater.FindSubmatch(status); match != nil {
			if kib, err := strconv.Atoi(string(match[1])); err == nil {
				peak = max(peak, kib)
			}
		}
	}
	return peak
}

// curl sends the file as the provider does: together with a signed STORE.
func curl(t *testing.T, env *acctest.Env, file, hash string) {
	t.Helper()
	content := &message.Store{ItemType: message.ItemTypeStorage, ItemHash: hash, Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}}
	content.Stamp(env.Account.Address(), now())
	m, err := message.New(env.Account.Address(), "", content)
	if err == nil {
		err = env.Account.Sign(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	metadata, err := json.Marshal(map[string]any{"message": m, "sync": true})
	if err != nil {
		t.Fatal(err)
	}
	form := write(t, t.TempDir(), "metadata", string(metadata))
	output, err := exec.CommandContext(t.Context(), "curl", "--silent", "--show-error", "--fail",
		"-F", "metadata=<"+form, "-F", "file=@"+file, env.URL+"/api/v0/storage/add_file").CombinedOutput()
	if err != nil {
		t.Fatalf("curl: %v\n%s", err, output)
	}
}
