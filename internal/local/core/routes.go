// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// newRoutes lists every endpoint. heph lacks some of them (NETWORK.md 13.4).
func (n *Node) newRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v0/messages", n.postMessage)
	mux.HandleFunc("GET /api/v0/messages.json", n.locked(n.listMessages))
	mux.HandleFunc("GET /api/v0/messages/hashes", n.locked(n.listHashes))
	mux.HandleFunc("GET /api/v0/messages/{hash}", n.locked(n.getMessage))
	mux.HandleFunc("GET /api/v0/messages/{hash}/status", n.locked(n.getStatus))
	mux.HandleFunc("GET /api/v0/messages/{hash}/content", n.locked(n.getContent))
	mux.HandleFunc("GET /api/v0/messages/{hash}/consumed_credits", n.getConsumedCredits)
	mux.HandleFunc("GET /api/v0/posts.json", n.locked(n.listPostsV0))
	mux.HandleFunc("GET /api/v1/posts.json", n.locked(n.listPostsV1))
	mux.HandleFunc("GET /api/v0/aggregates.json", n.locked(n.listAggregates))
	mux.HandleFunc("GET /api/v0/aggregates/{owner}", n.locked(n.getAggregates))

	mux.HandleFunc("POST /api/v0/storage/add_file", n.addFile)
	mux.HandleFunc("POST /api/v0/storage/add_json", n.addJSON)
	mux.HandleFunc("GET /api/v0/storage/raw/{hash}", n.rawFile)
	mux.HandleFunc("GET /api/v0/storage/{hash}", n.encodedFile)
	mux.HandleFunc("GET /api/v0/storage/metadata/{hash}", n.locked(n.fileMetadata))
	mux.HandleFunc("GET /api/v0/storage/by-message-hash/{hash}", n.locked(n.fileByMessage))
	mux.HandleFunc("GET /api/v0/storage/by-ref/{ref}", n.locked(n.fileByRef))
	mux.HandleFunc("GET /api/v0/storage/by-ref/{owner}/{ref}", n.locked(n.fileByRef))
	mux.HandleFunc("GET /api/v0/storage/count/{hash}", n.locked(n.countPins))

	mux.HandleFunc("GET /api/v0/price/{hash}", n.locked(n.getPrice))
	mux.HandleFunc("POST /api/v0/price/estimate", n.estimatePrice)
	mux.HandleFunc("GET /api/v0/costs", n.locked(n.getCosts))
	mux.HandleFunc("GET /api/v0/addresses/stats.json", n.locked(n.addressStats))
	mux.HandleFunc("GET /api/v0/addresses/{address}/balance", n.locked(n.getBalance))
	mux.HandleFunc("GET /api/v0/addresses/{address}/files", n.locked(n.addressFiles))
	mux.HandleFunc("GET /api/v0/addresses/{address}/credit_history", n.locked(n.creditHistory))
	mux.HandleFunc("GET /api/v0/credit_balances", n.locked(n.creditBalances))
	mux.HandleFunc("GET /api/v0/programs/on/message", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, []string{}) })
	mux.HandleFunc("GET /api/v0/info/public.json", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, object{"node_multi_addresses": []string{}})
	})
	if !n.cfg.Heph {
		mux.HandleFunc("POST /api/v0/p2p/pubsub/pub", n.publishOnTopic)
		mux.HandleFunc("POST /api/v0/ipfs/pubsub/pub", n.publishOnTopic)
		mux.HandleFunc("POST /api/v0/ipfs/add_file", n.addIPFSFile)
		mux.HandleFunc("POST /api/v0/ipfs/add_json", n.addIPFSJSON)
		mux.HandleFunc("GET /api/v0/storage/limits.json", n.getLimits)
		mux.HandleFunc("GET /api/v0/version", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, object{"version": Version})
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answerStatus(w, http.StatusNotFound) })
	return mux
}

// locked runs a handler while nothing changes. What it answers is sent afterwards, so that a slow client holds nobody
// up.
func (n *Node) locked(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answered := newReply()
		func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			handler(answered, r)
		}()
		answered.sendTo(w)
	}
}

// Version is the version of pyaleph that the node imitates.
const Version = "0.10.3rc5"

// maxDrain is how much of a body that is too large is read on, so that the client sees the answer and not a reset.
const maxDrain = 1024 * mebibyte

// tooLarge refuses a body above a limit.
func tooLarge(w http.ResponseWriter, r *http.Request, limit int64) {
	_, _ = io.CopyN(io.Discard, r.Body, maxDrain) // whatever comes of it, the answer is the same
	answerText(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("Maximum request body size %d exceeded.", limit))
}

// decode reads JSON and keeps numbers as they were written.
func decode(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

// truthy reads a boolean of a query.
func truthy(text string) bool {
	switch strings.ToLower(text) {
	case "1", "true", "yes", "on", "t", "y":
		return true
	}
	return false
}
