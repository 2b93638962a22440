// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package guest runs a program as the virtual machine of a compute node does (NETWORK.md 12), in a process with
// namespaces of its own instead of a machine: the same paths, the same driver rules, the same mistakes. It hides the
// files of the host from a program that was written by whoever runs it, and is no sandbox.
package guest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Spec is what a guest needs to start.
type Spec struct {
	// Hostname is the base32 form of the program's item hash.
	Hostname string
	// Executable is whether the code is a service of its own on port 8080, and not an ASGI application.
	Executable bool
	// Encoding is plain, zip or squashfs.
	Encoding   string
	Entrypoint string
	// Code is the path of the code: a file, or the directory that a squashfs was unpacked to.
	Code string
	// Data is the path of the file that is unzipped into /data; empty for none.
	Data string
	// Mounts are done in their order, after the code.
	Mounts []Mount
	// Variables are the environment of the program.
	Variables map[string]string
	// Internet is whether an ASGI application shares the network of the host. An executable never does: it has a port 8080
	// of its own.
	Internet bool
	// Python runs ASGI applications.
	Python Python
}

// Mount is a directory of the host that the guest sees at Target.
type Mount struct {
	Source, Target string
	Writable       bool
}

// Request is what a program is asked, in the form of an ASGI scope (NETWORK.md 12.3).
type Request struct {
	Type        string      `json:"type"`
	Path        string      `json:"path"`
	Method      string      `json:"method"`
	QueryString string      `json:"query_string"`
	Headers     [][2]string `json:"headers"`
	Body        []byte      `json:"body"`
}

// Answer is what a guest gives back: the events that the program sent, or what it raised.
type Answer struct {
	Traceback string         `json:"traceback"`
	Head      map[string]any `json:"headers"`
	Body      map[string]any `json:"body"`
}

// Bytes is a value of an answer that the program gave as bytes; others are as encoding/json has them.
func Bytes(value any) ([]byte, bool) {
	tagged, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	encoded, ok := tagged[bytesTag].(string)
	if !ok {
		return nil, false
	}
	decoded, err := decodeBase64(encoded)
	return decoded, err == nil
}

// SetupError is a program that could not be loaded, in the words of its guest.
type SetupError struct{ Message, Traceback string }

func (e *SetupError) Error() string { return "the program could not be started: " + e.Message }

// Errors of a guest. A program that could not be loaded is a *SetupError.
var (
	// ErrUnsupported is a system on which no guest can be started.
	ErrUnsupported = errors.New("programs cannot run on this system")
	// ErrCrashed is a guest that ended before it had loaded its program.
	ErrCrashed = errors.New("the guest ended while it was being set up")
	// ErrNoAnswer is a guest that ended, or closed the connection, without a word.
	ErrNoAnswer = errors.New("the guest gave no answer")
	// ErrInvalidAnswer is an answer that cannot be read.
	ErrInvalidAnswer = errors.New("the guest's answer cannot be read")
)

// Guest is a running program. Its methods may be called from any goroutine.
type Guest struct {
	cmd  *exec.Cmd
	dir  string
	done chan struct{}
}

// Start runs a program and returns once it is ready to be asked. What it and its guest print goes to log. It ends with the process that
// started it.
func Start(ctx context.Context, spec Spec, log io.Writer) (*Guest, error) {
	dir, err := os.MkdirTemp("", "aleph-guest-")
	if err != nil {
		return nil, err
	}
	g := &Guest{dir: dir, done: make(chan struct{})}
	report, err := g.launch(spec, log)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go func() {
		_ = g.cmd.Wait() // how a guest ended says nothing: it is killed when it is not needed any more
		close(g.done)
	}()
	if err := g.becomeReady(ctx, report); err != nil {
		g.Kill()
		return nil, err
	}
	return g, nil
}

// The descriptors of a guest beside the standard ones.
const (
	specFD = iota + 3
	reportFD
	listenerFD
)

