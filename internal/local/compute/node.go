// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// ErrUnsupported is a system on which programs cannot run.
var ErrUnsupported = guest.ErrUnsupported

// Node is a compute node. It is an http.Handler; its methods may be called from any goroutine.
type Node struct {
	cfg    Config
	core   *core.Node
	python func() (guest.Python, error)
	files  *files
	logs   logs

	server   *http.Server
	listener net.Listener
	draining atomic.Bool
	// starts has a place for each program that may start at the same time.
	starts chan struct{}
	// life ends with the node: all that it starts hangs on it.
	life context.Context
	end  context.CancelFunc
	work sync.WaitGroup

	// seen are the messages that programs have been told of; only trigger uses it.
	seen map[string]bool

	mu sync.Mutex
	// vms are the running programs, by item hash; cached are the messages of all that ever ran.
	vms    map[string]*vm
	cached map[string]*message.Program
}

// Listen makes a compute node for the programs of a core node, and serves it on a loopback address such as 127.0.0.1:4025,
// or 127.0.0.1:0 for a free port. It ends with ctx, or by Close. It fails with ErrUnsupported where programs cannot run.
func Listen(ctx context.Context, address string, of *core.Node, cfg Config) (*Node, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("listening on %q: a local node listens on a loopback address only, such as 127.0.0.1:4025", address)
	}
	if err := guest.Supported(ctx); err != nil {
		return nil, err
	}
	if cfg, err = cfg.withDefaults(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "aleph-compute-")
	if err != nil {
		return nil, err
	}
	n := &Node{cfg: cfg, core: of, files: newFiles(dir), vms: map[string]*vm{}, cached: map[string]*message.Program{}, seen: map[string]bool{}, starts: make(chan struct{}, 2*runtime.NumCPU())}
	n.logs.also, n.logs.notes = cfg.Log, cfg.Notes
	for _, m := range of.Messages() { // programs are told of what comes from now on
		n.seen[m.ItemHash] = true
	}
	n.life, n.end = context.WithCancel(ctx)
	n.python = sync.OnceValues(n.preparePython)
	if n.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", address); err != nil {
		return nil, errors.Join(fmt.Errorf("listening on %q: %w", address, err), n.Close())
	}
	n.server = &http.Server{Handler: n, ReadHeaderTimeout: time.Minute}
	n.work.Go(func() { _ = n.server.Serve(n.listener) }) // ends with ErrServerClosed when Close is called
	n.work.Go(func() { n.every(sweepEvery, n.stopUnneeded) })
	n.work.Go(func() { n.every(listenEvery, n.trigger) })
	return n, nil
}

// URL is where the node is reached, without a trailing slash. A program is below it at /vm/{item hash}/.
func (n *Node) URL() string { return "http://" + n.listener.Addr().String() }

// Drain makes the node refuse requests to programs, as a real one does before it stops; or accept them again.
func (n *Node) Drain(on bool) { n.draining.Store(on) }

// Close ends the node and all programs, and removes their files.
func (n *Node) Close() error {
	n.end()
	var err error
	if n.server != nil {
		err = n.server.Close()
	}
	n.mu.Lock()
	for _, running := range n.vms {
		n.retire(n.life, running)
	}
	n.mu.Unlock()
	n.work.Wait()
	return errors.Join(err, os.RemoveAll(n.files.dir))
}

// preparePython finds the interpreter and installs what the runtime has. Without its packages, programs that need none of
// them still run.
func (n *Node) preparePython() (guest.Python, error) {
	found, err := guest.FindPython(n.life)
	if err != nil {
		return found, err
	}
	installed, err := found.Install(n.life, n.cfg.Cache, func() { n.logs.note("Installing the packages of the runtime, once; this takes a minute") })
	if err != nil {
		n.logs.note(fmt.Sprintf("The packages of the runtime could not be installed, so that programs that import them fail: %v", err))
		return found, nil
	}
	return installed, nil
}
