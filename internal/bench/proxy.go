// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// proxy stands before the local node: it adds latency to every request, counts them and their bytes, and takes the time of uploads.
type proxy struct {
	server *httptest.Server

	mu      sync.Mutex
	latency time.Duration
	count   int
	bytes   int64
	upload  time.Duration
}

func newProxy(node string) (*proxy, error) {
	target, err := url.Parse(node)
	if err != nil {
		return nil, err
	}
	p := &proxy{}
	forward := httputil.NewSingleHostReverseProxy(target)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.count++
		latency := p.latency
		p.mu.Unlock()
		select {
		case <-time.After(latency):
		case <-r.Context().Done():
			return
		}
		start := time.Now()
		counted := &countingWriter{ResponseWriter: w}
		forward.ServeHTTP(counted, r)
		p.mu.Lock()
		p.bytes += max(r.ContentLength, 0) + int64(len(r.URL.RequestURI())) + counted.written
		p.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/add_file") {
			p.mu.Lock()
			p.upload = time.Since(start)
			p.mu.Unlock()
		}
	}))
	return p, nil
}

// reset sets the latency, and counts from zero.
func (p *proxy) reset(latency time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency, p.count, p.bytes, p.upload = latency, 0, 0, 0
}

func (p *proxy) requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

func (p *proxy) lastUpload() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.upload
}

// transferred are the bytes of all requests and answers, without their headers.
func (p *proxy) transferred() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes
}

// countingWriter counts what is answered.
type countingWriter struct {
	http.ResponseWriter
	written int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.written += int64(n)
	return n, err
}

// Unwrap gives what http.ResponseController looks for.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
