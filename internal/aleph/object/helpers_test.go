// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// runtime is a STORE that every node has.
const runtime = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"

// tool is somebody who publishes, in front of a node.
type tool struct {
	*object.Client
	t     *testing.T
	local *core.Node
	owner string
}

// start runs a node for a test, and its first account. The test runs in parallel with others.
func start(t *testing.T, cfg core.Config) *tool {
	t.Helper()
	t.Parallel()
	local, err := core.Listen("127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := local.Close(); err != nil {
			t.Error(err)
		}
	})
	return toolOf(t, local, 0)
}

// other is another account in front of the same node; with 0, another process of the same one.
func (c *tool) other(i int) *tool {
	c.t.Helper()
	return toolOf(c.t, c.local, i)
}

func toolOf(t *testing.T, local *core.Node, i int) *tool {
	t.Helper()
	return toolAt(t, local, i, node.Config{URL: local.URL()})
}

// toolAt is a tool that reaches a node as at says.
func toolAt(t *testing.T, local *core.Node, i int, at node.Config) *tool {
	t.Helper()
	key, err := account.FromHex(core.Accounts()[i].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	at.MaxRetries = 3
	api, err := node.New(at)
	if err != nil {
		t.Fatal(err)
	}
	return &tool{
		Client: &object.Client{Node: api, Account: key, KeyHelp: "Give a key.", Defaults: object.Defaults{Owner: key.Address()}},
		t:      t, local: local, owner: key.Address(),
	}
}

// program is a small program; its content differs by its name.
func program(name string) *message.Program {
	return &message.Program{
		Type: message.ProgramKind, AllowAmend: true,
		Machine: message.Machine{
			Metadata:    map[string]any{"name": name},
			Environment: message.Environment{Internet: true, AlephAPI: true},
			Resources:   message.Resources{VCPUs: 1, Memory: 128, Seconds: 30},
			Payment:     &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: runtime, UseLatest: true},
		Runtime: message.Runtime{Ref: runtime, UseLatest: true},
		On:      message.Triggers{HTTP: true},
	}
}

func amendOf(hash, name string) *message.Program {
	p := program(name)
	p.Replaces = hash
	return p
}

// store is a STORE of a text, and the file to upload with it.
func store(text, ref string) (*message.Store, *node.File) {
	sum := sha256.Sum256([]byte(text))
	file := &node.File{Size: int64(len(text)), Name: "file", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
	return &message.Store{
		ItemType: message.ItemTypeStorage, ItemHash: hex.EncodeToString(sum[:]), Ref: ref,
		Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
	}, file
}

// signed is a message that was not sent.
func (c *tool) signed(content message.Content, at time.Time) *message.Message {
	c.t.Helper()
	content.Stamp(c.owner, message.TimeOf(at))
	m, err := message.New(c.owner, "", content)
	if err == nil {
		err = c.Account.Sign(m)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// must publishes what has to be processed, and returns its item hash.
func (c *tool) must(content message.Content) string {
	c.t.Helper()
	m, err := c.Publish(c.t.Context(), content, object.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	return m.ItemHash
}

func (c *tool) mustStore(text, ref string) string {
	c.t.Helper()
	s, file := store(text, ref)
	m, err := c.Publish(c.t.Context(), s, object.Options{File: file})
	if err != nil {
		c.t.Fatal(err)
	}
	return m.ItemHash
}

func (c *tool) mustForget(hashes ...string) {
	c.t.Helper()
	c.must(message.NewForget("test", hashes...))
}

// tracked is what the state of a program remembers.
func (c *tool) tracked(live string, others ...string) object.Tracked {
	return object.Tracked{Life: object.Programs, Owner: c.owner, ItemHash: live, Others: others}
}

// alive are the item hashes of the owner's messages of a type, oldest first.
func (c *tool) alive(kind message.Type) []string {
	hashes := []string{}
	for _, m := range c.local.Alive(c.owner) {
		if m.Type == kind {
			hashes = append(hashes, m.ItemHash)
		}
	}
	return hashes
}

func (c *tool) expectAlive(kind message.Type, want ...string) {
	c.t.Helper()
	got := c.alive(kind)
	if want = slices.Clone(want); !sameHashes(got, want) {
		c.t.Errorf("alive: %s %v, want %v", kind, got, want)
	}
}

// sameHashes compares without regard to order.
func sameHashes(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// sends records what a node is sent, by the item hash of each message, in the order of the requests.
type sends struct {
	mu     sync.Mutex
	hashes []string
}

// watch records every message of a type that is posted.
func (c *tool) watch(kind message.Type) *sends {
	s := &sends{}
	c.local.Inject(core.Fault{
		Method: http.MethodPost, Path: "/api/v0/messages", Type: kind, Times: -1, Do: core.Delay(0),
		Match: func(_ *http.Request, m *message.Message) bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.hashes = append(s.hashes, m.ItemHash)
			return false
		},
	})
	return s
}

// each is every message that was sent, once, and how often the node was sent one.
func (s *sends) each() (hashes []string, requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(s.hashes))), len(s.hashes)
}

// within is a context with little time.
func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
