// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// attempts is how often a message is tried within the retry window.
const attempts = 20

// process tries a pending message until it is processed or rejected.
func (n *Node) process(r *record) {
	if !n.pause(max(n.cfg.ProcessDelay, r.verdict.held)) {
		return
	}
	signature := checkSignature(r.envelope)
	deadline := time.Now().Add(n.cfg.RetryWindow)
	for n.try(r, signature, time.Now().After(deadline)) {
		if !n.pause(max(n.cfg.RetryWindow/attempts, time.Millisecond)) {
			return
		}
	}
}

// try makes one attempt, and reports whether another is due. What goes wrong while the node still fetches something
// is not heard by those who wait (NETWORK.md 4.3).
func (n *Node) try(r *record, signature *rejection, last bool) (again bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.verdict.stuck {
		n.tell(r.ItemHash, message.StatusPending)
		return false
	}
	heard := n.hasAll(r)
	why := signature
	if why == nil {
		why = r.verdict.rejection
	}
	if why == nil {
		why = n.prepare(r)
	}
	if why == nil {
		heard, why = true, n.checkDependencies(r)
	}
	switch {
	case why == nil:
		n.accept(r)
		n.tell(r.ItemHash, message.StatusProcessed)
		return false
	case why.retried() && !last:
		if heard {
			n.tell(r.ItemHash, message.StatusPending)
		}
		return true
	}
	r.status, r.rejection = message.StatusRejected, why
	if heard {
		n.tell(r.ItemHash, message.StatusRejected)
	}
	return false
}

// hasAll reports whether the node need not fetch anything for the message.
func (n *Node) hasAll(r *record) bool {
	if r.ItemType != message.ItemTypeInline || r.Type != message.TypeStore {
		return r.ItemType == message.ItemTypeInline
	}
	return n.files[r.store.ItemHash] != nil && message.ItemTypeOf(r.store.ItemHash) == message.ItemTypeStorage
}

// prepare goes through the first rules in the node's order (NETWORK.md 4.7): content, permission, and for a STORE the
// owner's means and the file.
func (n *Node) prepare(r *record) *rejection {
	if r.content == nil {
		if why := n.loadStored(r); why != nil {
			return why
		}
	}
	if why := n.checkPermission(r); why != nil || r.Type != message.TypeStore {
		return why
	}
	return n.prepareStore(r)
}

// checkDependencies goes through the other rules: what the message refers to, and the owner's means.
func (n *Node) checkDependencies(r *record) *rejection {
	switch r.Type {
	case message.TypeStore:
		return n.checkStore(r)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		return n.checkExecutable(r)
	case message.TypePost:
		return n.checkPost(r)
	case message.TypeAggregate:
		return n.checkAggregate(r)
	case message.TypeForget:
		return n.checkForget(r)
	}
	return nil
}

// accept makes a checked message part of the network.
func (n *Node) accept(r *record) {
	n.enliven(r)
	if r.ItemType != message.ItemTypeInline {
		n.files[r.ItemHash].pins++
	}
	switch r.Type {
	case message.TypeStore:
		n.acceptStore(r)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		n.acceptExecutable(r)
	case message.TypePost:
		n.acceptPost(r)
	case message.TypeAggregate:
		n.acceptAggregate(r)
	case message.TypeForget:
		n.acceptForget(r)
	}
	if n.cfg.Record != nil {
		n.cfg.Record(r.Message)
	}
}

// load reads the content.
func (r *record) load(text []byte) *rejection {
	parsed, err := model.ParseContent(string(r.Type), text)
	if err != nil {
		return reject(message.CodeInvalidFormat, err.Error())
	}
	var content object
	if err := decode(text, &content); err != nil {
		return reject(message.CodeInvalidFormat, err.Error())
	}
	r.parsed, r.content, r.size = parsed, content, len(text)
	r.owner, _ = parsed["address"].(string)
	if err := r.readStruct(); err != nil {
		return reject(message.CodeInvalidFormat, err.Error())
	}
	return nil
}

// readStruct reads the parsed content of the types that have consequences beyond their text.
func (r *record) readStruct() error {
	switch r.Type {
	case message.TypeStore:
		r.store = &message.Store{}
		return convert(r.parsed, r.store)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		r.executable = &executable{Type: r.Type}
		return convert(r.parsed, r.executable)
	case message.TypeForget:
		r.forget = &message.Forget{}
		return convert(r.parsed, r.forget)
	}
	return nil
}

// loadStored reads a content that is a file; a missing address and time are the envelope's (NETWORK.md 1.2).
func (n *Node) loadStored(r *record) *rejection {
	f := n.files[r.ItemHash]
	if f == nil {
		return fileNotFound(message.CodeContentUnavailable, r.ItemHash, "could not fetch message content")
	}
	text, err := f.read(maxContent)
	if err != nil {
		return reject(message.CodeInternal)
	}
	var content object
	if err := decode(text, &content); err != nil || content == nil {
		return reject(message.CodeInvalidFormat, "Invalid message content for "+r.ItemHash+": Message content is not valid JSON")
	}
	if content["address"] == nil {
		content["address"] = r.Sender
	}
	if content["time"] == nil {
		content["time"] = r.time
	}
	complete, err := json.Marshal(content)
	if err != nil {
		return reject(message.CodeInternal)
	}
	why := r.load(complete)
	r.size = len(text)
	return why
}

// maxContent is the largest content that is a file, in bytes.
const maxContent = 25 * mebibyte

// checkSignature asks whether the sender signed the message (NETWORK.md 2).
func checkSignature(e *envelope) *rejection {
	if e.Chain == "AURORA" || e.Chain == "STT" { // in the list of chains, but nobody wrote a verifier
		return reject(message.CodeInvalidFormat, fmt.Sprintf("Unknown chain for validation: Chain.%s", e.Chain))
	}
	if e.VerifySignature() != nil {
		return reject(message.CodeInvalidSignature, "The signature of the message is invalid")
	}
	return nil
}

// number reads a JSON number of a parsed content.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case json.Number:
		f, err := x.Float64()
		return f, err == nil
	case float64:
		return x, true
	case int64:
		return float64(x), true
	}
	return 0, false
}

// convert reads a parsed content into a struct.
func convert(parsed object, into any) error {
	text, err := json.Marshal(parsed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
