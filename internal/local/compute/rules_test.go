// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// What a compute node answers for a program that does not start.
const (
	unhandled   = `{"error":"500: Unhandled error during initialisation"}`
	setupFailed = `{"error":"500: Error during vm initialisation"}`
	unavailable = `{"error":"400: Code, runtime or data not available"}`
	timedOut    = "{\"error\":\"Program did not respond within `resource.seconds`\"}"
	shutDown    = "VM did not respond and was shut down"
)

// handles is an application that completes its lifespan and handles a request by the given lines.
func handles(lines ...string) map[string]string {
	return map[string]string{"main.py": "import asyncio, json, os, sys, time\n" + lifespan + "    " + strings.Join(lines, "\n    ") + "\n"}
}

const (
	start200 = `await send({"type": "http.response.start", "status": 200, "headers": []})`
	bodyOK   = `await send({"type": "http.response.body", "body": b"ok"})`
)

func withinSeconds(seconds int64) func(*message.Program) {
	return func(p *message.Program) { p.Resources.Seconds = seconds }
}

func mounting(volumes ...message.Volume) func(*message.Program) {
	return func(p *message.Program) { p.Volumes = volumes }
}

func ptr[T any](value T) *T { return &value }

func TestProgram_thatDoesNotStart(t *testing.T) {
	n := start(t, compute.Config{})
	zipInstead := n.store(zipped(t, map[string]string{"a": "b"}), "")
	for name, p := range map[string]struct {
		files                map[string]string
		encoding, entrypoint string
		change               func(*message.Program)
		status               int
		want                 string
	}{
		"it raises on lifespan":                       {files: map[string]string{"main.py": "async def app(scope, receive, send):\n    raise ValueError(scope['type'])\n"}, status: 500, want: setupFailed},
		"no such module":                              {files: handles(start200), entrypoint: "other:app", status: 500, want: setupFailed},
		"no such attribute":                           {files: handles(start200), entrypoint: "main:other", status: 500, want: setupFailed},
		"plain with a colon":                          {files: handles(start200), encoding: "plain", status: 500, want: setupFailed},
		"no such executable":                          {files: handles(start200), entrypoint: "run", status: 500, want: setupFailed},
		"an executable without its x bit in squashfs": {files: map[string]string{"run": "#!/bin/sh\n"}, entrypoint: "run", status: 500, want: setupFailed},
		"a script without an interpreter":             {files: map[string]string{"run*": "echo hello\n"}, entrypoint: "run", status: 500, want: setupFailed},
		"code that is no squashfs":                    {files: handles(start200), encoding: "zip", change: func(p *message.Program) { p.Code.Encoding = "squashfs" }, status: 500, want: unhandled},
		"code that is no zip":                         {files: handles(start200), change: func(p *message.Program) { p.Code.Encoding = "zip" }, status: 500, want: setupFailed},
		"code that is not there":                      {files: handles(start200), change: func(p *message.Program) { p.Code.Ref = p.Runtime.Ref }, status: 400, want: unavailable},
		"a volume that is no squashfs":                {files: handles(start200), change: mounting(message.Volume{Ref: zipInstead, Mount: ptr("/mnt"), UseLatest: ptr(true)}), status: 500, want: unhandled},
		"an ephemeral volume":                         {files: handles(start200), change: mounting(message.Volume{Ephemeral: true, SizeMiB: 1, Mount: ptr("/mnt")}), status: 500, want: unhandled},
		"a volume in the store":                       {files: handles(start200), change: mounting(message.Volume{Persistence: ptr("store"), Name: ptr("v"), SizeMiB: 1, Mount: ptr("/mnt")}), status: 500, want: unhandled},
		"a zip of more than ten million bytes": {
			files: handles(start200), encoding: "plain", status: 500, want: `{"error":"500: Program file too large to pass as an inline zip"}`,
			change: func(p *message.Program) { p.Code.Ref = n.store(make([]byte, 10_000_001), "") },
		},
		"data of more than ten million bytes": {
			files: handles(start200), status: 500, want: `{"error":"500: Data file too large to pass as an inline zip"}`,
			change: func(p *message.Program) {
				p.Data = &message.DataVolume{Encoding: "zip", Mount: "/data", Ref: n.store(make([]byte, 10_000_001), "")}
			},
		},
	} {
		t.Run(name, func(*testing.T) {
			if p.encoding == "" {
				p.encoding = "squashfs"
			}
			if p.entrypoint == "" {
				p.entrypoint = "main:app"
			}
			hash := n.deploy(p.files, p.encoding, p.entrypoint, p.change)
			n.expect(hash, "/", p.status, p.want)
		})
	}
}

