// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
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
			log := w.logged()
			w.write("main.tf", read(t, "examples/provider/provider.tf"))
			w.terraform(nil, "init")
			w.terraform(test.environment, "validate")
			if log := read(t, log); strings.Contains(log, `"@level":"trace"`) != test.traces {
				t.Errorf("traces, want %t, in the provider's log:\n%s", test.traces, log)
			}
		})
	}
}

// TestProtocolData asks for files of all that Terraform and the provider say to each other: none holds the key of the
// provider block, and the log says why.
func TestProtocolData(t *testing.T) {
	t.Parallel()

	w := newWorkspace(t)
	log := w.logged()
	node, err := core.Listen("127.0.0.1:0", core.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	key := core.Accounts()[0].PrivateKey
	w.write("main.tf", required+fmt.Sprintf("provider \"aleph\" {\n  api_url     = %q\n  private_key = %q\n}\n\n", node.URL(), key)+
		"resource \"aleph_volume\" \"test\" {\n  content = \"a\"\n}\n")
	w.terraform(nil, "init")
	data := w.path("data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	w.terraform([]string{"TF_LOG_SDK_PROTO_DATA_DIR=" + data, "TF_LOG=trace"}, "plan")
	files, err := os.ReadDir(data)
	if err != nil || len(files) > 0 {
		t.Errorf("%d files were written (%v)", len(files), err)
	}
	text := read(t, log)
	for _, part := range []string{"TF_LOG_SDK_PROTO_DATA_DIR is ignored", "Skipping protocol data file writing"} {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in the provider's log", part)
		}
	}
	if strings.Contains(text, key[2:]) {
		t.Error("the key is in the provider's log")
	}
}

// TestExamples runs each example as someone does who has nothing but its directory, and a mirror with the provider.
func TestExamples(t *testing.T) {
	t.Parallel()

	directories := []string{"examples/demo"}
	for _, kind := range []string{"resources", "functions"} {
		found, err := filepath.Glob("examples/" + kind + "/*")
		if err != nil || len(found) == 0 {
			t.Fatalf("there are no examples of %s: %v", kind, err)
		}
		directories = append(directories, found...)
	}
	for _, directory := range directories {
		t.Run(filepath.Base(directory), func(t *testing.T) {
			t.Parallel()

			w := newWorkspace(t)
			w.copy(directory)
			w.live()
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

// mirror is the directory in which Terraform finds the provider.
var mirror string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "terraform-provider-aleph-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	mirror = filepath.Join(directory, "mirror")
	if output, err := exec.CommandContext(context.Background(), "make", "install-local", "PLUGINS="+mirror).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("make install-local: %v\n%s", err, output))
	}
	m.Run()
}

// required is all that a configuration has to say of the provider.
const required = "terraform {\n  required_providers {\n    aleph = {\n      source = \"aleph-im/aleph\"\n    }\n  }\n}\n"

// workspace is a directory, outside the repository, in which a real Terraform finds the provider in a mirror.
type workspace struct {
	*testing.T
	directory string
}

func newWorkspace(t *testing.T) workspace {
	t.Helper()
	w := workspace{t, t.TempDir()}
	w.mirrored(mirror)
	return w
}

// mirrored has Terraform look for providers in this mirror, and nowhere else.
func (w workspace) mirrored(mirror string) {
	w.Helper()
	w.write("terraform.rc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
}

// logged has the provider write its log into a file, of which it returns the path.
func (w workspace) logged() string {
	w.Helper()
	log := w.path("log")
	err := filepath.WalkDir(mirror, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		within, err := filepath.Rel(mirror, path)
		if err != nil {
			return err
		}
		script := w.path(filepath.Join("mirror", within))
		if err := os.MkdirAll(filepath.Dir(script), 0o700); err != nil {
			return err
		}
		return os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec %q 2>%q\n", path, log), 0o700)
	})
	if err != nil {
		w.Fatal(err)
	}
	w.mirrored(w.path("mirror"))
	return log
}

// copy copies an example, but for its imports, which need something to import. An example that names no provider is
// told which one.
func (w workspace) copy(directory string) {
	w.Helper()
	err := os.CopyFS(w.directory, os.DirFS(directory))
	imports, globErr := filepath.Glob(w.path("import-*.tf"))
	if err = errors.Join(err, globErr); err != nil {
		w.Fatal(err)
	}
	for _, file := range imports {
		if err := os.Remove(file); err != nil {
			w.Fatal(err)
		}
	}
	if main, err := os.ReadFile(w.path("main.tf")); err != nil || !strings.Contains(string(main), "required_providers") {
		w.write("required.tf", required)
	}
}

// live applies the configuration on a node of its own, plans nothing afterwards, and destroys.
func (w workspace) live() {
	w.Helper()
	node, err := core.Listen("127.0.0.1:0", core.Config{})
	if err != nil {
		w.Fatal(err)
	}
	defer node.Close()

	owner := core.Accounts()[0]
	environment := []string{"ALEPH_API_URL=" + node.URL(), "ALEPH_PRIVATE_KEY=" + owner.PrivateKey}
	w.terraform(environment, "init")
	w.terraform(environment, "apply", "-auto-approve")
	w.terraform(environment, "plan", "-detailed-exitcode")
	w.terraform(environment, "destroy", "-auto-approve")
	// What says that something ended stays, and the elements of aggregates, which are never forgotten.
	if alive := node.Alive(owner.Address); slices.ContainsFunc(alive, func(m message.Message) bool { return m.Type != message.TypeForget && m.Type != message.TypeAggregate }) {
		w.Errorf("alive on the node after destroy: %v", alive)
	}
}

// terraform runs a command, which is to succeed, without the logging, the keys and the cache of whoever runs the test.
func (w workspace) terraform(environment []string, arguments ...string) {
	w.Helper()
	command := exec.CommandContext(w.Context(), acctest.Executable(), arguments...)
	command.Dir = w.directory
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "ALEPH_")
	})
	command.Env = append(append(command.Env, "TF_CLI_CONFIG_FILE="+w.path("terraform.rc"), "ALEPH_CACHE_DIR="+w.path("cache")), environment...)
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
