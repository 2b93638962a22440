// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package core is a core channel node of the Aleph network in memory, for tests and for trying things out. It
// behaves as real nodes were measured to: signatures, permissions, balances, asynchronous processing, and every error
// with the code and text of the real one. It does on request what a real one does only on a bad day: see Fault.
//
// It shares no code with the client, only the wire format (package message): a mistake made on both sides would be
// found by nobody.
package core

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Node is a core channel node. It is an http.Handler; all methods may be called at any time from any goroutine.
type Node struct {
	faults
	requestLog
	cfg    Config
	routes *http.ServeMux
	prices priceList
	disk   fileStore

	server   *http.Server
	listener *net.TCPListener
	closed   chan struct{}
	close    sync.Once

	mu sync.Mutex // guards the ledger
	ledger
}

// New makes a node that is served by the caller. Close it to end what it does in the background and to remove the
// files uploaded to it.
func New(cfg Config) (*Node, error) {
	prices, err := readPriceList()
	if err != nil {
		return nil, err
	}
	n := &Node{cfg: cfg.withDefaults(), prices: prices, ledger: newLedger(), closed: make(chan struct{})}
	if err := n.seedNetwork(); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	for _, account := range n.cfg.Accounts {
		n.Fund(account.Address, account.Credits, account.Tokens)
	}
	n.routes = n.newRoutes()
	return n, nil
}

// idleTimeout is after how long a real node closes a connection that nobody uses (NETWORK.md 4.8).
const idleTimeout = 2 * time.Second

// Listen makes a node and serves it on a loopback address such as 127.0.0.1:4024, or 127.0.0.1:0 for a free port. Any
// other address is refused: the accounts' keys are public.
func Listen(address string, cfg Config) (*Node, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("listening on %q: a local node listens on a loopback address only, such as 127.0.0.1:4024", address)
	}
	n, err := New(cfg)
	if err != nil {
		return nil, err
	}
	if n.listener, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at)); err != nil {
		return nil, errors.Join(fmt.Errorf("listening on %q: %w", address, err), n.Close())
	}
	n.server = &http.Server{Handler: n, IdleTimeout: idleTimeout, ReadHeaderTimeout: time.Minute}
	go func() { _ = n.server.Serve(n.listener) }() // ends with ErrServerClosed when Close is called
	return n, nil
}

// URL is where a node made by Listen is reached, without a trailing slash.
func (n *Node) URL() string { return "http://" + n.listener.Addr().String() }

// Close ends the node: connections are cut, pending messages stay as they are, uploaded files are removed.
func (n *Node) Close() error {
	var err error
	n.close.Do(func() {
		close(n.closed)
		if n.server != nil {
			err = n.server.Close()
		}
		err = errors.Join(err, n.disk.remove())
	})
	return err
}

// pause waits, and reports false when the node was closed meanwhile.
func (n *Node) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-n.closed:
		return false
	}
}

func (n *Node) now() time.Time { return n.cfg.Clock.Now().UTC() }

// maxRequestLine is how long the method and the address of a request may be; about 120 hashes fit (NETWORK.md 4.8).
const maxRequestLine = 8190 - len("  HTTP/1.1")

// ServeHTTP implements http.Handler.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.add(r)
	if len(r.Method)+len(r.RequestURI) > maxRequestLine {
		answerText(w, http.StatusBadRequest, "400, message:\n  Got more than 8190 bytes when reading: Status line is too long.")
		return
	}
	if !n.pause(n.cfg.Latency) {
		return
	}
	n.serve(w, r, n.subject, n.routes)
}
