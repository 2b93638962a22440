// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// Two programs: an application, and an executable that has a child process.
const programs = `
provider "aleph" {
  api_url     = %[1]q
  private_key = %[2]q
  domain      = %[3]q
}

resource "aleph_volume" "app" {
  source_dir = "%[4]s/app"
}

resource "aleph_volume" "server" {
  source_dir = "%[4]s/server"
}

resource "aleph_program" "app" {
  name = "app"
  code = { ref = aleph_volume.app.ref, encoding = aleph_volume.app.encoding, entrypoint = "main:app" }
}

resource "aleph_program" "server" {
  name = "server"
  code = { ref = aleph_volume.server.ref, encoding = aleph_volume.server.encoding, entrypoint = "run" }
}
`

const app = `async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        event = await receive()
        return await send({"type": event["type"] + ".complete"})
    await send({"type": "http.response.start", "status": 200, "headers": [[b"content-type", b"text/plain"]]})
    await send({"type": "http.response.body", "body": b"the application"})
`

const server = `#!/bin/sh
mkdir /tmp/www
echo "the executable" > /tmp/www/index.html
sleep 1000 &
cd /tmp/www
python3 -m http.server --bind 127.0.0.1 8080
`

// However the command ends, no process of a program is left, nor what such a process has started.
func TestCommand_leavesNoProcess(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "local")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			command := exec.CommandContext(t.Context(), binary)
			said := startCommand(t, command)
			if said.ComputeURL == "" {
				t.Skip("programs cannot run on this system")
			}
			publishAndAsk(t, said)
			started := descendants(t, command.Process.Pid)
			// That of the application; of the executable its guest, the script, its child and the server.
			if len(started) < 5 {
				t.Fatalf("%d processes run programs: %v", len(started), started)
			}
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := command.Wait(); (err == nil) == (signal == syscall.SIGKILL) {
				t.Errorf("the command ended with %v", err)
			}
			expectEnded(t, started)
		})
	}
}

// `go run` tells nobody when it is terminated or killed, and the command ends all the same.
func TestCommand_endsWithGoRun(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "go", "run", ".")
			startCommand(t, command)
			started := descendants(t, command.Process.Pid)
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			expectEnded(t, started)
			if err := command.Wait(); err == nil {
				t.Error("go run ended by itself")
			}
		})
	}
}

// startCommand starts the command with free ports, and returns what it announces.
func startCommand(t *testing.T, command *exec.Cmd) announcement {
	t.Helper()
	command.Args = append(command.Args, "-listen", "127.0.0.1:0", "-json", "-v")
	command.Stderr = t.Output()
	// A command that is killed leaves its files.
	command.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var said announcement
	line, err := bufio.NewReader(output).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func publishAndAsk(t *testing.T, said announcement) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"app/main.py": app, "server/run": server} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	terraform := acctest.NewCLI(t, fmt.Sprintf(programs, said.URL, said.Accounts[0].PrivateKey, said.Domain, dir))
	terraform.Run("apply")
	for name, want := range map[string]string{"app": "the application", "server": "the executable"} {
		if got := ask(t, terraform.State("aleph_program."+name, "url")+"/"); !strings.Contains(got, want) {
			t.Fatalf("%s answers %q, want %q", name, got, want)
		}
	}
}

// process is one, told from a later one of the same number by when it was started.
type process struct {
	pid, parent          int
	name, state, started string
}

// processes are all of the system's.
func processes(t *testing.T) []process {
	t.Helper()
	var all []process
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		before, after, _ := strings.Cut(string(text), " (")
		end := strings.LastIndex(after, ")")
		fields := strings.Fields(after[end+1:])
		p := process{name: after[:end], state: fields[0], started: fields[19]}
		if _, err := fmt.Sscan(before+" "+fields[1], &p.pid, &p.parent); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// descendants are the children of a process, and theirs.
func descendants(t *testing.T, of int) []process {
	t.Helper()
	all := processes(t)
	var found []process
	for parents := []int{of}; len(parents) > 0; parents = parents[1:] {
		for _, p := range all {
			if p.parent == parents[0] {
				found = append(found, p)
				parents = append(parents, p.pid)
			}
		}
	}
	return found
}

// expectEnded waits until none of the processes runs.
func expectEnded(t *testing.T, started []process) {
	t.Helper()
	running := func() []process {
		var left []process
		for _, p := range processes(t) {
			if p.state != "Z" && slices.ContainsFunc(started, func(s process) bool { return s.pid == p.pid && s.started == p.started }) {
				left = append(left, p)
			}
		}
		return left
	}
	deadline := time.After(time.Minute)
	for len(running()) > 0 {
		select {
		case <-deadline:
			t.Fatalf("still there: %v", running())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
