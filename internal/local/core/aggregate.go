// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// element is one AGGREGATE message.
type element struct {
	hash    string
	content object
	created time.Time
}

// merged is an aggregate: its elements laid over each other by time, top-level key by key (NETWORK.md 7.6).
func merged(elements []element) object {
	document := object{}
	for _, e := range elements {
		for key, value := range e.content {
			document[key] = value
		}
	}
	return document
}

func (l *ledger) addElement(owner, key string, e element) {
	if l.aggregates[owner] == nil {
		l.aggregates[owner] = map[string][]element{}
	}
	elements := l.aggregates[owner][key]
	// Behind all elements of the same time: the later arrival wins.
	at, _ := slices.BinarySearchFunc(elements, e.created, func(have element, at time.Time) int {
		if have.created.After(at) {
			return 1
		}
		return -1
	})
	l.aggregates[owner][key] = slices.Insert(elements, at, e)
}

func (n *Node) acceptAggregate(r *record) {
	key, _ := r.parsed["key"].(string)
	content, _ := r.content["content"].(object)
	n.addElement(r.owner, key, element{hash: r.ItemHash, content: content, created: r.contentTime()})
}

func (n *Node) releaseAggregate(r *record) {
	key, _ := r.parsed["key"].(string)
	n.aggregates[r.owner][key] = slices.DeleteFunc(n.aggregates[r.owner][key], func(e element) bool { return e.hash == r.ItemHash })
	if len(n.aggregates[r.owner][key]) == 0 {
		delete(n.aggregates[r.owner], key)
	}
}

// getAggregates is GET /api/v0/aggregates/{owner}.json (NETWORK.md 5.4).
func (n *Node) getAggregates(w http.ResponseWriter, r *http.Request) {
	owner, ok := strings.CutSuffix(r.PathValue("owner"), ".json")
	if !ok {
		answerStatus(w, http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	withInfo := truthy(query.Get("with_info"))
	var keys []string
	if query.Has("keys") && !withInfo { // with info, the filter is not applied
		keys = strings.Split(query.Get("keys"), ",")
	}
	data, info := object{}, object{}
	for key, elements := range n.aggregates[owner] {
		if keys != nil && !slices.Contains(keys, key) {
			continue
		}
		data[key] = merged(elements)
		if withInfo {
			info[key] = revisions(elements)
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

// revisions tells of an aggregate's history; both hashes are those of the last revision, as real nodes have it.
func revisions(elements []element) object {
	first, last := elements[0], elements[len(elements)-1]
	return object{
		"created": pythonTime(first.created), "last_updated": pythonTime(last.created),
		"original_item_hash": last.hash, "last_update_item_hash": last.hash,
	}
}
