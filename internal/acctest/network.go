// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// OtherTool publishes with the key of the test, behind Terraform's back.
func (e *Env) OtherTool(t *testing.T) *object.Client {
	t.Helper()
	return clientOf(t, e.URL, e.Account)
}

// Stranger publishes with another key than the test's.
func (e *Env) Stranger(t *testing.T) *object.Client {
	t.Helper()
	return clientOf(t, e.URL, e.stranger)
}

func clientOf(t *testing.T, url string, key *account.Account) *object.Client {
	t.Helper()
	client, err := newClient(url, key)
	if err != nil {
		t.Fatal(err)
	}
	client.Clock = clockOf(t)
	return client
}

func newClient(url string, key *account.Account) (*object.Client, error) {
	api, err := node.New(node.Config{URL: url, MaxRetries: 3})
	if err != nil {
		return nil, err
	}
	return &object.Client{Node: api, Account: key, Defaults: object.Defaults{Owner: key.Address()}}, nil
}

// ExpectStatus checks what the node says of a message.
func (e *Env) ExpectStatus(t *testing.T, hash *string, want message.Status) statecheck.StateCheck {
	t.Helper()
	other := e.OtherTool(t)
	return Check(func() error {
		got, err := other.Node.Status(t.Context(), *hash)
		if err == nil && got != want {
			err = fmt.Errorf("message %s is %s, want %s", *hash, got, want)
		}
		return err
	})
}

// Published counts the messages that come to a node, each once, by the program that they are about.
type Published struct {
	mu sync.Mutex
	// names are those of the programs that were seen, by item hash.
	names    map[string]string
	seen     map[string]bool
	programs map[string]int
	forgets  map[string]int
}

// Watch starts to count.
func (e *Env) Watch() *Published {
	p := &Published{names: map[string]string{}, seen: map[string]bool{}, programs: map[string]int{}, forgets: map[string]int{}}
	// A fault that never happens sees every message that is accepted.
	e.Inject(core.Fault{Do: core.StayPending(), Match: func(_ *http.Request, m *message.Message) bool {
		p.add(m)
		return false
	}})
	return p
}

func (p *Published) add(m *message.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen[m.ItemHash] {
		return
	}
	p.seen[m.ItemHash] = true
	switch m.Type {
	case message.TypeProgram:
		name := ProgramName(m)
		p.names[m.ItemHash] = name
		p.programs[name]++
	case message.TypeForget:
		var forget message.Forget
		if message.Decode(m, &forget) != nil {
			return
		}
		for _, hash := range forget.Hashes {
			p.forgets[p.names[hash]]++
		}
	}
}

// ProgramName is the name in the metadata of a PROGRAM; empty when it has none.
func ProgramName(m *message.Message) string {
	var p message.Program
	if message.Decode(m, &p) != nil {
		return ""
	}
	name, _ := p.Metadata["name"].(string)
	return name
}

// Expect checks how many versions of a program were published, and how many forgotten, since the last call.
func (p *Published) Expect(name string, programs, forgets int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	gotPrograms, gotForgets := p.programs[name], p.forgets[name]
	delete(p.programs, name)
	delete(p.forgets, name)
	if gotPrograms != programs || gotForgets != forgets {
		return fmt.Errorf("%s: %d versions published and %d forgotten, want %d and %d", name, gotPrograms, gotForgets, programs, forgets)
	}
	return nil
}

// ExpectNothingAlive checks that nothing of the test's account is left alive on the node but what said so. An entry of
// an aggregate ends with a message that stays.
func (e *Env) ExpectNothingAlive(t *testing.T) {
	t.Helper()
	for _, m := range e.Alive(e.Account.Address()) {
		if m.Type != message.TypeForget && m.Type != message.TypeAggregate {
			t.Errorf("%s %s is left alive", m.Type, m.ItemHash)
		}
	}
}

// Reject makes the node say, until stop is called, that it has rejected a message which it processed before.
func (e *Env) Reject(hash string, code message.ErrorCode) (stop func()) {
	record := e.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages/" + hash, Times: -1, Do: core.Answer(http.StatusOK, map[string]any{
		"status": message.StatusRejected, "item_hash": hash, "error_code": code, "details": nil,
	})})
	list := e.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages.json", Times: -1, Do: core.Answer(http.StatusOK, map[string]any{
		"messages": []any{}, "pagination_per_page": 200, "next_cursor": nil,
	})})
	return func() { record.Remove(); list.Remove() }
}
