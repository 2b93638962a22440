// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestLog keeps what the provider writes for Terraform to read.
func TestLog(t *testing.T) {
	t.Parallel()

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

			w := newWorkspace(t)
			w.write("main.tf", read(t, "examples/provider/provider.tf"))
			w.terraform(test.environment, "validate")
			if log := read(t, w.path("log")); strings.Contains(log, `"@level":"trace"`) != test.traces {
				t.Errorf("traces, want %t, in the provider's log:\n%s", test.traces, log)
			}
		})
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

// binary is the path of the built provider.
var binary string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "terraform-provider-aleph-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	binary = filepath.Join(directory, "provider")
	if output, err := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("go build: %v\n%s", err, output))
	}
	m.Run()
}

// workspace is a directory in which a real Terraform finds the built provider.
type workspace struct {
	*testing.T
	directory string
}

func newWorkspace(t *testing.T) workspace {
	t.Helper()
	w := workspace{t, t.TempDir()}
	w.write("terraform-provider-aleph", fmt.Sprintf("#!/bin/sh\nexec %q 2>%q\n", binary, w.path("log")))
	if err := os.Chmod(w.path("terraform-provider-aleph"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("terraform.rc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"aleph-im/aleph\" = %q\n  }\n}\n", w.directory))
	return w
}

// terraform runs a command, which is to succeed, without the logging and the keys of whoever runs the test.
func (w workspace) terraform(environment []string, arguments ...string) {
	w.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		w.Skip("there is no terraform on PATH")
	}
	command := exec.CommandContext(w.Context(), path, arguments...)
	command.Dir = w.directory
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "ALEPH_")
	})
	command.Env = append(append(command.Env, "TF_CLI_CONFIG_FILE="+w.path("terraform.rc")), environment...)
	if output, err := command.CombinedOutput(); err != nil {
		w.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
}

func (w workspace) path(name string) string { return filepath.Join(w.directory, name) }

func (w workspace) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
