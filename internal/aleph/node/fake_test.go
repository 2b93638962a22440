// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

const retries = 3

// connect makes a client that does not wait long between attempts.
func connect(t *testing.T, url string) *node.Client {
	t.Helper()
	c, err := node.New(node.Config{URL: url, MaxRetries: retries, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	c.Hurry()
	return c
}

// scripted is a node that answers each endpoint by a list of steps, the last of which stays.
type scripted struct {
	t     *testing.T
	mu    sync.Mutex
	steps map[string][]http.HandlerFunc
	calls []call
}

// call is a request as the node saw it.
type call struct {
	endpoint string // method and path
	query    string
	body     string
	header   http.Header
	size     int64
}

func newScripted(t *testing.T) *scripted {
	return &scripted{t: t, steps: map[string][]http.HandlerFunc{}}
}

// on adds steps for an endpoint such as "GET /api/v0/version".
func (s *scripted) on(endpoint string, steps ...http.HandlerFunc) *scripted {
	s.steps[endpoint] = append(s.steps[endpoint], steps...)
	return s
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	endpoint := r.Method + " " + r.URL.Path
	s.mu.Lock()
	s.calls = append(s.calls, call{endpoint, r.URL.RawQuery, string(body), r.Header, r.ContentLength})
	steps := s.steps[endpoint]
	if len(steps) > 1 {
		s.steps[endpoint] = steps[1:]
	}
	s.mu.Unlock()
	if len(steps) == 0 {
		answer(404, "404: Not Found")(w, r)
		return
	}
	steps[0](w, r)
}

// client serves the script, and connects to it.
func (s *scripted) client() *node.Client {
	s.t.Helper()
	server := httptest.NewServer(s)
	s.t.Cleanup(server.Close)
	return connect(s.t, server.URL)
}

// count is the number of calls of an endpoint.
func (s *scripted) count(endpoint string) int {
	return len(s.made(endpoint))
}

func (s *scripted) made(endpoint string) []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c call) bool { return c.endpoint != endpoint })
}

// answer gives a status and a text, and headers in pairs of name and value.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// reset closes the connection without an answer.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// cut announces more than it sends.
func cut(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)+10))
		_, _ = io.WriteString(w, body)
	}
}

// exchange is a request to a real node, with its answer.
type exchange struct {
	Request struct {
		Method    string `json:"method"`
		Path      string `json:"path"`
		Body      struct{ Message json.RawMessage }
		Multipart struct {
			Metadata struct{ Message json.RawMessage }
			File     []byte `json:"file_base64"`
		}
	} `json:"request"`
	Response struct {
		Status int             `json:"status"`
		Type   string          `json:"content-type"`
		Body   json.RawMessage `json:"body"`
	} `json:"response"`
}

// recorded reads an exchange with a real node by the beginning of its name.
func recorded(t *testing.T, name string) exchange {
	t.Helper()
	files, err := filepath.Glob("testdata/exchanges/" + name + "-*.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("exchange %s: %d files, %v", name, len(files), err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var e exchange
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatalf("%s: %v", files[0], err)
	}
	return e
}

// endpoint is what the exchange asked for, without its query.
func (e exchange) endpoint() string {
	path, _, _ := strings.Cut(e.Request.Path, "?")
	return e.Request.Method + " " + path
}

// step answers as the real node did.
func (e exchange) step() http.HandlerFunc {
	var text string
	if json.Unmarshal(e.Response.Body, &text) != nil {
		text = string(e.Response.Body)
	}
	return answer(e.Response.Status, text, "Content-Type", e.Response.Type)
}

// message is the one that the exchange published.
func (e exchange) message(t *testing.T) *message.Message {
	t.Helper()
	raw := e.Request.Body.Message
	if raw == nil {
		raw = e.Request.Multipart.Metadata.Message
	}
	var m message.Message
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return &m
}

// replay is a node that gives recorded answers.
func replay(t *testing.T, names ...string) *scripted {
	t.Helper()
	s := newScripted(t)
	for _, name := range names {
		e := recorded(t, name)
		s.on(e.endpoint(), e.step())
	}
	return s
}

func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	var a, b bytes.Buffer
	for text, into := range map[string]*bytes.Buffer{got: &a, want: &b} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if err := json.NewEncoder(into).Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	return a.String() == b.String()
}
