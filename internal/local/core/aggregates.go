// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// getAggregates is GET /api/v0/aggregates/{owner}.json (NETWORK.md 5.4).
func (n *Node) getAggregates(w http.ResponseWriter, r *http.Request) {
	owner, ok := strings.CutSuffix(r.PathValue("owner"), ".json")
	if !ok {
		answerStatus(w, http.StatusNotFound)
		return
	}
	n.computeDirty(owner)
	query := r.URL.Query()
	keys, withInfo := listOf(query, "keys"), truthy(query.Get("with_info"))
	data, info := object{}, object{}
	for key, a := range n.aggregates[owner] {
		if !withInfo && !among(keys, key) { // with info, the filter is not applied
			continue
		}
		data[key] = a.content
		if withInfo {
			info[key] = a.info()
		}
	}
	switch {
	case len(data) == 0:
		answerText(w, http.StatusNotFound, "No aggregate found for this address")
	case truthy(query.Get("value_only")) && len(keys) == 1:
		answer(w, http.StatusOK, data[keys[0]])
	default:
		answer(w, http.StatusOK, object{"address": owner, "data": data, "info": info})
	}
}

// computeDirty computes the aggregates again that waited for it until somebody reads them.
func (n *Node) computeDirty(owner string) {
	for key, a := range n.aggregates[owner] {
		if fresh, ok := merged(a.elements); a.dirty && ok {
			n.setAggregate(owner, key, fresh)
		}
	}
}

// info tells of an aggregate's history; both hashes are those of the last element, as real nodes have it.
func (a aggregate) info() object {
	return object{
		"created": pythonTime(a.created), "last_updated": pythonTime(a.last.created),
		"original_item_hash": a.last.hash, "last_update_item_hash": a.last.hash,
	}
}

// maxAggregates is how many aggregates a page has at most.
const maxAggregates = 500

// listAggregates is GET /api/v0/aggregates.json: those that were changed last come first (NETWORK.md 5.4).
func (n *Node) listAggregates(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	perPage, page, ok := pageOf(w, query, 20, maxAggregates)
	if !ok {
		return
	}
	type listed struct {
		aggregate
		owner, key string
	}
	owners, keys := listOf(query, "addresses"), listOf(query, "keys")
	var found []listed
	for owner, aggregates := range n.aggregates {
		for key, a := range aggregates {
			if among(owners, owner) && among(keys, key) {
				found = append(found, listed{a, owner, key})
			}
		}
	}
	slices.SortFunc(found, func(a, b listed) int {
		return cmp.Or(b.last.created.Compare(a.last.created), strings.Compare(a.owner, b.owner), strings.Compare(a.key, b.key))
	})
	answerPage(w, found, "aggregates", func(a listed) object {
		return object{
			"address": a.owner, "key": a.key, "content": a.content,
			"created": pythonTime(a.created), "last_updated": pythonTime(a.last.created),
		}
	}, perPage, page)
}
