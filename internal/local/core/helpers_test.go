// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// client is somebody with a key, in front of a node.
type client struct {
	t       *testing.T
	node    *core.Node
	account core.Account
}

// start runs a node for a test, and its first account.
func start(t *testing.T, cfg core.Config) *client {
	t.Helper()
	node, err := core.Listen("127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return &client{t: t, node: node, account: core.Accounts()[0]}
}

// other is another account in front of the same node.
func (c *client) other(i int) *client {
	return &client{t: c.t, node: c.node, account: core.Accounts()[i]}
}

var lastTime atomic.Int64

// now never gives the same time twice, so that no two messages have the same hash.
func now() message.Time {
	at := max(time.Now().UnixMicro(), lastTime.Add(1))
	lastTime.Store(at)
	return message.Time(float64(at) / 1e6)
}

func (c *client) message(content message.Content) *message.Message {
	c.t.Helper()
	content.Stamp(c.account.Address, now())
	return c.sign(content)
}

func (c *client) sign(content message.Content) *message.Message {
	c.t.Helper()
	m, err := message.New(c.account.Address, "TEST", content)
	if err != nil {
		c.t.Fatal(err)
	}
	c.resign(m)
	return m
}

func (c *client) resign(m *message.Message) {
	c.t.Helper()
	key, err := crypto.HexToECDSA(strings.TrimPrefix(c.account.PrivateKey, "0x"))
	if err != nil {
		c.t.Fatal(err)
	}
	sig, err := crypto.Sign(message.PersonalDigest(m.SigningText()), key)
	if err != nil {
		c.t.Fatal(err)
	}
	sig[64] += 27
	m.Signature = "0x" + hex.EncodeToString(sig)
}

// send posts a message and returns the status of the answer.
func (c *client) send(m any, sync bool) int {
	c.t.Helper()
	status, _ := c.post("/api/v0/messages", map[string]any{"sync": sync, "message": m})
	return status
}

// publish sends a message that must be processed, and returns its hash.
func (c *client) publish(content message.Content) string {
	c.t.Helper()
	m := c.message(content)
	if status := c.send(m, true); status != http.StatusOK {
		c.t.Fatalf("publishing %s: %d %v", m.Type, status, c.get("/api/v0/messages/"+m.ItemHash))
	}
	return m.ItemHash
}

func (c *client) post(path string, body any) (int, map[string]any) {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(http.MethodPost, path, "application/json", bytes.NewReader(text))
}

// get reads JSON; nil when the answer is not 200.
func (c *client) get(path string) map[string]any {
	c.t.Helper()
	status, body := c.do(http.MethodGet, path, "", nil)
	if status != http.StatusOK {
		return nil
	}
	return body
}

func (c *client) do(method, path, kind string, body io.Reader) (int, map[string]any) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.node.URL()+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var answer map[string]any
	if json.Unmarshal(text, &answer) != nil {
		answer = map[string]any{"text": string(text)}
	}
	return reply.StatusCode, answer
}

// upload uploads a file and returns its hash.
func (c *client) upload(text string) string {
	c.t.Helper()
	status, body := c.do(http.MethodPost, "/api/v0/storage/add_file", "application/octet-stream", strings.NewReader(text))
	if status != http.StatusOK {
		c.t.Fatalf("upload: %d %v", status, body)
	}
	return body["hash"].(string)
}

// store uploads a file and publishes its STORE.
func (c *client) store(text, ref string) string {
	c.t.Helper()
	return c.publish(c.storeOf(text, ref))
}

// storeOf uploads a file and describes its STORE, paid in credits: from 2027 on nothing else is accepted.
func (c *client) storeOf(text, ref string) *message.Store {
	c.t.Helper()
	return &message.Store{
		ItemType: message.ItemTypeStorage, ItemHash: c.upload(text), Ref: ref,
		Payment: &message.Payment{Chain: "ETH", Type: message.PaymentCredit},
	}
}

// eventually waits until a message has a status.
func (c *client) eventually(hash string, want message.Status) map[string]any {
	c.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		body := c.get("/api/v0/messages/" + hash)
		if body["status"] == string(want) {
			return body
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("message %s is %v, not %s", hash, body["status"], want)
		}
		select {
		case <-c.t.Context().Done():
			c.t.Fatal(c.t.Context().Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// rejected publishes a message that must be rejected, and returns the code.
func (c *client) rejected(m *message.Message) message.ErrorCode {
	c.t.Helper()
	c.send(m, false)
	body := c.eventually(m.ItemHash, message.StatusRejected)
	return message.ErrorCode(body["error_code"].(float64))
}

// program is a small program on credit.
func program(code, runtime string) *message.Program {
	return &message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: code, UseLatest: true},
		Runtime: message.Runtime{Ref: runtime, UseLatest: true, Comment: "test"},
		On:      message.Triggers{HTTP: true},
		Machine: message.Machine{
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 128, Seconds: 30},
			Volumes:     []message.Volume{},
			Payment:     &message.Payment{Chain: "ETH", Type: message.PaymentCredit},
		},
	}
}

// try sends a message synchronously and returns the error of the connection, if any.
func (c *client) try(m *message.Message) error {
	c.t.Helper()
	text, err := json.Marshal(map[string]any{"sync": true, "message": m})
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.node.URL()+"/api/v0/messages", bytes.NewReader(text))
	if err != nil {
		c.t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	_, err = io.ReadAll(reply.Body)
	return err
}

// read reads a message back as a client does.
func (c *client) read(hash string) *message.Message {
	c.t.Helper()
	text, err := json.Marshal(c.get("/api/v0/messages/" + hash)["message"])
	if err != nil {
		c.t.Fatal(err)
	}
	var m message.Message
	if err := json.Unmarshal(text, &m); err != nil {
		c.t.Fatal(err)
	}
	return &m
}
