// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

func TestNewChecksTheURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "api.aleph.im", "ftp://api.aleph.im", "http://", "https://api.aleph.im?x=1", "https://api.aleph.im#x", "http://a b",
		"https://api.aleph.im/api/v0", "https://api.aleph.im/api/v0/", "https://api.aleph.im/some/where/api/v1", "https://api.aleph.im/api/v0/messages.json",
	} {
		if _, err := node.New(node.Config{URL: url}); err == nil {
			t.Errorf("%q was accepted", url)
		}
	}
	for _, url := range []string{"ftp://token:secret@host", "token:secret@host", "token secret", "https://token:sec%ret@host"} {
		if _, err := node.New(node.Config{URL: url}); err == nil || strings.Contains(err.Error(), "sec") || strings.Contains(err.Error(), "token") {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

// A node may want a user and a password, or a token in place of the user; the URL that is shown and kept has none.
func TestURL_withoutUser(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(version, answer(200, fine))
	server := httptest.NewServer(s)
	defer server.Close()
	client := connect(t, strings.Replace(server.URL, "://", "://token:secret@", 1))
	if _, err := client.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.made(version)[0].header.Get("Authorization"); got != "Basic dG9rZW46c2VjcmV0" {
		t.Errorf("the node was sent %q", got)
	}
	if got := client.URL(); got != server.URL {
		t.Errorf("got %q, want %q", got, server.URL)
	}
}

// The API may be below a path, with or without a slash at its end.
func TestBasePath(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on("GET /some/where/api/v0/version", answer(200, `{"version":"1"}`))
	server := httptest.NewServer(s)
	defer server.Close()
	for _, path := range []string{"/some/where", "/some/where/"} {
		if version, err := connect(t, server.URL+path).Version(t.Context()); err != nil || version != "1" {
			t.Errorf("%s: got %q, %v", path, version, err)
		}
	}
	if got := s.made("GET /some/where/api/v0/version")[0].header.Get("User-Agent"); got != "test" {
		t.Errorf("user agent %q", got)
	}
}

const (
	version = "GET /api/v0/version"
	fine    = `{"version":"1"}`
)

// What may pass is asked again.
func TestRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"reset":                   reset,
		"cut off":                 cut(`{"version`),
		"cut off, size not given": answer(200, `{"version":"`),
		"empty":                   answer(200, ""),
		"429":                     answer(429, ""),
		"500":                     answer(500, ""),
		"502":                     answer(502, "<html>bad gateway</html>"),
		"503":                     answer(503, "", "Retry-After", "0"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(version, fault, fault, answer(200, fine))
			if got, err := s.client().Version(t.Context()); err != nil || got != "1" || s.count(version) != 3 {
				t.Errorf("got %q, %v after %d attempts", got, err, s.count(version))
			}
		})
	}
}

// What is an answer, and what fails every time, is an error.
func TestNotRetried(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		step     http.HandlerFunc
		attempts int
		says     string
	}{
		"403":               {answer(403, "forbidden zone"), 1, "the node refuses the request (HTTP 403 to GET /api/v0/version), and says: forbidden zone"},
		"422":               {answer(422, "no"), 1, "422"},
		"501":               {answer(501, ""), 1, "501"},
		"a page":            {answer(200, "<!DOCTYPE html>\n<title>Sign in</title>"), 1, "not JSON, so it is not from a node of the network: \"<!DOCTYPE html> <title>Sign in"},
		"another form":      {answer(200, `{"version":{}}`), 1, "of another form than a node's"},
		"endless redirects": {answer(302, "", "Location", "/api/v0/version"), 6, "302"},
		"500 for ever":      {answer(500, "oops"), 1 + retries, "the node failed (HTTP 500 to GET /api/v0/version), and says: oops"},
		"429 for ever":      {answer(429, "slow down"), 1 + retries, "slow down"},
		"reset for ever":    {reset, 1 + retries, "GET /api/v0/version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(version, test.step)
			got, err := s.client().Version(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %q, %v, want %q", got, err, test.says)
			}
			if s.count(version) != test.attempts {
				t.Errorf("%d attempts, want %d", s.count(version), test.attempts)
			}
		})
	}
}

func TestLongAnswersAreCutInErrors(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(version, answer(403, strings.Repeat("é\n", 5000)))
	_, err := s.client().Version(t.Context())
	if err == nil || len(err.Error()) > 600 || strings.Contains(err.Error(), "\n") || !strings.HasSuffix(err.Error(), "…") {
		t.Errorf("got %v", err)
	}
}

// endless is an answer that would fill the memory.
func endless(w http.ResponseWriter, r *http.Request) {
	block := bytes.Repeat([]byte(" "), 1<<20)
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(version, endless)
	_, err := s.client().Version(t.Context())
	if err == nil || !strings.Contains(err.Error(), "larger than") || s.count(version) != 1 {
		t.Errorf("got %v after %d attempts", err, s.count(version))
	}
}

func TestEndOfContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newScripted(t).on(version, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // the client has hung up
		reset(w, r)
	})
	if _, err := s.client().Version(ctx); !errors.Is(err, context.Canceled) || s.count(version) != 1 {
		t.Errorf("got %v after %d attempts", err, s.count(version))
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	content := make([]byte, 1<<20)
	_, _ = rand.Read(content)
	const raw = "GET /api/v0/storage/raw/cd"
	s := newScripted(t).on(raw, answer(503, ""), reset, answer(200, string(content)))
	c := s.client()
	body, err := c.Download(t.Context(), "cd")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.Download(t.Context(), "ef"); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("unknown: got %v", err)
	}
}

func TestDownloadCutOff(t *testing.T) {
	t.Parallel()
	body, err := newScripted(t).on("GET /api/v0/storage/raw/cd", cut("hello")).client().Download(t.Context(), "cd")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if got, err := io.ReadAll(body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %q, %v", got, err)
	}
}

// The log tells what was asked, and nothing of what was sent.
func TestLog(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(post, answer(503, ""), answer(200, accepted))
	server := httptest.NewServer(s)
	defer server.Close()
	var mu sync.Mutex
	var lines []string
	c, err := node.New(node.Config{URL: server.URL, MaxRetries: 1, Log: func(_ context.Context, msg string, fields map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, fmt.Sprint(msg, fields))
	}})
	if err != nil {
		t.Fatal(err)
	}
	c.Hurry()
	m := &message.Message{Type: message.TypeProgram, ItemHash: "ab", ItemType: message.ItemTypeInline, ItemContent: `{"variables":{"A":"hidden"}}`, Signature: "0xhidden"}
	if _, err := c.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"method:POST", "path:/api/v0/messages ", "status:503", "status:200", "status:404", "attempt:1", "attempt:2", "duration_ms:"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in:\n%s", want, all)
		}
	}
	if strings.Contains(all, "hidden") {
		t.Errorf("a secret in:\n%s", all)
	}
}
