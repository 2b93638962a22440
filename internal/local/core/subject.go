// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// subject is the message that a request sends or asks for.
func (n *Node) subject(r *http.Request) *message.Message {
	if sends(r) {
		return sent(r)
	}
	hash := askedFor(r)
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.records[hash]; known != nil {
		return &known.Message
	}
	return nil
}

const messagesPath = "/api/v0/messages"

// sends reports whether a request sends a message, and no file with it.
func sends(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == messagesPath
}

// sent is the message that a request sends; nil when it cannot be read.
func sent(r *http.Request) *message.Message {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	var request struct {
		Message *message.Message `json:"message"`
	}
	if err != nil || json.Unmarshal(body, &request) != nil {
		return nil
	}
	return request.Message
}

// askedFor is the item hash of the message that a request asks for; empty when it asks for none.
func askedFor(r *http.Request) string {
	hash, ok := strings.CutPrefix(r.URL.Path, messagesPath+"/")
	if !ok {
		return ""
	}
	hash, _, _ = strings.Cut(hash, "/")
	return hash
}
