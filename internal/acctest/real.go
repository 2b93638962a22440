// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// The node by URL, and the key of the account that pays for the tests. That account publishes nothing but what it gives
// them: each test has accounts of its own, so that it finds nothing of another's.
const (
	urlVariable = "ALEPH_API_URL"
	keyVariable = "ALEPH_PRIVATE_KEY"
)

// allowance is how many credits an account of a test is given: a day of some hundred programs. What is left of them
// goes back.
const allowance = 300_000_000

// startBefore makes the environment of a test that runs against the node at a URL.
func startBefore(t *testing.T) *Env {
	t.Helper()
	front, err := core.ListenBefore(nodeURL)
	if err != nil {
		t.Fatalf("%s: %v", urlVariable, err)
	}
	t.Cleanup(func() {
		if err := front.Close(); err != nil {
			t.Error(err)
		}
	})
	key := randomKey()
	e := &Env{
		URL: front.URL(), PrivateKey: key, Account: keyOf(t, key), watched: front, t: t, stranger: keyOf(t, randomKey()),
		front: front, behind: clientOf(t, nodeURL, keyOf(t, key)),
	}
	e.fund(t)
	return e
}

func randomKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return hex.EncodeToString(key)
}

func keyOf(t *testing.T, text string) *account.Account {
	t.Helper()
	key, err := account.FromHex(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Fund gives an address credits to spend.
func (e *Env) Fund(t *testing.T, address string) {
	t.Helper()
	if e.Local != nil {
		e.Local.Fund(address, allowance, 0)
	} else if err := transfer(t.Context(), payer(t), allowance, address); err != nil {
		t.Logf("nothing was given to %s: %v", address, err)
	}
}

// Starve has the network remove messages for lack of funds, as a local node does at once and no other on demand.
func (e *Env) Starve(t *testing.T, hashes ...string) {
	t.Helper()
	if e.Local == nil {
		t.Skip("the node takes nothing away when it is asked to")
	}
	for _, hash := range hashes {
		if err := errors.Join(e.Local.SetRemoving(hash, core.CreditInsufficient), e.Local.SetRemoved(hash)); err != nil {
			t.Fatal(err)
		}
	}
}

// fund gives the accounts of the test something to spend. A node that gives credits to everybody may have nothing to give.
func (e *Env) fund(t *testing.T) {
	t.Helper()
	from := payer(t)
	if err := transfer(t.Context(), from, allowance, e.Account.Address(), e.stranger.Address()); err != nil {
		t.Logf("nothing was given to the accounts of this test: %v", err)
		return
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for _, key := range []*account.Account{e.Account, e.stranger} {
			client := clientOf(t, nodeURL, key)
			left, err := client.Node.Balance(ctx, key.Address())
			if err == nil {
				err = transfer(ctx, client, decimal.RequireFromString(left.Credits).IntPart(), from.Account.Address())
			}
			if err != nil {
				t.Logf("the credits of %s did not go back: %v", key.Address(), err)
			}
		}
	})
}

func payer(t *testing.T) *object.Client {
	t.Helper()
	if payerKey == "" {
		t.Fatalf("%s is set, and %s is not: the tests need an account that pays", urlVariable, keyVariable)
	}
	return clientOf(t, nodeURL, keyOf(t, payerKey))
}

// transfer gives credits to others (NETWORK.md 10.7).
func transfer(ctx context.Context, from *object.Client, amount int64, to ...string) error {
	var credits []map[string]any
	for _, address := range to {
		credits = append(credits, map[string]any{"address": address, "amount": amount})
	}
	content := &message.Post{Type: "aleph_credit_transfer", Content: map[string]any{"transfer": map[string]any{"credits": credits}}}
	_, err := from.Publish(ctx, content, object.Options{Channel: "ALEPH_CREDIT"})
	return err
}

// Messages are the messages of this test that exist on the network, of the given types or of all, in the order in which
// they were sent.
func (e *Env) Messages(types ...message.Type) []message.Message {
	if e.Local != nil {
		return e.Local.Messages(types...)
	}
	e.t.Helper()
	var alive []message.Message
	for _, m := range e.front.Sent() {
		if len(types) > 0 && !slices.Contains(types, m.Type) {
			continue
		}
		if e.Status(m.ItemHash).Alive() {
			alive = append(alive, m)
		}
	}
	return alive
}

// Alive are those of Messages that an owner has.
func (e *Env) Alive(owner string) []message.Message {
	if e.Local != nil {
		return e.Local.Alive(owner)
	}
	return slices.DeleteFunc(e.Messages(), func(m message.Message) bool {
		var content struct{ Address string }
		return json.Unmarshal([]byte(m.ItemContent), &content) != nil || cmp.Or(content.Address, m.Sender) != owner
	})
}

// Status is what the node says of a message; empty when it does not know it.
func (e *Env) Status(hash string) message.Status {
	if e.Local != nil {
		return e.Local.Status(hash)
	}
	e.t.Helper()
	status, err := e.behind.Node.Status(context.WithoutCancel(e.t.Context()), hash)
	if err != nil && !errors.Is(err, node.ErrNotFound) {
		e.t.Errorf("the status of %s: %v", hash, err)
	}
	return status
}
