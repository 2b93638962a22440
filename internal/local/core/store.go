// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// pin is a STORE's hold on a file.
type pin struct {
	file, owner string
	// ref is what the STORE amends, as it was written; tag is the name of the version that it may move.
	ref, tag string
	created  time.Time
}

// tag is the newest version of a file: by the item hash of its first STORE, or by "<owner>/<name>" (NETWORK.md 7.1).
type tag struct {
	file, owner string
	updated     time.Time
}

// tagName is the tag that a STORE moves.
func (r *record) tagName() string {
	switch {
	case r.store.Ref == "":
		return r.ItemHash
	case message.ItemTypeOf(r.store.Ref) != "":
		return r.store.Ref
	}
	return r.owner + "/" + r.store.Ref
}

// prepareStore checks what a node checks before it fetches the file: the owner of the tag, the owner's means, the form
// of the hash; then whether the file is there.
func (n *Node) prepareStore(r *record) *rejection {
	store := r.store
	if t, ok := n.tags[r.tagName()]; ok && store.Ref != "" && t.owner != r.owner {
		return reject(message.CodePermissionDenied, r.ItemHash+" attempts to update a file tag belonging to another user")
	}
	if why := n.checkStoreMeans(r); why != nil {
		return why
	}
	if message.ItemTypeOf(store.ItemHash) != store.ItemType {
		return reject(message.CodeInvalidFormat,
			fmt.Sprintf("Item hash '%s' is not of the expected type ('%s')", store.ItemHash, store.ItemType))
	}
	if n.files[store.ItemHash] == nil {
		return fileNotFound(message.CodeFileUnavailable, store.ItemHash, "could not retrieve file from storage at this time")
	}
	return nil
}

// checkStoreMeans is the check before the fetch: a file in storage counts for nothing yet, so that only an account
// that is already in debt fails; a file on IPFS counts with its whole MiB, unless it is small and on hold
// (NETWORK.md 10.2).
func (n *Node) checkStoreMeans(r *record) *rejection {
	store, payment := r.store, paymentOf(r.store.Payment)
	if r.isFree() {
		return nil
	}
	if r.needsCredit() && payment != message.PaymentCredit {
		return reject(message.CodeInvalidPayment)
	}
	cost := decimal.Zero
	if f := n.files[store.ItemHash]; f != nil && store.ItemType == message.ItemTypeIPFS {
		if payment == message.PaymentHold && f.size <= n.cfg.MaxUnsignedUpload {
			return nil
		}
		if whole := f.size / mebibyte; whole > 0 {
			cost = n.prices.storeBill(store, decimal.NewFromInt(whole), r.ItemHash, n).cost()
		}
	}
	return n.checkMeans(r.owner, cost, payment)
}

// checkStore checks what the STORE amends, and the owner's means with the true size.
func (n *Node) checkStore(r *record) *rejection {
	store := r.store
	if message.ItemTypeOf(store.Ref) != "" {
		first, ok := n.pins[store.Ref]
		if !ok {
			return reject(message.CodeStoreRefNotFound, store.Ref)
		}
		if first.ref != "" {
			return reject(message.CodeStoreUpdateUpdate)
		}
	}
	b := n.prices.storeBill(store, decimal.Zero, r.ItemHash, n)
	r.bill = &b
	size := n.files[store.ItemHash].size
	small := b.payment == message.PaymentHold && size > 0 && size <= n.cfg.MaxUnsignedUpload
	if r.isFree() || small {
		return nil
	}
	return n.checkMeans(r.owner, b.cost(), b.payment)
}

// acceptStore pins the file, and moves the tag when the STORE is strictly later than what it points at.
func (n *Node) acceptStore(r *record) {
	store, f, name := r.store, n.files[r.store.ItemHash], r.tagName()
	n.pins[r.ItemHash] = pin{file: store.ItemHash, owner: r.owner, ref: store.Ref, tag: name, created: r.contentTime()}
	n.versions[name] = append(n.versions[name], r.ItemHash)
	n.moveTag(n.pins[r.ItemHash])
	f.pins++
	size := f.size
	r.fileSize = &size
}

func (l *ledger) moveTag(p pin) {
	if known, ok := l.tags[p.tag]; !ok || p.created.After(known.updated) {
		l.tags[p.tag] = tag{file: p.file, owner: p.owner, updated: p.created}
	}
}

// releaseStore ends a STORE: its pin goes, and the tag falls back to the newest version that remains. The file stays
// for its grace time, which no test outlives.
func (n *Node) releaseStore(r *record) {
	gone := n.pins[r.ItemHash]
	delete(n.pins, r.ItemHash)
	if f := n.files[gone.file]; f != nil {
		f.pins--
		f.grace = f.grace || f.pins == 0
	}
	delete(n.tags, gone.tag)
	n.versions[gone.tag] = slices.DeleteFunc(n.versions[gone.tag], func(hash string) bool { return hash == r.ItemHash })
	for _, hash := range n.versions[gone.tag] {
		n.moveTag(n.pins[hash])
	}
}
