// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// workspace is a directory with a configuration and its state.
type workspace struct {
	dir string
	env []string
	// provider is the binary whose memory is watched.
	provider string
}

// run is what one command took.
type run struct {
	elapsed time.Duration
	// peak is the largest resident set of any provider process, in bytes.
	peak int64
}

// terraform runs a command, and fails with its output when it does.
func (w *workspace) terraform(ctx context.Context, args ...string) (run, error) {
	command := exec.CommandContext(ctx, "terraform", args...)
	command.Dir = w.dir
	command.Env = append(os.Environ(), w.env...)
	ctx, stop := context.WithCancel(ctx)
	peak := make(chan int64, 1)
	go func() { peak <- watch(ctx, w.provider) }()
	start := time.Now()
	output, err := command.CombinedOutput()
	elapsed := time.Since(start)
	stop()
	if err != nil {
		return run{}, fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return run{elapsed: elapsed, peak: <-peak}, nil
}

// watch looks at the processes of a binary until ctx ends, and returns their largest resident set in bytes.
func watch(ctx context.Context, binary string) int64 {
	var peak int64
	ticker := time.NewTicker(25 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return peak
		case <-ticker.C:
			peak = max(peak, residentSet(binary))
		}
	}
}

// residentSet is the largest high-water mark among the running processes of a binary; 0 where /proc is not Linux's.
func residentSet(binary string) int64 {
	var peak int64
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return 0
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != binary {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue // it ended meanwhile
		}
		for line := range strings.Lines(string(status)) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
				if kib, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
					peak = max(peak, kib<<10)
				}
			}
		}
	}
	return peak
}
