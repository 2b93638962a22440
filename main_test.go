// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
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

// TestReadme pastes the configuration of the README, and runs it as the README says.
func TestReadme(t *testing.T) {
	t.Parallel()

	readme := read(t, "README.md")
	block := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindStringSubmatch(readme)
	key := localnode.Accounts()[0].PrivateKey
	if block == nil || !strings.Contains(readme, "ALEPH_PRIVATE_KEY="+key) {
		t.Fatalf("the README has no configuration, or another key than %s", key)
	}

	w := newWorkspace(t)
	w.write("main.tf", block[1])
	w.live()
}

func TestExamples(t *testing.T) {
	t.Parallel()

	for _, pattern := range []string{"examples/resources/*/resource.tf", "examples/data-sources/*/data-source.tf"} {
		examples, err := filepath.Glob(pattern)
		if err != nil || len(examples) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		for _, example := range examples {
			directory := filepath.Dir(example)
			t.Run(filepath.Base(directory), func(t *testing.T) {
				t.Parallel()

				w := newWorkspace(t)
				w.write("provider.tf", strings.ReplaceAll(read(t, "examples/provider/provider.tf"), "api_url =", "# api_url ="))
				w.write("main.tf", read(t, example))
				if err := os.CopyFS(w.path("app"), os.DirFS(directory+"/app")); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
				w.live()
			})
		}
	}
}

// TestGuide pastes all that the guide about costs shows, and runs it.
func TestGuide(t *testing.T) {
	t.Parallel()

	var config strings.Builder
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(read(t, "templates/guides/credits-and-costs.md"), -1) {
		config.WriteString(block[1])
	}
	w := newWorkspace(t)
	w.write("main.tf", config.String())
	w.write("versions.tf", "terraform {\n  required_providers {\n    aleph = { source = \"aleph-im/aleph\" }\n  }\n}\n")
	w.live()
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

// live applies the configuration on a node of its own, plans nothing afterwards, and destroys.
func (w workspace) live() {
	w.Helper()
	node, err := localnode.Listen("127.0.0.1:0", localnode.Config{})
	if err != nil {
		w.Fatal(err)
	}
	defer node.Close()

	owner := localnode.Accounts()[0]
	environment := []string{"ALEPH_API_URL=" + node.URL(), "ALEPH_PRIVATE_KEY=" + owner.PrivateKey}
	w.terraform(environment, "apply", "-auto-approve")
	w.terraform(environment, "plan", "-detailed-exitcode")
	w.terraform(environment, "destroy", "-auto-approve")
	if alive := node.Alive(owner.Address); slices.ContainsFunc(alive, func(m message.Message) bool { return m.Type != message.TypeForget }) {
		w.Errorf("alive on the node after destroy: %v", alive)
	}
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
