// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"cmp"
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// listPostsV0 is GET /api/v0/posts.json: posts in the form of messages, with the content of their newest amend.
func (n *Node) listPostsV0(w http.ResponseWriter, r *http.Request) {
	n.answerPosts(w, r, func(p *post) object {
		latest := p.latest()
		item := latest.fullEnvelope()
		item["sender"], item["chain"], item["channel"] = p.owner, p.Chain, nilIfEmpty(p.Channel)
		item["type"], item["content"] = latest.post().kind, latest.content["content"]
		item["confirmed"], item["confirmations"], item["size"] = false, []object{}, latest.size
		item["original_item_hash"], item["hash"] = p.ItemHash, p.ItemHash
		item["original_signature"], item["original_type"] = p.Signature, p.kind
		item["address"], item["ref"] = p.owner, nilIfEmpty(p.ref)
		return item
	})
}

// listPostsV1 is GET /api/v1/posts.json: posts as documents.
func (n *Node) listPostsV1(w http.ResponseWriter, r *http.Request) {
	n.answerPosts(w, r, func(p *post) object {
		latest := p.latest()
		return object{
			"item_hash": latest.ItemHash, "content": latest.content["content"], "original_item_hash": p.ItemHash,
			"original_type": p.kind, "address": p.owner, "ref": nilIfEmpty(p.ref), "channel": nilIfEmpty(p.Channel),
			"created": pythonTime(p.contentTime()), "last_updated": pythonTime(latest.contentTime()),
		}
	})
}

// answerPosts lists posts by their last update, by page or by cursor. All that it filters by is the original's, but the tags
// and the dates (NETWORK.md 5.3).
func (n *Node) answerPosts(w http.ResponseWriter, r *http.Request, describe func(*post) object) {
	query := r.URL.Query()
	perPage, page, ok := pageOf(w, query, 20, unlimited)
	if !ok {
		return
	}
	hashes, bad := itemHashes("hashes", query.Get("hashes"))
	updated, badDate := n.readDates(query)
	if bad = cmp.Or(bad, badDate); bad != nil {
		bad.answer(w)
		return
	}
	original := filter{
		owners: listOf(query, "addresses"), hashes: hashes, refs: listOf(query, "refs"),
		contentTypes: listOf(query, "types"), channels: listOf(query, "channels"),
	}
	tags := listOf(query, "tags")
	var found []*post
	for _, p := range n.posts {
		latest := p.latest()
		if p.kind != message.PostAmend && original.accepts(p.record) && latest.hasTag(tags) && updated.has(seconds(latest.contentTime())) {
			found = append(found, p)
		}
	}
	byUpdate := ordered[*post]{func(p *post) place { return place{p.latest().contentTime(), p.ItemHash} }, n.ascending(query)}
	byUpdate.sort(found)
	if query.Has("cursor") {
		byUpdate.answerFromCursor(w, found, "posts", describe, perPage, query.Get("cursor"))
	} else {
		answerPage(w, found, "posts", describe, perPage, page)
	}
}
