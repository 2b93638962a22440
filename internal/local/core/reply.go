// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
)

// object is a JSON object in an answer.
type object = map[string]any

// answer sends JSON, with raw UTF-8 as real nodes do.
func answer(w http.ResponseWriter, status int, body any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		answerText(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	send(w, status, bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
}

func answerText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	send(w, status, []byte(text))
}

// answerStatus sends a status with the text that the web server of real nodes gives it.
func answerStatus(w http.ResponseWriter, status int) {
	answerReason(w, status, http.StatusText(status))
}

func answerReason(w http.ResponseWriter, status int, reason string) {
	if status == http.StatusInternalServerError {
		answerText(w, status, "500 Internal Server Error\n\nServer got itself in trouble")
		return
	}
	answerText(w, status, fmt.Sprintf("%d: %s", status, reason))
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone; nobody is left to tell
}

// reply is an answer that has not been sent.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newReply() *reply { return &reply{header: http.Header{}, status: http.StatusOK} }

// Header implements http.ResponseWriter.
func (r *reply) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *reply) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *reply) Write(p []byte) (int, error) { return r.body.Write(p) }

// sendTo sends the answer.
func (r *reply) sendTo(w http.ResponseWriter) {
	if r.status == http.StatusProcessing {
		sendProcessing(w)
		return
	}
	maps.Copy(w.Header(), r.header)
	send(w, r.status, r.body.Bytes())
}

// sendProcessing sends 102, which is no final status: a client waits for more until the connection ends
// (NETWORK.md 10.4).
func sendProcessing(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		w.WriteHeader(http.StatusProcessing)
		return
	}
	conn, buf, err := hijacker.Hijack()
	if err != nil {
		return
	}
	_, _ = buf.WriteString("HTTP/1.1 102 Processing\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	_ = buf.Flush()
	_ = conn.Close() // the client is meant to be left without an answer
}
