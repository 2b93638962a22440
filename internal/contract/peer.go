// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// channel is on every message of the contract, so that what is left of one can be told from anything else.
const channel = "terraform-provider-contract"

// peer is somebody with a key in front of a node. What it publishes is forgotten when its test ends.
type peer struct {
	*testing.T
	url       string
	account   *account.Account
	http      *http.Client
	published []*message.Message
}

func newPeer(t *testing.T, url string, a *account.Account) *peer {
	t.Helper()
	p := &peer{
		T: t, url: strings.TrimSuffix(url, "/"), account: a,
		// A node closes connections that are idle, and resets what comes on them then (NETWORK.md 4.8).
		http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	t.Cleanup(p.forgetAll)
	return p
}

// stranger is somebody new, who has nothing.
func (p *peer) stranger() *peer {
	p.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	a, err := account.FromHex(hex.EncodeToString(key))
	if err != nil {
		p.Fatal(err)
	}
	return newPeer(p.T, p.url, a)
}

// answer is what a node said.
type answer struct {
	status int
	body   []byte
}

// read decodes an answer that must be a success.
func (p *peer) read(a answer, into any) {
	p.Helper()
	if a.status != http.StatusOK {
		p.Fatalf("the node answered %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		p.Fatalf("%v in %s", err, a.body)
	}
}

func (p *peer) get(path string) answer {
	p.Helper()
	return p.do(http.MethodGet, "/v0"+path, "", nil)
}

func (p *peer) do(method, path, contentType string, body []byte) answer {
	p.Helper()
	r, err := http.NewRequest(method, p.url+"/api"+path, bytes.NewReader(body)) //nolint:noctx // the client has a time-out
	if err != nil {
		p.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	resp, err := p.http.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is written through it
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	return answer{resp.StatusCode, text}
}

var lastTime atomic.Int64

// now never gives the same time twice: no two messages have the same hash, and later ones are later.
func now() message.Time {
	for {
		last := lastTime.Load()
		at := max(time.Now().UnixMicro(), last+1)
		if lastTime.CompareAndSwap(last, at) {
			return message.TimeOf(time.UnixMicro(at))
		}
	}
}

// sign makes a message of the peer's.
func (p *peer) sign(content message.Content) *message.Message {
	p.Helper()
	return p.signAt(now(), content)
}

// signAt makes a message of the peer's whose clock says something else.
func (p *peer) signAt(at message.Time, content message.Content) *message.Message {
	p.Helper()
	content.Stamp(p.account.Address(), at)
	m, err := message.New(p.account.Address(), channel, content)
	if err != nil {
		p.Fatal(err)
	}
	if err := p.account.Sign(m); err != nil {
		p.Fatal(err)
	}
	return m
}

// send posts a message, and remembers to forget it.
func (p *peer) send(m *message.Message, sync bool) answer {
	p.Helper()
	p.published = append(p.published, m)
	body, err := json.Marshal(map[string]any{"message": m, "sync": sync})
	if err != nil {
		p.Fatal(err)
	}
	return p.do(http.MethodPost, "/v0/messages", "application/json", body)
}

// publish sends a content, and waits until it is processed.
func (p *peer) publish(content message.Content) *message.Message {
	p.Helper()
	return p.publishAt(now(), content)
}

func (p *peer) publishAt(at message.Time, content message.Content) *message.Message {
	p.Helper()
	m := p.signAt(at, content)
	a := p.send(m, true)
	if a.status != http.StatusOK && a.status != http.StatusAccepted {
		p.Fatalf("%s: the node answered %d: %s", m.Type, a.status, a.body)
	}
	p.processed(m)
	return m
}

// record is what a node says of a message.
type record struct {
	Status      message.Status    `json:"status"`
	Message     *message.Message  `json:"message"`
	Code        message.ErrorCode `json:"error_code"`
	ForgottenBy []string          `json:"forgotten_by"`
}

// patience is for how long a message may be pending that nothing is in the way of.
const patience = time.Minute

// settled waits until a message is no longer pending. It is unknown for a moment after it was taken (NETWORK.md 4.5).
func (p *peer) settled(m *message.Message) record {
	p.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		if a := p.get("/messages/" + m.ItemHash); a.status != http.StatusNotFound {
			var r record
			if p.read(a, &r); r.Status != message.StatusPending {
				return r
			}
		}
		select {
		case <-poll.C:
		case <-deadline.C:
			p.Fatalf("%s %s is not settled after %s", m.Type, m.ItemHash, patience)
		}
	}
}

// processed waits until a message is processed.
func (p *peer) processed(m *message.Message) {
	p.Helper()
	if r := p.settled(m); r.Status != message.StatusProcessed {
		p.Fatalf("%s %s is %s (%s)", m.Type, m.ItemHash, r.Status, r.Code)
	}
}

// status is that of a message which the node knows.
func (p *peer) status(m *message.Message) message.Status {
	p.Helper()
	var r record
	p.read(p.get("/messages/"+m.ItemHash+"/status"), &r)
	return r.Status
}

// refused sends a message that must be rejected, and returns the code: from the answer where that has it (heph stores
// another one, NETWORK.md 13.1), and else from the message.
func (p *peer) refused(m *message.Message) message.ErrorCode {
	p.Helper()
	a := p.send(m, true)
	var outcome struct {
		Error *struct {
			Code message.ErrorCode `json:"code"`
		} `json:"error"`
	}
	if a.status == http.StatusUnprocessableEntity && json.Unmarshal(a.body, &outcome) == nil && outcome.Error != nil {
		return outcome.Error.Code
	}
	r := p.settled(m)
	if r.Status != message.StatusRejected {
		p.Fatalf("%s %s is %s, not rejected", m.Type, m.ItemHash, r.Status)
	}
	return r.Code
}

// form is an upload of a file, with the message that names it if there is one.
func (p *peer) form(file []byte, m *message.Message) answer {
	p.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if m != nil {
		metadata, err := json.Marshal(map[string]any{"message": m, "sync": true})
		if err != nil {
			p.Fatal(err)
		}
		if err := w.WriteField("metadata", string(metadata)); err != nil {
			p.Fatal(err)
		}
		p.published = append(p.published, m)
	}
	part, err := w.CreateFormFile("file", "file.bin")
	if err != nil {
		p.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		p.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.Fatal(err)
	}
	return p.do(http.MethodPost, "/v0/storage/add_file", w.FormDataContentType(), body.Bytes())
}

// forgetAll ends what is still alive, programs before the files that they hold.
func (p *peer) forgetAll() {
	for _, kind := range []message.Type{message.TypeProgram, message.TypeStore, message.TypeAggregate, message.TypePost} {
		published := slices.Clone(p.published)
		if kind == message.TypeStore {
			// The first version of a file goes last: without it no other could be named (NETWORK.md 7.1). Elements of an
			// aggregate go as they came: the newest one keeps two of one time from being left alone (NETWORK.md 8.5).
			slices.Reverse(published)
		}
		for _, m := range published {
			a := p.get("/messages/" + m.ItemHash)
			var r record
			if m.Type != kind || a.status != http.StatusOK || json.Unmarshal(a.body, &r) != nil || !r.Status.Alive() {
				continue
			}
			forget := p.sign(message.NewForget("contract", m.ItemHash))
			if p.send(forget, true); p.settled(forget).Status != message.StatusProcessed {
				p.Errorf("%s %s could not be forgotten", m.Type, m.ItemHash)
			}
		}
	}
}
