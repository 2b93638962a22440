// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// processName is the name under which this program starts itself as a guest.
const processName = "aleph-guest"

// A guest is this program started again: Go cannot mount anything between fork and exec.
func init() {
	if os.Args[0] == processName {
		boot(os.Args[1:])
	}
}

// Supported is nil where programs can run, and an ErrUnsupported that says why they cannot elsewhere.
func Supported(ctx context.Context) error {
	probe := exec.CommandContext(ctx, "/proc/self/exe")
	probe.Args = []string{processName}
	isolate(probe, false)
	if err := startBound(probe); err != nil {
		return fmt.Errorf("%w: they need user namespaces, which it refuses (%w)", ErrUnsupported, err)
	}
	if err := probe.Wait(); err != nil {
		return fmt.Errorf("%w: they need mounts in a user namespace, which it refuses (%w)", ErrUnsupported, err)
	}
	return nil
}

// isolate gives a process namespaces of its own, in which it is root and the first process, so that all of its children
// end with it.
func isolate(cmd *exec.Cmd, hostNetwork bool) {
	flags := syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC
	if !hostNetwork {
		flags |= syscall.CLONE_NEWNET
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  uintptr(flags),
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
}

// starter runs functions on one thread that lives for as long as the process.
var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for do := range work {
			do()
		}
	}()
	return work
})

// startBound starts a process that is killed when this one ends, however it ends. The kernel does so when the thread ends
// that started it (go.dev/issue/27505), hence a thread that does not.
func startBound(cmd *exec.Cmd) error {
	started := make(chan error)
	starter() <- func() { started <- cmd.Start() }
	return <-started
}
