// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Foist makes answers hold a message that the network does not have, as if it were processed: what a node hands out that
// lies, or something on the way to it. content is that of a message which is not inline; nil otherwise.
func Foist(m message.Message, content map[string]any) Action {
	f := foisted{message: m, content: content}
	if content == nil {
		// What cannot be read is listed all the same.
		_ = json.Unmarshal([]byte(m.ItemContent), &f.content)
	}
	return Action{request: f.serve}
}

type foisted struct {
	message message.Message
	content object
}

func (f foisted) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	const messages = "/api/v0/messages"
	switch r.URL.Path {
	case messages + "/" + f.message.ItemHash:
		answer(w, http.StatusOK, object{"status": message.StatusProcessed, "item_hash": f.message.ItemHash, "message": f.envelope()})
	case messages + "/" + f.message.ItemHash + "/status":
		answer(w, http.StatusOK, object{"status": message.StatusProcessed, "item_hash": f.message.ItemHash})
	case messages + ".json":
		original := newReply()
		next.ServeHTTP(original, r)
		var page object
		if decode(original.body.Bytes(), &page) == nil && f.isIn(r.URL.Query()) {
			listed, _ := page["messages"].([]any)
			page["messages"] = append([]any{f.envelope()}, listed...)
			answer(w, original.status, page)
			return
		}
		original.sendTo(w)
	default:
		next.ServeHTTP(w, r)
	}
}

// isIn reports whether the first page of a list has the message.
func (f foisted) isIn(query url.Values) bool {
	text := func(field string) string { value, _ := f.content[field].(string); return value }
	for parameter, value := range map[string]string{
		"msgTypes": string(f.message.Type), "owners": text("address"), "refs": text("ref"), "hashes": f.message.ItemHash,
		"msgStatuses": string(message.StatusProcessed), "cursor": "",
	} {
		if given := query.Get(parameter); given != "" && !slices.Contains(strings.Split(given, ","), value) {
			return false
		}
	}
	return true
}

func (f foisted) envelope() object {
	m := f.message
	return object{
		"sender": m.Sender, "chain": m.Chain, "signature": m.Signature, "type": m.Type, "item_type": m.ItemType,
		"item_hash": m.ItemHash, "item_content": nilIfEmpty(m.ItemContent), "time": m.Time, "channel": nilIfEmpty(m.Channel),
		"content": f.content, "confirmed": false, "confirmations": []any{}, "size": len(m.ItemContent),
	}
}
