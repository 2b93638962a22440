// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// withGoRun is a context that also ends when the `go run` has ended which started this command: one that is terminated
// or killed tells nobody, and leaves what it has started.
func withGoRun(ctx context.Context) context.Context {
	parent := os.Getppid()
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", parent))
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return ctx
	}
	ctx, end := context.WithCancel(ctx)
	go func() {
		defer end()
		ticks := time.NewTicker(200 * time.Millisecond)
		defer ticks.Stop()
		for os.Getppid() == parent {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
			}
		}
	}()
	return ctx
}
