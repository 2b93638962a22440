// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Target is which processes of a command get a signal.
type Target string

// The processes of a command. The provider is one only when it comes from Build.
const (
	Terraform Target = "Terraform"
	Provider  Target = "the provider"
	Group     Target = "the group" // both at once, as a terminal and `timeout` do it
)

// Interrupt starts a command, sends Terraform SIGINT as soon as the channel is closed, and returns as Run does what it
// printed until it ended by itself, whether it failed or not.
func (c *CLI) Interrupt(when <-chan struct{}, arguments ...string) string {
	c.t.Helper()
	return c.Signal(when, syscall.SIGINT, Terraform, arguments...)
}

// Kill is Interrupt that kills the provider instead, which must be one from Build.
func (c *CLI) Kill(when <-chan struct{}, arguments ...string) string {
	c.t.Helper()
	return c.Signal(when, syscall.SIGKILL, Provider, arguments...)
}

// Signal is Interrupt with any signal, to any of the processes.
func (c *CLI) Signal(when <-chan struct{}, signal syscall.Signal, target Target, arguments ...string) string {
	c.t.Helper()
	output, struck := c.Strike(when, signal, target, arguments...)
	if !struck {
		c.t.Fatalf("terraform %s ended before %s got %s:\n%s", strings.Join(arguments, " "), target, signal, output)
	}
	return output
}

// Strike is Signal for a command that may have ended before: then it reports false.
func (c *CLI) Strike(when <-chan struct{}, signal syscall.Signal, target Target, arguments ...string) (printed string, struck bool) {
	c.t.Helper()
	var output bytes.Buffer
	c.within(func(command *exec.Cmd) {
		command.Stdout, command.Stderr = &output, &output
		command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := command.Start(); err != nil {
			c.t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		var err error
		select {
		case err = <-ended:
		case <-when:
			struck = c.send(signal, target, command.Process.Pid)
			err = <-ended
		}
		var failure *exec.ExitError
		if err != nil && !errors.As(err, &failure) {
			c.t.Fatal(err)
		}
	}, arguments...)
	return unwrapped(output.String()), struck
}

// send reports whether a process was there to get the signal.
func (c *CLI) send(signal syscall.Signal, target Target, terraform int) bool {
	c.t.Helper()
	pid := terraform
	switch target {
	case Group:
		pid = -terraform
	case Provider:
		if pid = childOf(c.t.Context(), terraform); pid == 0 {
			return false
		}
	case Terraform:
	}
	err := syscall.Kill(pid, signal)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		c.t.Fatal(err)
	}
	return err == nil
}

// childOf is the process that another one has started; 0 when there is none.
func childOf(ctx context.Context, parent int) int {
	table, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(table)) {
		var pid, of int
		if _, err := fmt.Sscan(line, &pid, &of); err == nil && of == parent {
			return pid
		}
	}
	return 0
}

// Runs reports whether a process of a provider from Build runs.
func Runs(t *testing.T, built string) bool {
	t.Helper()
	table, err := exec.CommandContext(t.Context(), "ps", "-A", "-o", "args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(table), built)
}
