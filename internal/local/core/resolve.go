// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Living is a message that exists on the network; nil when it does not, or not any more.
func (n *Node) Living(hash string) *message.Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.records[hash]; r != nil && r.status.Alive() {
		return &r.Message
	}
	return nil
}

// Newest is the STORE that a compute node takes for one that is followed: the latest of the same owner that amends it, or
// itself (NETWORK.md 12.5).
func (n *Node) Newest(store string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	first := n.records[store]
	if first == nil || !first.status.Alive() {
		return store
	}
	newest := first
	for _, r := range n.owned[first.owner] {
		if r.store != nil && r.store.Ref == store && (newest == first || r.Time >= newest.Time) {
			newest = r
		}
	}
	return newest.ItemHash
}

// File is where the file of a living STORE lies on disk, and under which hash the network knows it; empty when the STORE or
// its file is not there.
func (n *Node) File(store string) (path, hash string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := n.records[store]
	if r == nil || !r.status.Alive() || r.store == nil {
		return "", ""
	}
	f := n.files[r.store.ItemHash]
	if f == nil {
		return "", ""
	}
	return f.path, r.store.ItemHash
}
