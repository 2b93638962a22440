// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"
	"slices"
)

// listPostsV0 is GET /api/v0/posts.json: posts in the form of messages, with the content of their newest amend.
func (n *Node) listPostsV0(w http.ResponseWriter, r *http.Request) {
	n.answerPosts(w, r, func(p *post) object {
		latest := p.latest()
		item := latest.fullEnvelope()
		delete(item, "item_hash")
		item["item_hash"], item["sender"] = latest.ItemHash, p.owner
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

// answerPosts lists posts; hashes are those of the originals only (NETWORK.md 5.3).
func (n *Node) answerPosts(w http.ResponseWriter, r *http.Request, describe func(*post) object) {
	query := r.URL.Query()
	perPage, page, ok := pageOf(w, query, 20)
	if !ok {
		return
	}
	f := filter{
		owners: split(query.Get("addresses")), hashes: split(query.Get("hashes")), refs: split(query.Get("refs")),
		contentTypes: split(query.Get("types")), tags: split(query.Get("tags")), channels: split(query.Get("channels")),
		ascending: n.parameter(query, "sortOrder", "sort_order") == "1",
	}
	var originals []*record
	for _, p := range n.posts {
		if p.kind != amendKind && f.accepts(p.record) {
			originals = append(originals, p.record)
		}
	}
	slices.SortFunc(originals, f.compare)
	items := []object{}
	for _, original := range cut(originals, perPage, page) {
		items = append(items, describe(n.posts[original.ItemHash]))
	}
	answer(w, http.StatusOK, object{
		"posts": items, "pagination_page": page, "pagination_total": len(originals),
		"pagination_per_page": perPage, "pagination_item": "posts",
	})
}
