// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"slices"
	"sync"
	"syscall"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// wire carries requests to a node in the same bubble, and fails as networks do.
type wire struct {
	node *core.Node

	mu    sync.Mutex
	traps []*trap
	down  error
}

// trap is something that happens on the way to the node, or back.
type trap struct {
	target target
	// times is how often it happens; for ever when negative.
	times int
	hits  int

	// refuse fails the request before anything of it is sent.
	refuse func() error
	// during runs while the whole request is on its way, and the node gets it whatever becomes of the client; after
	// runs when the node is done, before the answer is read.
	during, after func()
	// lose is what becomes of the answer; nil when it arrives. Answer is the status that something on the way answers in
	// the node's place; zero when nothing does. Instead is the whole answer; nil when there is none.
	lose    error
	answer  int
	instead func(*http.Request) *http.Response
}

// The errors of a network, as the operating system reports them.
var (
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	errReset   = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
)

// target says which requests are meant.
type target func(r *http.Request, m *message.Message) bool

func posted(kind message.Type) target {
	return func(r *http.Request, m *message.Message) bool {
		return r.Method == http.MethodPost && r.URL.Path == "/api/v0/messages" && m != nil && m.Type == kind
	}
}

func asked(method, pattern string) target {
	mux := http.NewServeMux()
	mux.HandleFunc(method+" "+pattern, func(http.ResponseWriter, *http.Request) {})
	return func(r *http.Request, _ *message.Message) bool {
		_, found := mux.Handler(r)
		return found != ""
	}
}

var (
	uploads  = asked(http.MethodPost, "/api/v0/storage/add_file")
	metadata = asked(http.MethodGet, "/api/v0/storage/metadata/{hash}")
	limits   = asked(http.MethodGet, "/api/v0/storage/limits.json")
	statuses = asked(http.MethodGet, "/api/v0/messages/{hash}/status")
	messages = asked(http.MethodGet, "/api/v0/messages/{hash}")
	lists    = asked(http.MethodGet, "/api/v0/messages.json")
	looks    = asked(http.MethodGet, "/api/v0/messages/hashes")
)

// reads are what tells of messages that exist: a list, or one of them.
func reads(r *http.Request, m *message.Message) bool { return lists(r, m) || messages(r, m) }

func (w *wire) set(t *trap) *trap {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traps = append(w.traps, t)
	return t
}

// heal makes the network whole again.
func (w *wire) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traps, w.down = nil, nil
}

// cut fails everything from now on.
func (w *wire) cut(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = err
}

func (w *wire) isDown() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

// caught are the traps that a request walks into.
func (w *wire) caught(r *http.Request, m *message.Message) []*trap {
	w.mu.Lock()
	defer w.mu.Unlock()
	var caught []*trap
	for _, t := range w.traps {
		if t.hits != t.times && t.target(r, m) {
			t.hits++
			caught = append(caught, t)
		}
	}
	return caught
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if err := w.isDown(); err != nil {
		return nil, err
	}
	caught := w.caught(r, messageIn(body))
	for _, t := range caught {
		if t.refuse != nil {
			return nil, t.refuse()
		}
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	answer, err := w.exchange(r, body, caught)
	if down := w.isDown(); down != nil {
		return nil, down
	}
	return answer, err
}

// struck is how many requests walked into a trap.
func (w *wire) struck() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	hits := 0
	for _, t := range w.traps {
		hits += t.hits
	}
	return hits
}

// exchange has the node serve a request.
func (w *wire) exchange(r *http.Request, body []byte, caught []*trap) (*http.Response, error) {
	received := r.Clone(r.Context())
	if slices.ContainsFunc(caught, func(t *trap) bool { return t.during != nil }) {
		received = r.Clone(context.WithoutCancel(r.Context()))
	}
	received.Body, received.RequestURI = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI()
	served := &servedReply{header: http.Header{}, done: make(chan struct{})}
	go func() {
		defer close(served.done)
		defer func() {
			broken := recover()
			err, _ := broken.(error)
			served.aborted = errors.Is(err, http.ErrAbortHandler)
			if broken != nil && !served.aborted {
				panic(broken)
			}
		}()
		for _, t := range caught {
			if t.during != nil {
				t.during()
			}
		}
		w.node.ServeHTTP(served, received)
		for _, t := range caught {
			if t.after != nil {
				t.after()
			}
		}
	}()
	select {
	case <-served.done:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	for _, t := range caught {
		if t.lose != nil {
			return nil, t.lose
		}
		if t.instead != nil {
			return t.instead(r), nil
		}
		if t.answer != 0 {
			served = &servedReply{header: http.Header{}, status: t.answer}
		}
	}
	return served.response(r)
}

// servedReply is an answer of the node.
type servedReply struct {
	header  http.Header
	status  int
	body    bytes.Buffer
	aborted bool
	done    chan struct{}
}

func (s *servedReply) Header() http.Header         { return s.header }
func (s *servedReply) Write(p []byte) (int, error) { return s.body.Write(p) }
func (s *servedReply) WriteHeader(status int)      { s.status = status }

func (s *servedReply) response(r *http.Request) (*http.Response, error) {
	var body io.Reader = &s.body
	switch {
	case s.aborted && s.status == 0:
		return nil, errReset
	case s.aborted:
		body = io.MultiReader(body, brokenReader{})
	case s.status == 0:
		s.status = http.StatusOK
	}
	return &http.Response{
		Status: http.StatusText(s.status), StatusCode: s.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: s.header, Body: io.NopCloser(body), ContentLength: -1, Request: r,
	}, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}

func messageIn(body []byte) *message.Message {
	var sent struct {
		Message *message.Message `json:"message"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return nil
	}
	return sent.Message
}