// What never completes its lifespan is given up.
func TestProgram_thatIsNeverReady(t *testing.T) {
	n := start(t, compute.Config{SetupTimeout: 4 * time.Second})
	for name, code := range map[string]string{
		"it ignores the lifespan": "async def app(scope, receive, send):\n    return\n",
		"it waits for a shutdown": "async def app(scope, receive, send):\n    while True:\n        e = await receive()\n        if e['type'] == 'lifespan.shutdown':\n            return\n",
	} {
		t.Run(name, func(*testing.T) {
			hash := n.deploy(map[string]string{"main.py": code}, "squashfs", "main:app", nil)
			n.expect(hash, "/", 500, unhandled)
		})
	}
}

func TestAnswer_ofProgram(t *testing.T) {
	n := start(t, compute.Config{})
	for name, p := range map[string]struct {
		lines  []string
		status int
		want   string
		// bare is whether the answer lacks the headers that name the program.
		bare bool
	}{
		"its own status":                   {lines: []string{`await send({"type": "http.response.start", "status": 418, "headers": []})`, bodyOK}, status: 418, want: "ok"},
		"its own 503":                      {lines: []string{`await send({"type": "http.response.start", "status": 503, "headers": []})`, bodyOK}, status: 503, want: "ok"},
		"its own 404":                      {lines: []string{`await send({"type": "http.response.start", "status": 404, "headers": []})`, bodyOK}, status: 404, want: `{"error":"ok"}`, bare: true},
		"only the first part of a body":    {lines: []string{start200, `await send({"type": "http.response.body", "body": b"one", "more_body": True})`, `await send({"type": "http.response.body", "body": b"two"})`}, status: 200, want: "one"},
		"a body that is text":              {lines: []string{start200, `await send({"type": "http.response.body", "body": "text"})`}, status: 200, want: "text"},
		"a body longer than it says":       {lines: []string{`await send({"type": "http.response.start", "status": 200, "headers": [[b"Content-Length", b"1"]]})`, bodyOK}, status: 200, want: "o"},
		"headers that are text":            {lines: []string{`await send({"type": "http.response.start", "status": 200, "headers": [["a", "b"]]})`, bodyOK}, status: 500, want: `{"error":"'str' object has no attribute 'decode'","error_type":"\u003cclass 'AttributeError'\u003e"}`, bare: true},
		"no body":                          {lines: []string{start200, `await send({"type": "http.response.body"})`}, status: 500, want: `{"error":"'body'","error_type":"\u003cclass 'KeyError'\u003e"}`, bare: true},
		"an end during the request":        {lines: []string{`os._exit(0)`}, status: 502, want: shutDown, bare: true},
		"the query, decoded":               {lines: []string{start200, `await send({"type": "http.response.body", "body": scope["query_string"].encode()})`}, status: 200, want: "a=b c%26é"},
		"the path, decoded":                {lines: []string{start200, `await send({"type": "http.response.body", "body": scope["path"].encode()})`}, status: 200, want: "/a b"},
		"a receive that gives it all":      {lines: []string{start200, `await send({"type": "http.response.body", "body": str([await receive(), await receive()]).encode()})`}, status: 200, want: "[{'type': 'http.request', 'body': b'', 'more_body': False}, {'type': 'http.request', 'body': b'', 'more_body': False}]"},
		"the keys of its scope":            {lines: []string{start200, `await send({"type": "http.response.body", "body": str(sorted(scope)).encode()})`}, status: 200, want: "['headers', 'method', 'path', 'query_string', 'type']"},
		"no packages of the host's system": {lines: []string{"import importlib.util", start200, `await send({"type": "http.response.body", "body": str([importlib.util.find_spec(m) is not None for m in ("gi", "fastapi", "aleph.sdk")]).encode()})`}, status: 200, want: "[False, True, True]"},
	} {
		t.Run(name, func(t *testing.T) {
			hash := n.deploy(handles(p.lines...), "squashfs", "main:app", nil)
			got := n.expect(hash, "/a%20b?a=b+c%26%C3%A9", p.status, p.want)
			if named := got.header.Get("Aleph-Program-ItemHash") == hash && got.header.Get("Aleph-Program-Code-Ref") != ""; named == p.bare {
				t.Errorf("headers: %v", got.header)
			}
		})
	}
	t.Run("a traceback", func(t *testing.T) {
		hash := n.deploy(handles("raise ValueError('boom')"), "squashfs", "main:app", nil)
		if got := n.ask(hash, "/"); got.status != 500 || !strings.HasSuffix(got.body, "ValueError: boom\n") || got.header.Get("Content-Type") != "text/plain" {
			t.Errorf("%d %q %v", got.status, got.body, got.header)
		}
	})
	t.Run("a body shorter than it says", func(t *testing.T) {
		hash := n.deploy(handles(`await send({"type": "http.response.start", "status": 200, "headers": [[b"content-length", b"9"]]})`, bodyOK), "squashfs", "main:app", nil)
		if got := n.ask(hash, "/"); got.err == nil {
			t.Errorf("the transfer ends well: %q", got.body)
		}
	})
	t.Run("what was posted", func(t *testing.T) {
		hash := n.deploy(handles("event = await receive()", start200, `await send({"type": "http.response.body", "body": scope["method"].encode() + event["body"]})`), "squashfs", "main:app", nil)
		if got := n.do(http.MethodPut, "/vm/"+hash, "sent", nil); got.body != "PUTsent" {
			t.Errorf("%d %q", got.status, got.body)
		}
	})
}