// launch starts the process, and returns where it tells whether it is ready.
func (g *Guest) launch(spec Spec, log io.Writer) (_ *os.File, err error) {
	described, err := g.describe(spec)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, described.Close()) }()
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: g.socket(), Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	socket, err := listener.File()
	if err = errors.Join(err, listener.Close()); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, socket.Close()) }()
	report, told, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, told.Close()) }()
	g.cmd = &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{processName, g.root()}, Env: []string{},
		Stdout: log, Stderr: log, ExtraFiles: []*os.File{described, told, socket},
	}
	isolate(g.cmd, spec.Internet && !spec.Executable)
	if err := startBound(g.cmd); err != nil {
		return nil, errors.Join(fmt.Errorf("starting a guest: %w", err), report.Close())
	}
	return report, nil
}

// describe writes what the guest reads: a file, since its driver reads it again.
func (g *Guest) describe(spec Spec) (*os.File, error) {
	if err := os.Mkdir(g.root(), 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(g.dir, "spec.json")
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	return f, errors.Join(err, os.Remove(path))
}

func (g *Guest) socket() string { return filepath.Join(g.dir, "socket") }

// root is where the guest mounts its file system, which only itself sees.
func (g *Guest) root() string { return filepath.Join(g.dir, "root") }

// outcome is what a guest reports once it has loaded its program.
type outcome struct {
	Success   bool   `json:"success"`
	Error     string `json:"error"`
	Traceback string `json:"traceback"`
}

func (g *Guest) becomeReady(ctx context.Context, report *os.File) (err error) {
	defer func() { err = errors.Join(err, report.Close()) }()
	stop := context.AfterFunc(ctx, func() { _ = report.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	line, err := bufio.NewReader(io.LimitReader(report, maxAnswer)).ReadBytes('\n')
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var told outcome
	if err != nil || json.Unmarshal(line, &told) != nil {
		return ErrCrashed
	}
	if !told.Success {
		return &SetupError{Message: told.Error, Traceback: told.Traceback}
	}
	return nil
}

// maxAnswer bounds what a guest may say, in bytes.
const maxAnswer = 256 << 20

// Ask has the program answer a request. It fails with ErrNoAnswer, ErrInvalidAnswer, or how ctx ended.
func (g *Guest) Ask(ctx context.Context, request Request) (*Answer, error) {
	said, err := g.exchange(ctx, request)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil || len(said) == 0:
		return nil, ErrNoAnswer
	}
	var answer Answer
	if err := json.Unmarshal(said, &answer); err != nil {
		return nil, ErrInvalidAnswer
	}
	return &answer, nil
}

// Answers is whether the guest's event loop still turns: one that is frozen will never answer anything again.
func (g *Guest) Answers(ctx context.Context) bool {
	said, err := g.exchange(ctx, control{Control: "ping"})
	return err == nil && len(said) > 0
}

// control is a request to the driver, not to the program.
type control struct {
	Control string `json:"control"`
}

func (g *Guest) exchange(ctx context.Context, request any) (said []byte, err error) {
	line, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "unix", g.socket())
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = connection.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	defer func() { err = errors.Join(err, connection.Close()) }()
	if _, err := connection.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(connection, maxAnswer))
}

// Done is closed when the guest has ended.
func (g *Guest) Done() <-chan struct{} { return g.done }

// Stop tells the program that it ends, waits for as long as ctx lets it, and ends it.
func (g *Guest) Stop(ctx context.Context) {
	if said, err := g.exchange(ctx, control{Control: "halt"}); err == nil && len(said) > 0 {
		select {
		case <-g.done:
		case <-ctx.Done():
		}
	}
	g.Kill()
}

// Kill ends the guest at once, with all its processes, and removes what it had on the host.
func (g *Guest) Kill() {
	_ = g.cmd.Process.Kill() // it may have ended by itself
	<-g.done
	_ = os.RemoveAll(g.dir) // a directory with a socket in the system's temporary one
}
