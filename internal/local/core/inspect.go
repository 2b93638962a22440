// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Fund adds to what an address has: whole credits, and ALEPH tokens on Ethereum. The address counts as it is written.
func (n *Node) Fund(address string, credits int64, tokens float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addCredits(address, creditEntry{
		amount: credits, tx: "0xfund", token: "TEST", chain: message.ChainETH, provider: "test",
		source: "fund-" + address, at: n.now(),
	})
	n.setTokens(address, message.ChainETH, n.balance(address).Add(decimal.NewFromFloat(tokens)))
}

// SetFunds makes an address have exactly this, and forgets where it came from.
func (n *Node) SetFunds(address string, credits int64, tokens float64) {
	n.mu.Lock()
	delete(n.credits, address)
	delete(n.tokens, address)
	n.mu.Unlock()
	n.Fund(address, credits, tokens)
}

// Alive are the messages of an owner that exist on the network (processed or removing), in the order in which they
// were processed. FORGETs are among them: they exist for ever.
func (n *Node) Alive(owner string) []message.Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	return envelopes(n.owned[owner], nil)
}

// Messages are all messages that exist on the network, of the given types or of all, in the order in which they were
// processed.
func (n *Node) Messages(types ...message.Type) []message.Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	return envelopes(n.living, types)
}

func envelopes(records []*record, types []message.Type) []message.Message {
	var messages []message.Message
	for _, r := range records {
		if len(types) == 0 || slices.Contains(types, r.Type) {
			messages = append(messages, r.Message)
		}
	}
	return messages
}

// Status is the status of a message; empty when the node does not know it.
func (n *Node) Status(hash string) message.Status {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.records[hash]; r != nil {
		return r.status
	}
	return ""
}

// Rejection is the code with which a message was rejected; false when it was not.
func (n *Node) Rejection(hash string) (message.ErrorCode, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.records[hash]; r != nil && r.status == message.StatusRejected {
		return r.rejection.code, true
	}
	return 0, false
}

// Why a message is taken off the network for lack of funds (NETWORK.md 8.4).
const (
	CreditInsufficient  = "credit_insufficient"
	BalanceInsufficient = "balance_insufficient"
)

// SetRemoving makes a living message one that will be removed because its owner has run out of funds; reason is
// CreditInsufficient or BalanceInsufficient.
func (n *Node) SetRemoving(hash, reason string) error {
	return n.change(hash, message.StatusProcessed, func(r *record) { r.status, r.reason = message.StatusRemoving, reason })
}

// Refill makes a message that was to be removed a processed one again.
func (n *Node) Refill(hash string) error {
	return n.change(hash, message.StatusRemoving, func(r *record) { r.status, r.reason = message.StatusProcessed, "" })
}

// SetRemoved takes a message off the network that was to be removed. A removed program holds its files for ever
// (NETWORK.md 8.4).
func (n *Node) SetRemoved(hash string) error {
	return n.change(hash, message.StatusRemoving, func(r *record) {
		r.removedAt = seconds(n.now())
		n.end(r, message.StatusRemoved)
	})
}

func (n *Node) change(hash string, from message.Status, how func(*record)) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.records[hash]
	if r == nil || r.status != from {
		return fmt.Errorf("message %s is not %s", hash, from)
	}
	how(r)
	return nil
}
