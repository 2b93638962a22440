// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/publish"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
)

// OtherTool publishes with the key of the test, behind Terraform's back.
func (e *Env) OtherTool(t *testing.T) *publish.Client {
	t.Helper()
	return e.clientOf(t, e.Account)
}

// Stranger publishes with another key than the test's.
func (e *Env) Stranger(t *testing.T) *publish.Client {
	t.Helper()
	key, err := account.FromHex(localnode.Accounts()[1].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return e.clientOf(t, key)
}

func (e *Env) clientOf(t *testing.T, key *account.Account) *publish.Client {
	t.Helper()
	api, err := node.New(node.Config{URL: e.URL, MaxRetries: 3})
	if err != nil {
		t.Fatal(err)
	}
	return &publish.Client{Node: api, Account: key, Defaults: publish.Defaults{Owner: key.Address()}}
}

// Published counts, by type, the messages that the local node accepts from now on, each once.
type Published struct {
	mu     sync.Mutex
	hashes map[string]bool
	counts map[message.Type]int
}

// Watch starts to count. Only messages for which about is true count, and all do when it is nil.
func (e *Env) Watch(t *testing.T, about func(*message.Message) bool) *Published {
	t.Helper()
	p := &Published{hashes: make(map[string]bool), counts: make(map[message.Type]int)}
	// A fault that never happens sees every message that is accepted.
	e.Local.Inject(localnode.Fault{Do: localnode.StayPending(), Match: func(_ *http.Request, m *message.Message) bool {
		if about == nil || about(m) {
			p.add(m)
		}
		return false
	}})
	return p
}

func (p *Published) add(m *message.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.hashes[m.ItemHash] {
		p.hashes[m.ItemHash] = true
		p.counts[m.Type]++
	}
}

// Reset starts to count from zero.
func (p *Published) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.counts)
}

// Expect checks how many PROGRAMs, STOREs and FORGETs were published since the count began.
func (p *Published) Expect(programs, stores, forgets int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for kind, want := range map[message.Type]int{message.TypeProgram: programs, message.TypeStore: stores, message.TypeForget: forgets} {
		if p.counts[kind] != want {
			return fmt.Errorf("%d %s published, want %d", p.counts[kind], kind, want)
		}
	}
	return nil
}
