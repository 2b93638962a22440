// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestLog runs the built provider under a real Terraform, keeping what it writes to Terraform.
func TestLog(t *testing.T) {
	t.Parallel()

	binary := filepath.Join(t.TempDir(), "provider")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}

	for name, test := range map[string]struct {
		environment []string
		traces      bool
	}{
		"asked by nobody":          {nil, false},
		"asked with an empty word": {[]string{"TF_LOG="}, false},
		"TF_LOG=trace":             {[]string{"TF_LOG=trace"}, true},
		"of providers":             {[]string{"TF_LOG_PROVIDER=trace"}, true},
		"of the framework":         {[]string{"TF_LOG_SDK_FRAMEWORK=trace"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if log := validate(t, binary, test.environment); strings.Contains(log, `"@level":"trace"`) != test.traces {
				t.Errorf("traces, want %t, in the provider's log:\n%s", test.traces, log)
			}
		})
	}
}

// validate runs `terraform validate` with the provider, and returns what the provider wrote on its standard error.
func validate(t *testing.T, binary string, environment []string) string {
	t.Helper()

	terraform, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Skip("there is no terraform on PATH")
	}

	directory := t.TempDir()
	log := filepath.Join(directory, "log")
	write(t, filepath.Join(directory, "terraform-provider-aleph"), 0o755, "#!/bin/sh\nexec %q 2>%q\n", binary, log)
	write(t, filepath.Join(directory, "settings"), 0o600, "provider_installation {\n  dev_overrides {\n    \"aleph-im/aleph\" = %q\n  }\n}\n", directory)
	write(t, filepath.Join(directory, "main.tf"), 0o600, `
terraform {
  required_providers {
    aleph = { source = "aleph-im/aleph" }
  }
}
provider "aleph" {}
`)

	command := exec.CommandContext(t.Context(), terraform, "validate")
	command.Dir = directory
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_LOG") })
	command.Env = append(command.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(directory, "settings"))
	command.Env = append(command.Env, environment...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("terraform validate: %v\n%s", err, output)
	}

	written, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func write(t *testing.T, path string, mode os.FileMode, format string, values ...any) {
	t.Helper()
	if err := os.WriteFile(path, fmt.Appendf(nil, format, values...), mode); err != nil {
		t.Fatal(err)
	}
}

func TestCollectGarbageLess(t *testing.T) {
	for name, test := range map[string]struct {
		gogc string
		want int
	}{
		"nobody decided": {"", 400},
		"the user did":   {"50", 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOGC", test.gogc)
			t.Setenv("GOMEMLIMIT", "off")
			before := debug.SetGCPercent(50)
			collectGarbageLess()
			if got := debug.SetGCPercent(before); got != test.want {
				t.Errorf("the collector's target is %d %%, want %d %%", got, test.want)
			}
		})
	}
}
