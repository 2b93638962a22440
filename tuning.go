// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"runtime/debug"
)

// collectGarbageLess trades memory for time: a plan of 1,000 resources makes 5 GB of garbage, and little of what it allocates lives on. The limit
// makes the collector work as usual again where memory grows for good. GOGC and GOMEMLIMIT keep their meaning.
func collectGarbageLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(400 << 20)
	}
}
