// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Front stands before a node that runs elsewhere: it passes on what is asked, and lets go wrong on the way what a Node
// does on request. What goes wrong with a message is the front's doing: the node behind it never hears of one that is
// rejected, dropped or pending for ever.
type Front struct {
	faults
	requestLog
	proxy    *httputil.ReverseProxy
	server   *http.Server
	listener net.Listener
	closed   chan struct{}

	mu   sync.Mutex
	sent []message.Message
	kept map[string]verdict
}

// ListenBefore makes the front of the node at a URL, on a free port of this machine.
func ListenBefore(node string) (*Front, error) {
	target, err := url.Parse(node)
	if err != nil {
		return nil, err
	}
	f := &Front{closed: make(chan struct{}), kept: map[string]verdict{}}
	f.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		// A node closes connections that are idle, and resets what comes on them then (NETWORK.md 4.8).
		Transport:    &http.Transport{DisableKeepAlives: true},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { reset(w) },
		// What a client gave up is nobody's concern.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	if f.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil { //nolint:noctx // it listens at once
		return nil, err
	}
	f.server = &http.Server{Handler: f, IdleTimeout: idleTimeout, ReadHeaderTimeout: time.Minute}
	go func() { _ = f.server.Serve(f.listener) }() // ends with ErrServerClosed when Close is called
	return f, nil
}

// URL is where the front is reached, without a trailing slash.
func (f *Front) URL() string { return "http://" + f.listener.Addr().String() }

// Close ends the front, not the node.
func (f *Front) Close() error {
	close(f.closed)
	return f.server.Close()
}

// Sent are the messages that came by and could be read, each once, in the order in which they came.
func (f *Front) Sent() []message.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}

// ServeHTTP implements http.Handler.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.add(r)
	f.serve(w, r, f.subject, http.HandlerFunc(f.pass))
}

// subject is the message that a request sends, or asks for once it has come by.
func (f *Front) subject(r *http.Request) *message.Message {
	if sends(r) {
		return sent(r)
	}
	hash := askedFor(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.find(hash)
}

// find is the message that came by, by its item hash; nil when there is none. Call it with the lock held.
func (f *Front) find(hash string) *message.Message {
	if i := slices.IndexFunc(f.sent, func(m message.Message) bool { return m.ItemHash == hash }); i >= 0 {
		return &f.sent[i]
	}
	return nil
}

// pass asks the node, unless a fault has decided about the message.
func (f *Front) pass(w http.ResponseWriter, r *http.Request) {
	var m *message.Message
	switch {
	case sends(r):
		m = sent(r)
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/add_file"):
		m = uploaded(r)
	case f.tells(w, askedFor(r), strings.HasSuffix(r.URL.Path, "/status")):
		return
	}
	if m == nil || !f.keeps(w, r, m) {
		f.proxy.ServeHTTP(w, r)
	}
}

// keeps notes a message, and reports whether the node does not hear of it now.
func (f *Front) keeps(w http.ResponseWriter, r *http.Request, m *message.Message) bool {
	v := f.verdictOn(r, m)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.find(m.ItemHash) == nil {
		f.sent = append(f.sent, *m)
	}
	if v == (verdict{}) {
		delete(f.kept, m.ItemHash) // it is sent once more
		return false
	}
	f.kept[m.ItemHash] = v
	if later := max(v.held, v.hidden); later > 0 {
		go f.passLater(later, copied(r), m.ItemHash)
	}
	body := object{"publication_status": object{"status": "success", "failed": []string{}}, "message_status": message.StatusPending}
	if !sends(r) {
		var store message.Store
		_ = message.Decode(m, &store) // of what cannot be read there is no file
		body = object{"status": "success", "hash": store.ItemHash}
	}
	answer(w, http.StatusAccepted, body)
	return true
}

// passLater sends the node what was kept from it.
func (f *Front) passLater(after time.Duration, r *http.Request, hash string) {
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
		f.proxy.ServeHTTP(newReply(), r)
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.kept, hash)
	case <-f.closed:
	}
}

// tells answers for the node about a message that it was not sent, and reports whether it did.
func (f *Front) tells(w http.ResponseWriter, hash string, statusOnly bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, kept := f.kept[hash]
	if !kept {
		return false
	}
	m := f.find(hash)
	body := object{"item_hash": hash, "reception_time": isoTime(m.Time.UTC())}
	switch {
	case v.dropped, v.hidden > 0:
		answerStatus(w, http.StatusNotFound)
		return true
	case v.rejection != nil:
		body["status"] = message.StatusRejected
		if !statusOnly {
			body["message"], body["error_code"], body["details"] = *m, v.rejection.code, v.rejection.details()
		}
	default:
		body["status"] = message.StatusPending
		if !statusOnly {
			body["messages"] = []message.Message{*m}
		}
	}
	answer(w, http.StatusOK, body)
	return true
}

// copied is a request that outlives the one it was.
func copied(r *http.Request) *http.Request {
	body, _ := io.ReadAll(r.Body) // of what is cut off, the node makes what it makes
	r.Body = io.NopCloser(bytes.NewReader(body))
	clone := r.Clone(context.WithoutCancel(r.Context()))
	clone.Body = io.NopCloser(bytes.NewReader(body))
	return clone
}

// uploaded is the message that comes with a file; nil when none does.
func uploaded(r *http.Request) *message.Message {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	form := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil
		}
		if part.FormName() != "metadata" {
			continue
		}
		var metadata struct {
			Message *message.Message `json:"message"`
		}
		if json.NewDecoder(part).Decode(&metadata) != nil {
			return nil
		}
		return metadata.Message
	}
}
