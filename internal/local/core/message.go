// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// find looks a message up by the hash in the path, or answers why it cannot.
func (n *Node) find(w http.ResponseWriter, r *http.Request) *record {
	hash := r.PathValue("hash")
	if message.ItemTypeOf(hash) == "" {
		answerText(w, http.StatusBadRequest, "Invalid message hash: "+hash)
		return nil
	}
	found := n.records[hash]
	if found == nil {
		answerStatus(w, http.StatusNotFound)
	}
	return found
}

// getMessage is GET /api/v0/messages/{hash}: 200 whatever the status, in a shape of its own for each (NETWORK.md 5.1).
func (n *Node) getMessage(w http.ResponseWriter, r *http.Request) {
	if found := n.find(w, r); found != nil {
		answer(w, http.StatusOK, n.describe(found))
	}
}

func (n *Node) describe(r *record) object {
	body := r.statusOnly()
	switch r.status {
	case message.StatusPending:
		pending := r.fullEnvelope()
		pending["time"] = isoTime(r.Time.UTC())
		pending["content"] = nil
		if r.content != nil {
			pending["content"] = r.content
		}
		pending["reception_time"] = isoTime(r.received)
		body["messages"] = []object{pending}
	case message.StatusProcessed, message.StatusRemoving:
		m := r.fullEnvelope()
		m["content"], m["confirmed"], m["confirmations"] = dump(r), false, []object{}
		body["message"] = m
		if r.status == message.StatusRemoving {
			body["reason"] = r.reason
		}
	case message.StatusRejected:
		body["message"], body["error_code"], body["details"] = r.rejectedEnvelope(), r.rejection.code, r.rejection.details()
		if n.cfg.Heph { // which tells neither (NETWORK.md 13.1)
			body["error_code"], body["details"] = 1, nil
		}
	case message.StatusForgotten:
		m := r.skeleton()
		m["forgotten_at"] = r.forgottenAt
		body["message"], body["forgotten_by"] = m, r.forgottenBy
	case message.StatusRemoved:
		m := r.skeleton()
		m["removed_at"] = r.removedAt
		body["message"], body["reason"], body["removed_at"], body["size"] = m, r.reason, r.removedAt, r.fileSize
	}
	return body
}

func (r *record) statusOnly() object {
	return object{"status": r.status, "item_hash": r.ItemHash, "reception_time": isoTime(r.received)}
}

// head is the part of an envelope that all shapes share.
func (r *record) head() object {
	return object{
		"sender": r.Sender, "chain": r.Chain, "signature": r.Signature, "type": r.Type, "item_type": r.ItemType,
		"item_hash": r.ItemHash, "time": r.time, "channel": nilIfEmpty(r.Channel),
	}
}

// fullEnvelope is the envelope of a message that the node keeps.
func (r *record) fullEnvelope() object {
	envelope := r.head()
	envelope["item_content"] = nilIfEmpty(r.ItemContent)
	return envelope
}

// rejectedEnvelope is a message as it was received; when it got as far as being read, with its content.
func (r *record) rejectedEnvelope() object {
	if r.raw {
		return r.fields
	}
	envelope := r.fullEnvelope()
	envelope["origin"] = "p2p"
	envelope["content"] = nil
	if r.content != nil {
		envelope["content"] = r.content
	}
	return envelope
}

// skeleton is what remains of a message that has gone.
func (r *record) skeleton() object {
	envelope := r.head()
	envelope["owner"], envelope["payment_type"], envelope["size"] = r.owner, r.payment(), r.fileSize
	return envelope
}

func nilIfEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// getStatus is GET /api/v0/messages/{hash}/status.
func (n *Node) getStatus(w http.ResponseWriter, r *http.Request) {
	if hash := r.PathValue("hash"); !n.cfg.Bare && slices.Contains(wellKnownStores, hash) {
		answer(w, http.StatusOK, object{"status": message.StatusProcessed, "item_hash": hash, "reception_time": isoTime(n.now())})
		return
	}
	if found := n.find(w, r); found != nil {
		answer(w, http.StatusOK, found.statusOnly())
	}
}

// getContent is GET /api/v0/messages/{hash}/content: of a POST, what is inside its content; heph has it for POSTs only.
func (n *Node) getContent(w http.ResponseWriter, r *http.Request) {
	found := n.find(w, r)
	switch {
	case found == nil:
	case found.status != message.StatusProcessed:
		answerText(w, http.StatusUnprocessableEntity, fmt.Sprintf(
			"Message %s is not processed (status: MessageStatus.%s)", found.ItemHash, strings.ToUpper(string(found.status))))
	case found.Type == message.TypePost:
		answer(w, http.StatusOK, found.content["content"])
	case n.cfg.Heph:
		answerStatus(w, http.StatusNotFound)
	default:
		answer(w, http.StatusOK, dump(found))
	}
}

// getConsumedCredits is GET /api/v0/messages/{hash}/consumed_credits; nothing here ever consumes any.
func (n *Node) getConsumedCredits(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, object{"item_hash": r.PathValue("hash"), "consumed_credits": 0})
}
