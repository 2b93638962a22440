// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const latency = 50 * time.Millisecond

const programConfig = `
resource "aleph_volume" "code" {
  content = "app = 1"
}

resource "aleph_program" "bench" {
  count     = %d
  name      = "bench-${count.index}"
  code      = { ref = aleph_volume.code.ref, encoding = "plain", entrypoint = "app", interface = "asgi" }
  volumes   = [
    { mount = "/a", ref = aleph_volume.code.ref },
    { mount = "/b", ephemeral = true, size_mib = 10 },
    { mount = "/c", name = "data", size_mib = 100 },
  ]
  variables = { INDEX = count.index }
}
`

const volumeConfig = `
resource "aleph_volume" "bench" {
  count   = %d
  content = "volume ${count.index}"
}
`

const minimalConfig = `
resource "minimal_resource" "bench" {
  count       = %d
  byte_length = 8
  prefix      = "bench-${count.index}"
}
`

// plans measures a plan without changes: of programs and volumes at no latency and at 50 ms, and of as many minimal
// resources.
func (b *bench) plans(ctx context.Context) error {
	half := b.resources / 2
	real, err := b.workspace("plans", "aleph", fmt.Sprintf(programConfig+volumeConfig, half, half-1))
	if err != nil {
		return err
	}
	minimal, err := b.workspace("minimal-plans", "minimal", fmt.Sprintf(minimalConfig, b.resources))
	if err != nil {
		return err
	}
	for _, w := range []*workspace{real, minimal} {
		if _, err := w.terraform(ctx, "apply", "-auto-approve"); err != nil {
			return err
		}
	}
	var plain, slow, least series
	var requests int
	for range b.rounds {
		for _, m := range []struct {
			into    *series
			in      *workspace
			latency time.Duration
		}{{&plain, real, 0}, {&least, minimal, 0}, {&slow, real, latency}} {
			b.proxy.reset(m.latency)
			r, err := m.in.terraform(ctx, "plan", "-detailed-exitcode")
			if err != nil {
				return err
			}
			m.into.add(r)
		}
		requests = b.proxy.requests()
	}
	what := fmt.Sprintf("no-op plan of %d programs and %d volumes", half, half)
	b.table.ratio(what+", 0 ms", plain.best(), fmt.Sprintf("%d minimal resources", b.resources), least.best())
	b.table.ratio(what+", 50 ms", slow.best(), "the same at 0 ms", plain.best())
	b.table.figure("requests of one such plan", float64(requests), "")
	b.table.figure("largest resident set of the provider in it", mebibytes(max(plain.peak, slow.peak)), "MiB")
	return b.verification(half, plain.best())
}

// verification measures what it takes to check hash and signature of as many messages, as the plan does.
func (b *bench) verification(n int, plan time.Duration) error {
	messages := b.node.Messages(message.TypeProgram, message.TypeStore)
	start := time.Now()
	for i := range 2 * n {
		if err := messages[i%len(messages)].Verify(); err != nil {
			return err
		}
	}
	b.table.ratio(fmt.Sprintf("verifying %d messages", 2*n), time.Since(start), "the no-op plan at 0 ms", plan)
	return nil
}

// creations measures an apply that creates programs, at 50 ms, and one of as many minimal resources.
func (b *bench) creations(ctx context.Context) error {
	real, err := b.workspace("creations", "aleph", fmt.Sprintf(programConfig, b.created))
	if err != nil {
		return err
	}
	minimal, err := b.workspace("minimal-creations", "minimal", fmt.Sprintf(minimalConfig, b.created))
	if err != nil {
		return err
	}
	b.proxy.reset(latency)
	created, err := real.terraform(ctx, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	requests := b.proxy.requests()
	least, err := minimal.terraform(ctx, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	b.table.ratio(fmt.Sprintf("apply of %d programs, 50 ms", b.created), created.elapsed, fmt.Sprintf("%d minimal resources", b.created), least.elapsed)
	b.table.figure("requests of that apply", float64(requests), "")
	return nil
}

// uploads measures the upload of one large file, and curl's of the same bytes to the same node.
func (b *bench) uploads(ctx context.Context) error {
	if b.upload == 0 {
		return nil
	}
	name, err := b.large()
	if err != nil {
		return err
	}
	large, err := b.workspace("upload", "aleph", fmt.Sprintf("resource \"aleph_volume\" \"large\" {\n  source = %q\n  storage_engine = \"storage\"\n}\n", name))
	if err != nil {
		return err
	}
	b.proxy.reset(0)
	applied, err := large.terraform(ctx, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	uploaded := b.proxy.lastUpload()
	b.proxy.reset(0)
	curl := exec.CommandContext(ctx, "curl", "--silent", "--show-error", "--output", os.DevNull, "--form", "file=@"+name, b.proxy.server.URL+"/api/v0/storage/add_file")
	if output, err := curl.CombinedOutput(); err != nil {
		return fmt.Errorf("curl: %w\n%s", err, output)
	}
	b.table.ratio(fmt.Sprintf("upload of %.0f MiB", mebibytes(b.upload)), uploaded, "curl -F", b.proxy.lastUpload())
	b.table.figure("largest resident set of the provider in it", mebibytes(applied.peak), "MiB")
	return nil
}

// fill writes a file of random bytes.
func fill(name string, size int64) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(file, rand.Reader, size); err != nil {
		return err
	}
	return file.Close()
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// series are the runs of one measurement.
type series struct {
	runs []time.Duration
	peak int64
}

func (s *series) add(r run) {
	s.runs = append(s.runs, r.elapsed)
	s.peak = max(s.peak, r.peak)
}

// best is the shortest run: what the machine does besides only ever adds.
func (s *series) best() time.Duration {
	best := s.runs[0]
	for _, d := range s.runs[1:] {
		best = min(best, d)
	}
	return best
}
