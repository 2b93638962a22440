// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// cannotReplay are the recorded exchanges that the node does not repeat, and why.
var cannotReplay = map[int]string{
	138: "the 26 MiB that were uploaded were not recorded, only their hash",
	232: "websocket: the node has none",
	299: "sums over the whole session, most of whose messages were not recorded",
	302: "tells the recorded node's address on the peer-to-peer network, which this node is not on",
	332: "the 300,000 bytes that were uploaded were not recorded, only their hash",
	342: "the 26 MiB that were uploaded were not recorded, only their hash",
	362: "CAR archive: the node imports none",
	363: "CAR archive: the node imports none",
}

// exchange is one request to a real node, and its answer (pyaleph 0.10.3-rc5, November 2026). The 363 are one long
// session; up to 328 the node had no IPFS.
type exchange struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	Request struct {
		Method    string          `json:"method"`
		Path      string          `json:"path"`
		Body      json.RawMessage `json:"body"`
		Multipart map[string]any  `json:"multipart"`
		Raw       string          `json:"body_base64"`
	} `json:"request"`
	Response struct {
		Status int             `json:"status"`
		Type   string          `json:"type"`
		Body   json.RawMessage `json:"body"`
	} `json:"response"`
}

func readExchanges(t *testing.T, path string) []exchange {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var exchanges []exchange
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, mebibyte)
	for lines.Scan() {
		var e exchange
		if err := decode(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		exchanges = append(exchanges, e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return exchanges
}

// TestReplay sends what was sent to a real node, in the same order, and expects the same answers: status, type and
// body, apart from signatures, from times that the node's own clock makes, from totals over the whole session, and
// from confirmations on a blockchain. What the recorded session did between the exchanges is made up for by stages.
func TestReplay(t *testing.T) {
	t.Parallel()
	exchanges := readExchanges(t, "testdata/exchanges.jsonl")
	replayed := newStage(t, exchanges).replay(stages, cannotReplay)
	if replayed+len(cannotReplay) != 363 {
		t.Errorf("%d replayed and %d not, which is not 363", replayed, len(cannotReplay))
	}
}

// replay sends what was sent, and returns how many requests it were.
func (s *stage) replay(stages map[int]func(*stage), cannot map[int]string) (replayed int) {
	for _, e := range s.exchanges {
		if prepare := stages[e.Number]; prepare != nil {
			prepare(s)
		}
		if _, ok := cannot[e.Number]; ok {
			continue
		}
		replayed++
		s.provideFile(e)
		s.awaitOutcome(e)
		if problem := compare(e, s.send(e)); problem != "" {
			s.t.Errorf("%03d %s: %s %s\n%s", e.Number, e.Name, e.Request.Method, e.Request.Path, problem)
		}
	}
	return replayed
}

// send performs a request as it was recorded. A synchronous call that was answered 202 need not wait long for it.
func (s *stage) send(e exchange) *httptest.ResponseRecorder {
	body, kind := s.body(e)
	r := httptest.NewRequestWithContext(s.t.Context(), e.Request.Method, e.Request.Path, body)
	r.Header.Set("Content-Type", kind)
	s.node.cfg.SyncWait = 10 * time.Second
	if e.Response.Status == http.StatusAccepted {
		s.node.cfg.SyncWait = 50 * time.Millisecond
	}
	reply := httptest.NewRecorder()
	s.node.ServeHTTP(reply, r)
	return reply
}

// zeros stands for bytes that were not recorded, as "<123 bytes>".
func zeros(placeholder string) (io.Reader, bool) {
	var count int64
	if _, err := fmt.Sscanf(placeholder, "<%d bytes>", &count); err != nil {
		return nil, false
	}
	return io.LimitReader(zeroReader{}, count), true
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (s *stage) body(e exchange) (io.Reader, string) {
	switch {
	case e.Request.Multipart != nil:
		return s.form(e)
	case e.Request.Raw != "":
		return s.bytes(e.Request.Raw), "application/octet-stream"
	case len(e.Request.Body) > 0 && e.Request.Body[0] == '"':
		var text string
		if err := json.Unmarshal(e.Request.Body, &text); err != nil {
			s.t.Fatal(err)
		}
		if text == "<json over 1 MiB>" {
			text = strings.Repeat(" ", maxBody+1)
		}
		return strings.NewReader(text), "application/json"
	}
	return bytes.NewReader(e.Request.Body), "application/json"
}

func (s *stage) bytes(encoded string) io.Reader {
	if reader, ok := zeros(encoded); ok {
		return reader
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		s.t.Fatal(err)
	}
	return bytes.NewReader(raw)
}

// form builds a multipart body, with the metadata before or behind the file.
func (s *stage) form(e exchange) (io.Reader, string) {
	recorded := e.Request.Multipart
	if plain, ok := recorded["file"].(string); ok {
		recorded = map[string]any{"file_base64": base64.StdEncoding.EncodeToString([]byte(plain))}
	}
	reader, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	metadata := func() error {
		if recorded["metadata"] == nil {
			return nil
		}
		part, err := form.CreateFormField("metadata")
		if err != nil {
			return err
		}
		return json.NewEncoder(part).Encode(recorded["metadata"])
	}
	file := func() error {
		encoded, ok := recorded["file_base64"].(string)
		if !ok {
			return form.WriteField("nofile", "hello")
		}
		part, err := form.CreateFormFile("file", "f.bin")
		if err != nil {
			return err
		}
		_, err = io.Copy(part, s.bytes(encoded))
		return err
	}
	parts := []func() error{metadata, file}
	if recorded["order"] == "file-first" {
		parts = []func() error{file, metadata}
	}
	go func() {
		for _, write := range parts {
			if err := write(); err != nil {
				writer.CloseWithError(err)
				return
			}
		}
		writer.CloseWithError(form.Close())
	}()
	return reader, form.FormDataContentType()
}

// awaitOutcome waits until the message that is asked for has the status that was recorded: the recording waited, too.
func (s *stage) awaitOutcome(e exchange) {
	hash, ok := strings.CutPrefix(e.Request.Path, "/api/v0/messages/")
	var recorded struct{ Status message.Status }
	if !ok || json.Unmarshal(e.Response.Body, &recorded) != nil || recorded.Status == "" {
		return
	}
	hash, _, _ = strings.Cut(hash, "/")
	s.await(hash, recorded.Status)
}

func (s *stage) await(hash string, status message.Status) {
	deadline := time.Now().Add(10 * time.Second)
	for s.node.Status(hash) != status && time.Now().Before(deadline) {
		s.node.pause(time.Millisecond)
	}
}

// compare tells what differs from the recorded answer.
func compare(e exchange, reply *httptest.ResponseRecorder) string {
	var problems []string
	if reply.Code != e.Response.Status {
		problems = append(problems, fmt.Sprintf("status %d, want %d", reply.Code, e.Response.Status))
	}
	if kind, _, _ := strings.Cut(reply.Header().Get("Content-Type"), ";"); e.Response.Status != http.StatusProcessing && kind != e.Response.Type {
		problems = append(problems, fmt.Sprintf("type %q, want %q", kind, e.Response.Type))
	}
	var want, got any
	if err := json.Unmarshal(e.Response.Body, &want); err != nil {
		want = nil
	}
	if _, isText := want.(string); isText {
		got = reply.Body.String()
	} else if err := json.Unmarshal(reply.Body.Bytes(), &got); err != nil && reply.Body.Len() > 0 {
		got = reply.Body.String()
	}
	confirmed := strings.Contains(mustJSON(want), `"confirmed":true`)
	own(want, confirmed)
	own(got, confirmed)
	if !reflect.DeepEqual(got, want) {
		problems = append(problems, fmt.Sprintf(" got %s\nwant %s", mustJSON(got), mustJSON(want)))
	}
	return strings.Join(problems, "\n")
}

// ownKeys are what differs from node to node, and from session to session.
var ownKeys = map[string]bool{
	"reception_time": true, "removed_at": true, "message_timestamp": true, "pagination_total": true,
	"signature": true, "original_signature": true,
}

// own takes what is a node's own out of an answer, and what a blockchain confirmed if anything is.
func own(value any, withConfirmations bool) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if ownKeys[key] || (withConfirmations && (key == "confirmed" || key == "confirmations")) {
				delete(v, key)
			} else {
				own(inner, withConfirmations)
			}
		}
	case []any:
		for _, inner := range v {
			own(inner, withConfirmations)
		}
	}
}

func mustJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
