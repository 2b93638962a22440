// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package workspace_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/workspace"
)

// A process of its own says which state its parent, the test, uses; or waits until its parent has ended.
func TestMain(m *testing.M) {
	switch os.Getenv("WORKSPACE_CHILD") {
	case "state":
		fmt.Print(workspace.State())
		os.Exit(0)
	case "parent":
		child(os.Getenv("WORKSPACE_FILE"))
		os.Exit(0)
	case "child":
		if err := workspace.AwaitParent(); err != nil {
			panic(err)
		}
		if err := os.WriteFile(os.Getenv("WORKSPACE_FILE"), nil, 0o600); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child starts a process that writes a file when this one has ended, gives it the time to begin, and is killed.
func child(file string) {
	command := exec.Command(os.Args[0]) //nolint:noctx // it outlives whoever could end it
	command.Env = append(os.Environ(), "WORKSPACE_CHILD=child", "WORKSPACE_FILE="+file)
	if err := command.Start(); err != nil {
		panic(err)
	}
	<-time.After(time.Second)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func scope(t *testing.T) string {
	t.Helper()
	found, err := workspace.Scope()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestScope(t *testing.T) {
	t.Setenv("TF_WORKSPACE", "")
	t.Setenv("TF_DATA_DIR", "")
	one, two := t.TempDir(), t.TempDir()
	t.Chdir(one)
	plain := scope(t)
	if got := scope(t); got != plain {
		t.Errorf("got %q, then %q", plain, got)
	}
	t.Setenv("TF_WORKSPACE", "other")
	byVariable := scope(t)
	if byVariable == plain {
		t.Error("two workspaces have the same scope")
	}
	t.Setenv("TF_WORKSPACE", "")
	write(t, ".terraform/environment", "other")
	if got := scope(t); got != byVariable {
		t.Errorf("the workspace that was selected has %q, want %q", got, byVariable)
	}
	t.Setenv("TF_DATA_DIR", "data")
	if got := scope(t); got != plain {
		t.Errorf("with another data directory: got %q, want %q", got, plain)
	}
	link := filepath.Join(two, "link")
	if err := os.Symlink(one, link); err != nil {
		t.Fatal(err)
	}
	t.Chdir(link)
	if got := scope(t); got != plain {
		t.Errorf("by a link: got %q, want %q", got, plain)
	}
	t.Chdir(two)
	if scope(t) == plain {
		t.Error("two directories have the same scope")
	}
}

// state is what a child of this process takes for the state.
func state(t *testing.T) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "WORKSPACE_CHILD=state")
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(output)
}

// locked takes Terraform's lock on a file.
func locked(t *testing.T, name string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock); err != nil {
		t.Fatal(err)
	}
}

func TestState(t *testing.T) {
	const backend = `{"version": 3, "backend": {"type": "local", "config": {"path": "own.tfstate", "workspace_dir": "own"}}}`
	for name, test := range map[string]struct {
		workspace, backend, locked string
		known                      bool
	}{
		"not locked":                            {},
		"locked":                                {locked: "terraform.tfstate", known: true},
		"another file is":                       {locked: "b.tfstate"},
		"of a workspace":                        {workspace: "other", locked: "terraform.tfstate.d/other/terraform.tfstate", known: true},
		"of another workspace":                  {workspace: "other", locked: "terraform.tfstate"},
		"where the backend has it":              {backend: backend, locked: "own.tfstate", known: true},
		"where the backend has a workspace's":   {backend: backend, workspace: "other", locked: "own/other/terraform.tfstate", known: true},
		"of another backend":                    {backend: `{"backend": {"type": "s3", "config": {"bucket": "b", "key": "k"}}}`},
		"of another backend, a local left over": {backend: `{"backend": {"type": "s3", "config": {"path": 1}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("TF_WORKSPACE", test.workspace)
			t.Setenv("TF_DATA_DIR", "")
			if test.backend != "" {
				write(t, ".terraform/terraform.tfstate", test.backend)
			}
			write(t, "terraform.tfstate", "")
			if test.locked != "" {
				locked(t, write(t, test.locked, ""))
			}
			want := ""
			if test.known {
				var err error
				if want, err = filepath.Abs(test.locked); err != nil {
					t.Fatal(err)
				}
			}
			if got := state(t); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// A lock that another process holds, and not the parent, says nothing of the parent's state.
func TestState_lockedByAnother(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TF_WORKSPACE", "")
	t.Setenv("TF_DATA_DIR", "")
	locked(t, write(t, "terraform.tfstate", ""))
	command := exec.CommandContext(t.Context(), "sh", "-c", `"$0"; true`, os.Args[0])
	command.Env = append(os.Environ(), "WORKSPACE_CHILD=state")
	if output, err := command.Output(); err != nil || len(output) > 0 {
		t.Errorf("got %q, %v", output, err)
	}
}

func TestLacks(t *testing.T) {
	t.Parallel()
	const hash = "abc"
	old := time.Now().Add(-time.Minute)
	for name, test := range map[string]struct {
		text string
		age  time.Time
		want bool
	}{
		"has it":       {`{"version": 4, "resources": [{"item_hash": "abc"}]}`, old, false},
		"lacks it":     {`{"version": 4, "resources": [{"item_hash": "abd"}]}`, old, true},
		"no resources": {`{"version": 4, "resources": []}`, old, true},
		"empty":        {"", old, true},
		"cut off":      {`{"version": 4, "resources": [`, old, false},
		"encrypted":    {`{"serial": 1, "encrypted_data": "YWJj", "encryption_version": "v0"}`, old, false},
		"older":        {`{"version": 3, "modules": []}`, old, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, filepath.Join(t.TempDir(), "terraform.tfstate"), test.text)
			if err := os.Chtimes(file, test.age, test.age); err != nil {
				t.Fatal(err)
			}
			if got := workspace.Lacks(file, hash); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
	if !workspace.Lacks(filepath.Join(t.TempDir(), "missing"), hash) {
		t.Error("a state that is not there has it")
	}
}

// Terraform empties the file before it writes it: what is read in between is no answer.
func TestLacks_whileWritten(t *testing.T) {
	t.Parallel()
	file := write(t, filepath.Join(t.TempDir(), "terraform.tfstate"), "")
	time.AfterFunc(200*time.Millisecond, func() { write(t, file, `{"version": 4, "resources": [{"item_hash": "abc"}]}`) })
	if workspace.Lacks(file, "abc") {
		t.Error("an answer from while it was written")
	}
}

func TestAwaitParent(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ended")
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "WORKSPACE_CHILD=parent", "WORKSPACE_FILE="+file)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }() // it is killed
	exists := func() bool { _, err := os.Stat(file); return err == nil }
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("the parent was not killed")
	}
	for end := time.Now().Add(30 * time.Second); !exists(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the child has not noticed")
		}
	}
}
