// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// filter is what a list of messages is asked for (NETWORK.md 5.2). An empty list accepts everything.
type filter struct {
	types, statuses, senders, owners, refs, contentHashes, contentTypes []string
	chains, channels, tags, hashes, payments                            []string
	from, to                                                            float64
	ascending                                                           bool
	format                                                              string // full, headers or none
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
	f.ascending = n.parameter(query, "sortOrder", "sort_order") == "1"
	var bad *badQuery
	if f.hashes, bad = itemHashes("hashes", query.Get("hashes")); bad != nil {
		return f, bad
	}
	if f.contentHashes, bad = itemHashes("contentHashes", n.parameter(query, "contentHashes", "content_hashes")); bad != nil {
		return f, bad
	}
	// Keys of aggregates are taken for item hashes (NETWORK.md 5.2), so that no real key passes, and nothing matches.
	if _, bad = itemHashes("contentKeys", n.parameter(query, "contentKeys", "content_keys")); bad != nil {
		return f, bad
	}
	return f, f.readDates(n.parameter(query, "startDate", "start_date"), n.parameter(query, "endDate", "end_date"))
}

func (f *filter) readDates(from, to string) *badQuery {
	for _, date := range []struct {
		name, text string
		into       *float64
	}{{"startDate", from, &f.from}, {"endDate", to, &f.to}} {
		value, err := strconv.ParseFloat(date.text, 64)
		if date.text != "" && err != nil {
			return &badQuery{
				kind: "float_parsing", parameter: date.name, input: date.text, index: -1,
				problem: "Input should be a valid number, unable to parse string as a number",
			}
		}
		*date.into = value
	}
	if f.from > 0 && f.to > 0 && f.to < f.from {
		return &badQuery{
			kind: "value_error", parameter: "endDate", input: to, index: -1,
			problem: "Value error, end date cannot be lower than start date.",
		}
	}
	return nil
}

// accepts reports whether a list has the message.
func (f *filter) accepts(r *record) bool {
	ref, _ := r.parsed["ref"].(string)
	contentHash, _ := r.parsed["item_hash"].(string)
	contentType, _ := r.parsed["type"].(string)
	at := float64(r.Time)
	return among(f.types, string(r.Type)) && among(f.statuses, string(r.status)) && among(f.senders, r.Sender) &&
		among(f.owners, r.owner) && among(f.refs, ref) && among(f.contentHashes, contentHash) &&
		among(f.contentTypes, contentType) && among(f.chains, r.Chain) && among(f.channels, r.Channel) &&
		among(f.hashes, r.ItemHash) && among(f.payments, r.payment()) &&
		(f.tags == nil || slices.ContainsFunc(r.tags(), func(tag string) bool { return slices.Contains(f.tags, tag) })) &&
		(f.from == 0 || at >= f.from) && (f.to == 0 || at < f.to)
}

func among(accepted []string, value string) bool {
	return accepted == nil || slices.Contains(accepted, value)
}

// tags are where each type of message has them (NETWORK.md 5.2).
func (r *record) tags() []string {
	holder := r.content
	switch r.Type {
	case message.TypePost, message.TypeAggregate:
		holder, _ = r.content["content"].(object)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		holder, _ = r.content["metadata"].(object)
	}
	list, _ := holder["tags"].([]any)
	var tags []string
	for _, tag := range list {
		if text, ok := tag.(string); ok {
			tags = append(tags, text)
		}
	}
	return tags
}

