// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"encoding/base32"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// amend publishes a new version of code.
func (n *network) amend(first string, files map[string]string) string {
	n.t.Helper()
	return n.store(n.pack(files, "squashfs"), first)
}

func (n *network) forget(hashes ...string) {
	n.t.Helper()
	if _, err := n.client.Publish(n.t.Context(), &message.Forget{Hashes: hashes}, object.Options{}); err != nil {
		n.t.Fatal(err)
	}
}

// eventually asks until the status is as wanted.
func (n *network) eventually(hash string, status int, body string) {
	n.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	got := n.ask(hash, "/")
	for got.status != status && time.Now().Before(deadline) {
		n.pause(2 * time.Second) // an answer makes it stay for longer
		got = n.ask(hash, "/")
	}
	if got.status != status || got.body != body {
		n.t.Errorf("%.12s: %d %q, want %d %q", hash, got.status, got.body, status, body)
	}
}

func (n *network) pause(d time.Duration) {
	n.t.Helper()
	select {
	case <-n.t.Context().Done():
		n.t.Fatal(n.t.Context().Err())
	case <-time.After(d):
	}
}

// What a program's references follow is picked up by the next request; its own amend is another program.
func TestAmend_ofCodeVolumeAndProgram(t *testing.T) {
	n := start(t, compute.Config{})
	code := n.store(n.pack(map[string]string{"main.py": says("'one ' + open('/mnt/name').read()")}, "squashfs"), "")
	volume := n.store(n.pack(map[string]string{"name": "a"}, "squashfs"), "")
	p := program(code, "squashfs", "main:app")
	p.Volumes = []message.Volume{{Ref: volume, Mount: ptr("/mnt"), UseLatest: ptr(true)}}
	hash := n.publish(p)
	n.expect(hash, "/", 200, "one a")

	second := n.amend(code, map[string]string{"main.py": says("'two ' + open('/mnt/name').read()")})
	if got := n.expect(hash, "/", 200, "two a"); got.header.Get("Aleph-Program-Code-Ref") != second {
		t.Errorf("code: %v, want %s", got.header, second)
	}
	n.amend(volume, map[string]string{"name": "b"})
	n.expect(hash, "/", 200, "two b")

	amend := *p
	amend.Replaces = hash
	amend.Variables = map[string]string{"A": "b"}
	amended := n.publish(&amend)
	n.expect(amended, "/", 200, "two b")
	n.expect(hash, "/", 200, "two b")

	n.forget(hash)
	n.expect(hash, "/", 500, unhandled)
	n.expect(amended, "/", 200, "two b")
}

func TestAmend_ofCodeThatIsPinned(t *testing.T) {
	n := start(t, compute.Config{})
	code := n.store(n.pack(map[string]string{"main.py": says("1")}, "squashfs"), "")
	p := program(code, "squashfs", "main:app")
	p.Code.UseLatest = false
	hash := n.publish(p)
	n.amend(code, map[string]string{"main.py": says("2")})
	n.expect(hash, "/", 200, "1")
}

// A node that has a forgotten program in its cache starts it for as long as its code is there.
func TestForgotten_whereNodeKeepsIt(t *testing.T) {
	n := start(t, compute.Config{KeepForgotten: true, Idle: time.Millisecond})
	code := n.store(n.pack(map[string]string{"main.py": says("1")}, "squashfs"), "")
	hash := n.publish(program(code, "squashfs", "main:app"))
	n.expect(hash, "/", 200, "1")
	n.forget(hash)
	n.expect(hash, "/", 200, "1")
	n.forget(code)
	n.eventually(hash, 400, unavailable)
}

// Persistent volumes outlive the machine, by their name; two of one name are one.
func TestPersistentVolume_isKeptByName(t *testing.T) {
	n := start(t, compute.Config{Idle: time.Millisecond})
	counts := says("open('/keep/n', 'a').write('x') and len(open('/same/n').read())")
	hash := n.deploy(map[string]string{"main.py": counts}, "squashfs", "main:app", mounting(
		message.Volume{Persistence: ptr("host"), Name: ptr("state"), SizeMiB: 1, Mount: ptr("/keep")},
		message.Volume{Persistence: ptr("host"), Name: ptr("state"), SizeMiB: 1, Mount: ptr("/same")},
	))
	n.expect(hash, "/", 200, "1")
	deadline := time.Now().Add(20 * time.Second)
	for !strings.Contains(n.ask(hash, "/logs").body, "nobody has asked") && time.Now().Before(deadline) {
		n.pause(50 * time.Millisecond)
	}
	n.expect(hash, "/", 200, "2")
	if log := n.ask(hash, "/logs").body; strings.Count(log, "node: starting") != 2 {
		t.Errorf("the program did not stop in between:\n%s", log)
	}
}

// hostLabel is an item hash as the label of a host.
func hostLabel(t *testing.T, hash string) string {
	t.Helper()
	raw, err := hex.DecodeString(hash)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
}

func TestHostForm(t *testing.T) {
	n := start(t, compute.Config{})
	hash := n.deploy(map[string]string{"main.py": says("scope['path'] + ' ' + os.environ['ALEPH_ADDRESS_TO_USE'] + ' ' + socket.gethostname()")}, "squashfs", "main:app", nil)
	label := hostLabel(t, hash)
	got := n.do(http.MethodGet, "/a/b", "", http.Header{"Host": {label + ".localhost"}})
	if want := "/a/b " + label + " " + label; got.body != want {
		t.Errorf("%d %s, want %s", got.status, got.body, want)
	}
}

// An executable is asked inside its machine: what it redirects to is what the caller gets.
func TestExecutable_thatRedirects(t *testing.T) {
	n := start(t, compute.Config{})
	server := "#!/usr/bin/python3\nimport http.server\n" +
		"class H(http.server.BaseHTTPRequestHandler):\n" +
		"    def do_GET(self):\n" +
		"        self.send_response(302 if self.path == '/from' else 200); self.send_header('Location', '/to')\n" +
		"        self.send_header('Content-Length', '3'); self.end_headers(); self.wfile.write(b'end')\n" +
		"http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()\n"
	hash := n.deploy(map[string]string{"run*": server}, "squashfs", "run", nil)
	n.expect(hash, "/from", 200, "end")
}

// A program is told of messages that it subscribes to, and of no others.
func TestTrigger_byMessage(t *testing.T) {
	n := start(t, compute.Config{})
	listener := "import json\nlast = 'nothing'\n" + lifespan + `
    global last
    if scope["type"] == "aleph.message":
        last = json.loads((await receive())["body"])["content"]["item_hash"]
        return await send({"type": "aleph.message", "body": "heard"})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": last.encode()})
`
	n.store([]byte("before"), "")
	hash := n.deploy(map[string]string{"main.py": listener}, "squashfs", "main:app", func(p *message.Program) {
		p.On.Message = []map[string]any{{"type": "POST"}, {"type": "STORE", "content": map[string]any{"item_type": "storage", "address": n.client.Account.Address()}}}
	})
	n.expect(hash, "/", 200, "nothing")
	store := n.store([]byte("after"), "")
	var content message.Store
	if err := message.Decode(n.core.Living(store), &content); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for n.ask(hash, "/").body == "nothing" && time.Now().Before(deadline) {
		n.pause(50 * time.Millisecond)
	}
	n.expect(hash, "/", 200, content.ItemHash)
	if log := n.ask(hash, "/logs").body; !strings.Contains(log, "message "+store+": answered") || strings.Count(log, "answered") != 1 {
		t.Errorf("it was told of others:\n%s", log)
	}
}
