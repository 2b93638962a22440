// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// filter is what a list of messages is asked for (NETWORK.md 5.2). An empty list accepts everything.
type filter struct {
	types, statuses, senders, owners, refs, contentHashes, contentTypes []string
	chains, channels, tags, hashes, payments                            []string
	span
	ascending bool
	format    string // full, headers or none
}

// span is a time, in seconds, from the first moment to before the last; 0 is no bound.
type span struct{ from, to float64 }

func (s span) has(at float64) bool {
	return (s.from == 0 || at >= s.from) && (s.to == 0 || at < s.to)
}

func (n *Node) readFilter(query url.Values) (filter, *badQuery) {
	list := func(camel, snake string) []string { return split(n.parameter(query, camel, snake)) }
	f := filter{
		types: list("msgTypes", "message_types"), statuses: list("msgStatuses", "message_statuses"),
		senders: list("addresses", "addresses"), owners: list("owners", "owners"), refs: list("refs", "refs"),
		contentTypes: list("contentTypes", "content_types"), chains: list("chains", "chains"),
		channels: list("channels", "channels"), tags: list("tags", "tags"), payments: list("paymentTypes", "payment_types"),
		format: n.parameter(query, "contentFormat", "content_format"),
	}
	if one := n.parameter(query, "msgType", "message_type"); one != "" {
		f.types = append(f.types, one)
	}
	if f.format == "" && truthy(n.parameter(query, "excludeContent", "exclude_content")) {
		f.format = "none"
	}
	f.ascending = n.ascending(query)
	var bad *badQuery
	if f.hashes, bad = itemHashes("hashes", query.Get("hashes")); bad != nil {
		return f, bad
	}
	contentHashes := n.spelled(query, "contentHashes", "content_hashes")
	if f.contentHashes, bad = itemHashes(contentHashes, query.Get(contentHashes)); bad != nil {
		return f, bad
	}
	// Keys of aggregates are taken for item hashes (NETWORK.md 5.2), so that no real key passes, and nothing matches.
	contentKeys := n.spelled(query, "contentKeys", "content_keys")
	if _, bad = itemHashes(contentKeys, query.Get(contentKeys)); bad != nil {
		return f, bad
	}
	f.span, bad = n.readDates(query)
	return f, bad
}

func (n *Node) readDates(query url.Values) (s span, _ *badQuery) {
	from, to := n.parameter(query, "startDate", "start_date"), n.parameter(query, "endDate", "end_date")
	for _, date := range []struct {
		name, text string
		into       *float64
	}{{"startDate", from, &s.from}, {"endDate", to, &s.to}} {
		value, err := strconv.ParseFloat(date.text, 64)
		if date.text != "" && err != nil {
			return s, &badQuery{
				kind: "float_parsing", parameter: date.name, input: date.text, index: -1,
				problem: "Input should be a valid number, unable to parse string as a number",
			}
		}
		*date.into = value
	}
	if s.from > 0 && s.to > 0 && s.to < s.from {
		return s, &badQuery{
			kind: "value_error", parameter: "endDate", input: to, index: -1,
			problem: "Value error, end date cannot be lower than start date.",
		}
	}
	return s, nil
}

func (n *Node) ascending(query url.Values) bool {
	return n.parameter(query, "sortOrder", "sort_order") == "1"
}

// accepts reports whether a list has the message.
func (f *filter) accepts(r *record) bool {
	ref, _ := r.parsed["ref"].(string)
	contentHash, _ := r.parsed["item_hash"].(string)
	contentType, _ := r.parsed["type"].(string)
	return among(f.types, string(r.Type)) && among(f.statuses, string(r.status)) && among(f.senders, r.Sender) &&
		among(f.owners, r.owner) && among(f.refs, ref) && among(f.contentHashes, contentHash) &&
		among(f.contentTypes, contentType) && among(f.chains, r.Chain) && among(f.channels, r.Channel) &&
		among(f.hashes, r.ItemHash) && among(f.payments, r.payment()) &&
		r.hasTag(f.tags) && f.has(float64(r.Time))
}

func among(accepted []string, value string) bool {
	return accepted == nil || slices.Contains(accepted, value)
}

// hasTag reports whether a message has one of some tags, which are where each type of message has them (NETWORK.md 5.2).
// Without any, each message has one.
func (r *record) hasTag(tags []string) bool {
	holder := r.content
	switch r.Type {
	case message.TypePost, message.TypeAggregate:
		holder, _ = r.content["content"].(object)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		holder, _ = r.content["metadata"].(object)
	}
	list, _ := holder["tags"].([]any)
	return tags == nil || slices.ContainsFunc(list, func(tag any) bool {
		text, ok := tag.(string)
		return ok && slices.Contains(tags, text)
	})
}