// matching are the living messages that a filter accepts, in its order: by time, then by hash.
func (n *Node) matching(f *filter) []*record {
	var found []*record
	for _, r := range n.candidates(f) {
		if f.accepts(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, f.compare)
	return found
}

func (f *filter) compare(a, b *record) int {
	switch {
	case a.Time == b.Time:
		return strings.Compare(a.ItemHash, b.ItemHash)
	case (a.Time < b.Time) == f.ascending:
		return -1
	}
	return 1
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

// maxCursorPage is the largest page of a list by cursor; more is silently cut (NETWORK.md 5.2).
const maxCursorPage = 200

// listMessages is GET /api/v0/messages.json, by page or by cursor.
func (n *Node) listMessages(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	f, bad := n.readFilter(query)
	if bad != nil {
		bad.answer(w)
		return
	}
	perPage, page, ok := pageOf(w, query, 20)
	if !ok {
		return
	}
	switch {
	case slices.Equal(f.statuses, []string{string(message.StatusForgotten)}):
		n.answerForgotten(w, &f, perPage, page)
	case query.Has("cursor"):
		n.answerFromCursor(w, &f, perPage, query.Get("cursor"))
	default:
		found := n.matching(&f)
		answer(w, http.StatusOK, object{
			"messages": f.items(cut(found, perPage, page)), "pagination_per_page": perPage, "pagination_page": page,
			"pagination_total": len(found), "pagination_item": "messages",
		})
	}
}

// cursor is where a page ended.
type cursor struct {
	Hash string `json:"h"`
	Time string `json:"t"`
}

func (n *Node) answerFromCursor(w http.ResponseWriter, f *filter, perPage int, from string) {
	if perPage == 0 {
		answerText(w, http.StatusUnprocessableEntity, "pagination=0 is not allowed with cursor-based pagination")
		return
	}
	perPage = min(perPage, maxCursorPage)
	found := n.matching(f)
	if from != "" {
		after, err := readCursor(from)
		if err != nil {
			answerText(w, http.StatusUnprocessableEntity, "Invalid cursor")
			return
		}
		start, _ := slices.BinarySearchFunc(found, after, f.compare)
		if start < len(found) && found[start].ItemHash == after.ItemHash {
			start++
		}
		found = found[start:]
	}
	var next any
	if len(found) > perPage {
		found = found[:perPage]
		next = writeCursor(found[perPage-1])
	}
	answer(w, http.StatusOK, object{"messages": f.items(found), "pagination_per_page": perPage, "next_cursor": next})
}

func writeCursor(r *record) string {
	text, err := json.Marshal(cursor{Hash: r.ItemHash, Time: pythonTime(r.Time.UTC())})
	if err != nil {
		panic(err) // two texts
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// readCursor makes a record that stands where a page ended.
func readCursor(text string) (*record, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	var c cursor
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, c.Time)
	if err != nil {
		return nil, err
	}
	return &record{envelope: &envelope{Message: message.Message{ItemHash: c.Hash, Time: message.TimeOf(at)}}}, nil
}

func (f *filter) items(records []*record) []object {
	items := make([]object, len(records))
	for i, r := range records {
		items[i] = r.fullEnvelope()
		items[i]["confirmed"], items[i]["confirmations"], items[i]["size"] = false, []object{}, r.size
		switch f.format {
		case "none":
		case "headers":
			items[i]["content"] = r.headers()
		default:
			items[i]["content"] = r.content
		}
	}
	return items
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
	slices.SortStableFunc(found, func(a, b *record) int {
		switch {
		case a.forgottenAt == b.forgottenAt:
			return strings.Compare(a.ItemHash, b.ItemHash)
		case (a.forgottenAt < b.forgottenAt) == f.ascending:
			return -1
		}
		return 1
	})
	items := []object{}
	for _, r := range cut(found, perPage, page) {
		item := r.skeleton()
		item["status"], item["forgotten_at"], item["forgotten_by"] = r.status, r.forgottenAt, r.forgottenBy
		items = append(items, item)
	}
	answer(w, http.StatusOK, object{
		"messages": items, "pagination_per_page": perPage, "pagination_page": page,
		"pagination_total": len(found), "pagination_item": "messages",
	})
}

// listHashes is GET /api/v0/messages/hashes. Rejected and forgotten messages are never listed (NETWORK.md 5.2).
func (n *Node) listHashes(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	perPage, page, ok := pageOf(w, query, 20)
	if !ok {
		return
	}
	f := filter{ascending: n.parameter(query, "sortOrder", "sort_order") == "1"}
	if bad := f.readDates(n.parameter(query, "startDate", "start_date"), n.parameter(query, "endDate", "end_date")); bad != nil {
		bad.answer(w)
		return
	}
	var found []*record
	for _, known := range n.living {
		at := seconds(known.received)
		if among(split(query.Get("status")), string(known.status)) && at >= f.from && (f.to == 0 || at < f.to) {
			found = append(found, known)
		}
	}
	if !f.ascending {
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
