// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"runtime/debug"
	"strings"
)

// silenceUnreadLogs turns the provider's log off unless some TF_LOG variable asks for one. Left alone, terraform-plugin-log writes at TRACE, and
// Terraform parses every line only to drop it: three tenths of the time that a no-op plan of 1,000 resources takes.
func silenceUnreadLogs() error {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return nil
		}
	}

	// The names that terraform-plugin-go and terraform-plugin-framework read; the last is the provider's own log.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_ALEPH"} {
		if err := os.Setenv(name, "off"); err != nil {
			return err
		}
	}
	return nil
}

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
