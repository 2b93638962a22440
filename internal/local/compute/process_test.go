// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// running counts the processes with an argument.
func running(t *testing.T, argument string) int {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil && bytes.Contains(text, []byte(argument)) { // the others have ended meanwhile
			count++
		}
	}
	return count
}

// What a program has started ends with it, also when its parent was not the program itself.
func TestClose_endsAllProcesses(t *testing.T) {
	n := start(t, compute.Config{})
	mark := fmt.Sprintf("%d.5", 1_000_000_000+os.Getpid())
	detached := n.deploy(handles("import subprocess", "subprocess.Popen(['setsid', 'sleep', '"+mark+"'])", start200, bodyOK), "squashfs", "main:app", nil)
	n.expect(detached, "/", 200, "ok")
	service := n.deploy(map[string]string{"run*": "#!/bin/sh\nsleep " + mark + " &\nexec sleep " + mark + "\n"}, "squashfs", "run", withinSeconds(1))
	n.expect(service, "/", 504, timedOut)
	if got := running(t, mark); got != 3 {
		t.Errorf("%d processes run, want 3", got)
	}
	if err := n.compute.Close(); err != nil {
		t.Error(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for running(t, mark) > 0 && time.Now().Before(deadline) {
		n.pause(10 * time.Millisecond)
	}
	if got := running(t, mark); got != 0 {
		t.Errorf("%d processes are left", got)
	}
}
