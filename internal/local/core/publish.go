// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// maxBody is the largest body of a request that is no upload, in bytes (NETWORK.md 3.2).
const maxBody = mebibyte

// postMessage is POST /api/v0/messages (NETWORK.md 4.1).
func (n *Node) postMessage(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxBody)
	if !ok {
		return
	}
	var request struct {
		Sync    any             `json:"sync"`
		Message json.RawMessage `json:"message"`
	}
	if err := decode(body, &request); err != nil {
		answerStatus(w, http.StatusUnprocessableEntity)
		return
	}
	sync, isBool := request.Sync.(bool)
	if request.Message == nil || (!isBool && request.Sync != nil) {
		answerMissing(w, body, request.Message == nil)
		return
	}
	e, err := readEnvelope(request.Message)
	if err != nil {
		n.refuse(w, err)
		return
	}
	n.answerPublication(w, n.publish(r, e, sync))
}

// readBody reads a request, or answers that it is too large.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, false // the client has gone
	}
	if int64(len(body)) > limit {
		tooLarge(w, r, limit)
		return nil, false
	}
	return body, true
}

// answerMissing refuses a request in the words of the node's validation library.
func answerMissing(w http.ResponseWriter, body []byte, noMessage bool) {
	problem := object{
		"type": "bool_parsing", "loc": []string{"sync"}, "msg": "Input should be a valid boolean, unable to interpret input",
		"url": "https://errors.pydantic.dev/2.13/v/bool_parsing",
	}
	if noMessage {
		problem = object{
			"type": "missing", "loc": []string{"message"}, "msg": "Field required", "input": json.RawMessage(body),
			"url": "https://errors.pydantic.dev/2.13/v/missing",
		}
	}
	text, err := json.Marshal([]object{problem})
	if err != nil {
		answerStatus(w, http.StatusUnprocessableEntity)
		return
	}
	answerText(w, http.StatusUnprocessableEntity, string(text))
}

// refuse answers that an envelope cannot be accepted.
func (n *Node) refuse(w http.ResponseWriter, err error) {
	switch {
	case n.cfg.Heph:
		answerText(w, http.StatusBadRequest, "invalid message: "+err.Error())
	case errors.Is(err, errTime):
		answerStatus(w, http.StatusInternalServerError)
	default:
		answerText(w, http.StatusUnprocessableEntity, errFormat.Error())
	}
}

// outcome is what became of a publication, as far as its sender is told: processed, rejected, or pending.
type outcome struct {
	status message.Status
	// why is told by heph only.
	why *rejection
}

func (n *Node) answerPublication(w http.ResponseWriter, o outcome) {
	body := object{"publication_status": object{"status": "success", "failed": []string{}}, "message_status": o.status}
	if o.why != nil {
		body["error"] = o.why.hephError()
	}
	answer(w, httpStatus(o.status), body)
}

func httpStatus(status message.Status) int {
	switch status {
	case message.StatusProcessed:
		return http.StatusOK
	case message.StatusRejected:
		return http.StatusUnprocessableEntity
	}
	return http.StatusAccepted
}

// publish accepts a message and, when sync is set, waits for what comes of it; pending when the node will try again,
// or when nothing was heard in time (NETWORK.md 4.3).
func (n *Node) publish(r *http.Request, e *envelope, sync bool) outcome {
	v := n.verdictOn(r, &e.Message)
	if n.cfg.Heph {
		return n.publishAsHeph(e, v)
	}
	if !sync {
		go n.ingest(e, v)
		return outcome{status: message.StatusPending}
	}
	heard := n.await(e.ItemHash)
	defer n.forgo(e.ItemHash, heard)
	go n.ingest(e, v)
	timer := time.NewTimer(n.cfg.SyncWait)
	defer timer.Stop()
	select {
	case status := <-heard:
		return outcome{status: status}
	case <-timer.C:
	case <-r.Context().Done():
	case <-n.closed:
	}
	return outcome{status: message.StatusPending}
}

// await registers for the first outcome of a message.
func (n *Node) await(hash string) chan message.Status {
	n.mu.Lock()
	defer n.mu.Unlock()
	outcome := make(chan message.Status, 1)
	n.waiting[hash] = append(n.waiting[hash], outcome)
	return outcome
}

func (n *Node) forgo(hash string, outcome chan message.Status) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting[hash] = slices.DeleteFunc(n.waiting[hash], func(c chan message.Status) bool { return c == outcome })
	if len(n.waiting[hash]) == 0 {
		delete(n.waiting, hash)
	}
}

// tell passes an outcome to those who wait for it.
func (l *ledger) tell(hash string, status message.Status) {
	for _, outcome := range l.waiting[hash] {
		outcome <- status
	}
	delete(l.waiting, hash)
}

// topic is the only topic of the network (NETWORK.md 4.9).
const topic = "ALEPH-TEST"

// publishOnTopic is the old way to publish, for which every publication is a success (NETWORK.md 4.9).
func (n *Node) publishOnTopic(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxBody)
	if !ok {
		return
	}
	var request struct {
		Topic string `json:"topic"`
		Data  any    `json:"data"`
	}
	if err := decode(body, &request); err != nil {
		answerStatus(w, http.StatusUnprocessableEntity)
		return
	}
	if request.Topic != topic {
		answerReason(w, http.StatusForbidden, "Unauthorized P2P topic: "+request.Topic+". Use "+topic+".")
		return
	}
	data, ok := request.Data.(string)
	if !ok {
		answerReason(w, http.StatusUnprocessableEntity, "'data': expected a serialized JSON string.")
		return
	}
	e, err := readEnvelope([]byte(data))
	if err != nil {
		n.refuse(w, err)
		return
	}
	go n.ingest(e, n.verdictOn(r, &e.Message))
	answer(w, http.StatusOK, object{"status": "success", "failed": []string{}})
}