// matching are the living messages that a filter accepts.
func (n *Node) matching(f *filter) []*record {
	var found []*record
	for _, r := range n.candidates(f) {
		if f.accepts(r) {
			found = append(found, r)
		}
	}
	return found
}

// candidates are what must be looked through: never more than the owners' own when owners are named.
func (n *Node) candidates(f *filter) []*record {
	var some []*record
	switch {
	case f.hashes != nil:
		for _, hash := range f.hashes {
			if r := n.records[hash]; r != nil && r.status.Alive() && !slices.Contains(some, r) {
				some = append(some, r)
			}
		}
		return some
	case f.owners != nil:
		for _, owner := range slices.Compact(slices.Sorted(slices.Values(f.owners))) {
			some = append(some, n.owned[owner]...)
		}
		return some
	}
	return n.living
}

// listMessages is GET /api/v0/messages.json, by page or by cursor.
func (n *Node) listMessages(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	f, bad := n.readFilter(query)
	if bad != nil {
		bad.answer(w)
		return
	}
	perPage, page, ok := pageOf(w, query, 20, unlimited)
	if !ok {
		return
	}
	if slices.Equal(f.statuses, []string{string(message.StatusForgotten)}) {
		n.answerForgotten(w, &f, perPage, page)
		return
	}
	found := n.matching(&f)
	byTime := ordered[*record]{func(r *record) place { return place{r.Time.UTC(), r.ItemHash} }, f.ascending}
	byTime.sort(found)
	if query.Has("cursor") {
		byTime.answerFromCursor(w, found, "messages", f.item, perPage, query.Get("cursor"))
	} else {
		answerPage(w, found, "messages", f.item, perPage, page)
	}
}

func (f *filter) item(r *record) object {
	item := r.fullEnvelope()
	item["confirmed"], item["confirmations"], item["size"] = false, []object{}, r.size
	switch f.format {
	case "none":
	case "headers":
		item["content"] = r.headers()
	default:
		item["content"] = r.content
	}
	return item
}

// headers is the short form of a content in lists.
func (r *record) headers() object {
	short := object{"address": r.owner}
	fields := map[message.Type][]string{
		message.TypePost: {"type", "ref"}, message.TypeAggregate: {"key"}, message.TypeStore: {"item_hash", "ref"},
	}
	for _, field := range fields[r.Type] {
		if value := r.content[field]; value != nil {
			short[field] = value
		}
	}
	return short
}

// answerForgotten lists what remains of forgotten messages, by the time of the FORGET.
func (n *Node) answerForgotten(w http.ResponseWriter, f *filter, perPage, page int) {
	var found []*record
	for _, r := range n.forgotten {
		if f.accepts(r) {
			found = append(found, r)
		}
	}
	ordered[*record]{func(r *record) place { return place{message.Time(r.forgottenAt).UTC(), r.ItemHash} }, f.ascending}.sort(found)
	answerPage(w, found, "messages", func(r *record) object {
		item := r.skeleton()
		item["status"], item["forgotten_at"], item["forgotten_by"] = r.status, r.forgottenAt, r.forgottenBy
		return item
	}, perPage, page)
}

// listHashes is GET /api/v0/messages/hashes. Rejected and forgotten messages are never listed (NETWORK.md 5.2).
func (n *Node) listHashes(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	perPage, page, ok := pageOf(w, query, 20, unlimited)
	if !ok {
		return
	}
	received, bad := n.readDates(query)
	if bad != nil {
		bad.answer(w)
		return
	}
	var found []*record
	for _, known := range n.living {
		if among(split(query.Get("status")), string(known.status)) && received.has(seconds(known.received)) {
			found = append(found, known)
		}
	}
	if !n.ascending(query) {
		slices.Reverse(found)
	}
	items := []any{}
	for _, known := range cut(found, perPage, page) {
		if query.Get("hash_only") == "" || truthy(query.Get("hash_only")) {
			items = append(items, known.ItemHash)
		} else {
			items = append(items, known.statusOnly())
		}
	}
	answer(w, http.StatusOK, object{
		"hashes": items, "pagination_per_page": perPage, "pagination_page": page,
		"pagination_total": len(found), "pagination_item": "hashes",
	})
}

// addressStats is GET /api/v0/addresses/stats.json: how many messages of each type the addresses sent.
func (n *Node) addressStats(w http.ResponseWriter, r *http.Request) {
	data := object{}
	for _, address := range r.URL.Query()["addresses[]"] {
		counts := map[string]int{"messages": 0, "aggregate": 0, "forget": 0, "instance": 0, "post": 0, "program": 0, "store": 0}
		for _, known := range n.living {
			if known.Sender == address {
				counts["messages"]++
				counts[strings.ToLower(string(known.Type))]++
			}
		}
		data[address] = counts
	}
	answer(w, http.StatusOK, object{"data": data})
}
