// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"errors"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// ingest is what the node's listener does with a message that was accepted: decode it, drop it, or make it pending
// and process it. Nobody who waits hears of what is refused here (NETWORK.md 4.3).
func (n *Node) ingest(e *envelope, v verdict) {
	if !n.pause(n.cfg.IngestDelay+v.hidden) || v.dropped || !e.signed() {
		return
	}
	e, changed, ok := e.unquoted()
	if !ok {
		return
	}
	if changed {
		if err := e.checkInline(); err != nil && e.ItemType == message.ItemTypeInline {
			n.rejectUnread(e, unreadable(err))
			return
		}
	}
	if r := n.enter(e, v); r != nil {
		n.process(r)
	}
}

func unreadable(err error) *rejection {
	var mismatch *hashMismatch
	if errors.As(err, &mismatch) {
		return mismatch.rejection()
	}
	return reject(message.CodeInvalidFormat, err.Error())
}

// rejectUnread rejects a message before it becomes pending, unless the node knows better of it.
func (n *Node) rejectUnread(e *envelope, why *rejection) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.records[e.ItemHash]; known == nil || known.status == message.StatusRejected {
		n.records[e.ItemHash] = &record{
			envelope: e, status: message.StatusRejected, received: n.now(), rejection: why, raw: true,
		}
	}
}

// enter makes a message pending; nil when it is known already, or refused at once.
func (n *Node) enter(e *envelope, v verdict) *record {
	if e.Signature == "" {
		n.rejectUnread(e, reject(message.CodeInvalidSignature, "Missing signature"))
		return nil
	}
	if strings.Contains(e.ItemContent, `\u0000`) { // no node's database can store it (NETWORK.md 3.2)
		n.rejectUnread(e, reject(message.CodeInvalidFormat, "Invalid message content for "+e.ItemHash+": Unsupported character in message: \\u0000"))
		return nil
	}
	r := &record{envelope: e, status: message.StatusPending, received: n.now(), verdict: v}
	if e.ItemType == message.ItemTypeInline {
		if why := r.load([]byte(e.ItemContent)); why != nil {
			n.rejectUnread(e, why)
			return nil
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	id := [3]string{e.Sender, e.ItemHash, e.Signature}
	if n.seen[id] && n.cfg.NoIPFS { // with IPFS, a copy comes in by a way on which nothing is remembered
		return nil
	}
	n.seen[id] = true
	if known := n.records[e.ItemHash]; known != nil && known.status != message.StatusRejected {
		return nil
	}
	n.records[e.ItemHash] = r
	return r
}