// A program that is only late answers the next request; one whose event loop does not turn never does again.
func TestTimeout_ofProgram(t *testing.T) {
	n := start(t, compute.Config{})
	late := n.deploy(handles("if scope['path'] == '/late':", "    await asyncio.sleep(30)", start200, bodyOK), "squashfs", "main:app", withinSeconds(1))
	n.expect(late, "/late", 504, timedOut)
	n.expect(late, "/", 200, "ok")

	frozen := n.deploy(handles("while scope['path'] == '/freeze':", "    await receive()", start200, bodyOK), "squashfs", "main:app", withinSeconds(1))
	n.expect(frozen, "/", 200, "ok")
	n.expect(frozen, "/freeze", 504, timedOut)
	n.expect(frozen, "/", 504, timedOut)

	silent := n.deploy(map[string]string{"run*": "#!/bin/sh\nsleep 60\n"}, "squashfs", "run", withinSeconds(1))
	n.expect(silent, "/", 504, timedOut)
}

func TestProgram_thatEndsDuringRequest(t *testing.T) {
	n := start(t, compute.Config{})
	hash := n.deploy(handles("if scope['path'] == '/exit':", "    sys.exit(1)", start200, bodyOK), "squashfs", "main:app", nil)
	n.expect(hash, "/", 200, "ok")
	n.expect(hash, "/exit", 502, shutDown)
	n.expect(hash, "/", 200, "ok")
}

func TestReference_thatNamesNoProgram(t *testing.T) {
	n := start(t, compute.Config{})
	store := n.store([]byte("file"), "")
	for path, want := range map[string]answer{
		"/vm/xyz":                              {status: 400, body: `{"error":"Invalid message reference: xyz"}`},
		"/vm/" + strings.Repeat("e", 64) + "/": {status: 500, body: unhandled},
		"/vm/" + store + "/":                   {status: 500, body: unhandled},
		"/":                                    {status: 404, body: `{"error":"404: Invalid message reference"}`},
	} {
		if got := n.do(http.MethodGet, path, "", nil); got.status != want.status || got.body != want.body {
			t.Errorf("%s: %d %s, want %d %s", path, got.status, got.body, want.status, want.body)
		}
	}
	n.compute.Drain(true)
	if got := n.ask(store, "/"); got.status != 503 || got.body != `{"error":"Server is draining, try another node"}` {
		t.Errorf("a node that drains: %d %s", got.status, got.body)
	}
}
