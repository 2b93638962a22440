// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// recorded is an exchange with a real compute node (NETWORK.md 12), whose machines were replaced by canned answers.
type recorded struct {
	Name, Method, Path, Host string
	Status                   int
	ContentType              string `json:"content_type"`
	Headers                  map[string]string
	Body                     any
}

// notReplayed are the exchanges that the local node answers otherwise, or not at all, and why.
var notReplayed = map[string]string{
	"executions-v2-program":         "the list of executions tells addresses, which a process has none of",
	"vm-after-code-amend-still-old": "the local node looks at references with each request, and has no time in which it has not seen an amend",
	"notify-program-400":            "the control API belongs to machines",
	"program-stop-by-owner":         "the control API belongs to machines",
	"vm-instance-hash":              "it is answered as the hash of a STORE is, and there is no INSTANCE to publish yet",
	"vm-invalid-answer-502":         "a driver of our own gives no answer that cannot be read",
}

// TestReplay publishes for each exchange what it was about, and compares the whole answer.
func TestReplay(t *testing.T) {
	text, err := os.ReadFile("testdata/vm.json")
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []recorded
	if err := json.Unmarshal(text, &exchanges); err != nil {
		t.Fatal(err)
	}
	n := start(t, compute.Config{KeepForgotten: true})
	hello := handles("if scope['path'] == '/nothing':", "    status = int(os.environ.get('STATUS', '200'))",
		"else:", "    status = 200",
		`await send({"type": "http.response.start", "status": status, "headers": [[b"content-type", b"text/plain"]]})`,
		`await send({"type": "http.response.body", "body": b"none here" if status != 200 else b"hello"})`)
	code := n.store(n.pack(hello, "squashfs"), "")
	publish := func(change func(*message.Program)) string {
		p := program(code, "squashfs", "main:app")
		change(p)
		return n.publish(p)
	}
	with := func(lines ...string) func() string {
		return func() string { return n.deploy(handles(lines...), "squashfs", "main:app", withinSeconds(1)) }
	}
	first := publish(func(*message.Program) {})
	status := func(code string) func() string {
		return func() string {
			return publish(func(p *message.Program) { p.Variables = map[string]string{"STATUS": code} })
		}
	}
	same := func() string { return first }
	subjects := map[string]func() string{
		"vm-bad-reference-400":  func() string { return "xyz" },
		"vm-unknown-hash-500":   func() string { return strings.Repeat("e", 64) },
		"vm-store-hash-500":     func() string { return code },
		"vm-200":                same,
		"host-form-200":         same,
		"host-form-unknown-500": func() string { return strings.Repeat("e", 64) },
		"vm-app-raises-500":     with("raise ValueError('boom')"),
		"vm-timeout-504":        with("await asyncio.sleep(30)"),
		"vm-empty-answer-502":   with("os._exit(0)"),
		"vm-app-answers-404":    status("404"),
		"vm-app-answers-503":    status("503"),
		"vm-after-update-seen-new-code": func() string {
			n.ask(first, "/")
			n.amend(code, hello)
			return first
		},
		"vm-original-after-amend": same,
		"vm-amend": func() string {
			return publish(func(p *message.Program) { p.Replaces = first })
		},
		"vm-persistent-not-allocated-here": func() string { return publish(func(p *message.Program) { p.On.Persistent = true }) },
		"vm-http-false":                    func() string { return publish(func(p *message.Program) { p.On.HTTP = false }) },
		"vm-forgotten-answers-where-cached": func() string {
			n.forget(first)
			return first
		},
		"vm-draining-503": func() string {
			n.compute.Drain(true)
			return first
		},
	}
	for _, want := range exchanges {
		t.Run(want.Name, func(t *testing.T) {
			if why := notReplayed[want.Name]; why != "" {
				t.Skip(why)
			}
			n.replay(t, want, subjects[want.Name](), n.core.Newest(code))
		})
	}
}

var hashInPath = regexp.MustCompile(`^/vm/[^/]+`)

// replay asks as the exchange did, for what was published here, and compares: item hashes and the lines of a traceback differ.
func (n *network) replay(t *testing.T, want recorded, hash, code string) {
	t.Helper()
	header := http.Header{}
	if want.Host != "" {
		header.Set("Host", hostLabel(t, hash)+".crn.example.org")
	}
	got := n.do(want.Method, hashInPath.ReplaceAllString(want.Path, "/vm/"+hash), "", header)
	if got.status != want.Status || got.header.Get("Content-Type") != want.ContentType || got.header.Get("Server") != want.Headers["Server"] {
		t.Errorf("%d %v, want %d %s %v", got.status, got.header, want.Status, want.ContentType, want.Headers)
	}
	for name, is := range map[string]string{"Aleph-Program-ItemHash": hash, "Aleph-Program-Code-Ref": code} {
		if _, told := want.Headers[name]; told && got.header.Get(name) != is || !told && got.header.Get(name) != "" {
			t.Errorf("%s: %q", name, got.header.Get(name))
		}
	}
	body, isText := want.Body.(string)
	if !isText {
		text, err := json.Marshal(want.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = string(text)
	}
	if strings.HasPrefix(body, "Traceback") {
		body, got.body = body[strings.LastIndex(body, "\nValueError"):], got.body[strings.LastIndex(got.body, "\nValueError"):]
	}
	if got.body != body {
		t.Errorf("%q, want %q", got.body, body)
	}
}
