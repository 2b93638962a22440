// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package localnode

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// getPrice is GET /api/v0/price/{hash}: what a message was billed when it was processed (protocol.md 10.4).
func (n *Node) getPrice(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	if message.ItemTypeOf(hash) == "" {
		answerText(w, http.StatusBadRequest, "Invalid message hash: "+hash)
		return
	}
	withSize := truthy(r.URL.Query().Get("include_size"))
	n.mu.Lock()
	defer n.mu.Unlock()
	found := n.records[hash]
	switch {
	case found == nil:
		answerText(w, http.StatusNotFound, "Message not found with hash: "+hash)
	case found.status == message.StatusPending:
		answerProcessing(w)
	case found.status == message.StatusRejected:
		answerText(w, http.StatusNotFound, "This message was rejected: "+hash)
	case found.status == message.StatusForgotten && found.fileSize == nil:
		answerText(w, http.StatusGone, "This message has been forgotten: "+hash)
	case found.status == message.StatusRemoved && found.fileSize == nil:
		answerText(w, http.StatusGone, "This message has been removed: "+hash)
	case !found.status.Alive(): // a STORE can still be priced by its size
		b := n.prices.storeBill(found.store(), mebibytes(*found.fileSize), hash, n)
		n.answerBill(w, b, found.owner, withSize)
	case found.bill == nil:
		answerText(w, http.StatusBadRequest, "Message is not an executable or store message: "+hash)
	default:
		n.answerBill(w, *found.bill, found.owner, withSize)
	}
}

// answerProcessing answers 102, which is no final status: a client waits for more until the connection ends
// (measured.md 3).
func answerProcessing(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		w.WriteHeader(http.StatusProcessing)
		return
	}
	conn, buf, err := hijacker.Hijack()
	if err != nil {
		return
	}
	_, _ = buf.WriteString("HTTP/1.1 102 Processing\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	_ = buf.Flush()
	_ = conn.Close() // the client is meant to be left without an answer
}

// answerBill tells a price in the currency of its payment: tokens to hold, or tokens or credits per second.
func (n *Node) answerBill(w http.ResponseWriter, b bill, owner string, withSize bool) {
	lines := []object{}
	for _, line := range b.lines {
		lines = append(lines, n.describeLine(line, withSize))
	}
	answer(w, http.StatusOK, object{
		"required_tokens": pythonFloat(b.cost().InexactFloat64()), "payment_type": b.payment, "cost": costText(b.cost()),
		"detail": lines, "charged_address": owner,
	})
}

func (n *Node) describeLine(line costLine, withSize bool) object {
	described := object{
		"type": line.kind, "name": line.name, "size_mib": nil,
		"cost_hold": costText(line.hold), "cost_stream": costText(line.stream), "cost_credit": costText(line.credit),
	}
	if withSize {
		if size := n.lineSize(line); size != nil {
			described["size_mib"] = pythonFloat(*size)
		}
	}
	return described
}

// lineSize is the size of what a line bills: of the STORE that is referred to, else what the content says.
func (n *Node) lineSize(line costLine) *float64 {
	if line.kind != costRootfs && line.ref != "" {
		if size, ok := n.fileSize(n.pins[line.ref].file); ok {
			mib := float64(size) / mebibyte
			return &mib
		}
	}
	return line.sizeMiB
}

// estimatePrice is POST /api/v0/price/estimate: the envelope needs no sender, no time and no signature, but the right
// hash (protocol.md 10.4).
func (n *Node) estimatePrice(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r, maxBody)
	if !ok {
		return
	}
	var request struct {
		Message *struct {
			Type        message.Type     `json:"type"`
			ItemType    message.ItemType `json:"item_type"`
			ItemHash    string           `json:"item_hash"`
			ItemContent string           `json:"item_content"`
		} `json:"message"`
	}
	if err := decode(body, &request); err != nil || request.Message == nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	m := request.Message
	switch m.Type {
	case message.TypePost, message.TypeAggregate, message.TypeForget:
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	draft := &estimate{kind: m.Type}
	if message.Hash([]byte(m.ItemContent)) != m.ItemHash || draft.read([]byte(m.ItemContent)) != nil {
		answerText(w, http.StatusUnprocessableEntity, errFormat.Error())
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	b, err := draft.bill(n, m.ItemHash)
	if err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	n.answerBill(w, b, draft.owner, true)
}

// estimate is a content to be priced, with sizes of files that need not exist.
type estimate struct {
	kind   message.Type
	owner  string
	parsed object
	// sizes are in MiB: of the STORE under "", of a program's parts by their names, of volumes by their indexes.
	sizes map[string]json.Number
}

// sizeKey is the extra key that an estimate may have in a content.
const sizeKey = "estimated_size_mib"

func (e *estimate) read(text []byte) error {
	var content object
	if err := decode(text, &content); err != nil {
		return err
	}
	e.sizes = map[string]json.Number{}
	if e.kind == message.TypeStore {
		e.take("", content)
	}
	for _, part := range []string{"code", "runtime", "data"} {
		e.take(part, content[part])
	}
	volumes, _ := content["volumes"].([]any)
	for i, volume := range volumes {
		e.take(strconv.Itoa(i), volume)
	}
	if e.kind == message.TypeInstance || e.kind == message.TypeVProgram { // neither is needed for a price
		fillWith(content, "time", json.Number("0"))
		fillWith(content, "allow_amend", false)
	}
	plain, err := json.Marshal(content)
	if err != nil {
		return err
	}
	if e.parsed, err = message.ParseContent(e.kind, plain); err != nil {
		return err
	}
	e.owner, _ = e.parsed["address"].(string)
	return nil
}

func fillWith(content object, key string, value any) {
	if _, ok := content[key]; !ok {
		content[key] = value
	}
}

// take moves the size of a part out of its content.
func (e *estimate) take(name string, part any) {
	content, ok := part.(object)
	if !ok {
		return
	}
	if size, ok := content[sizeKey].(json.Number); ok {
		e.sizes[name] = size
	}
	delete(content, sizeKey)
}

func (e *estimate) bill(n *Node, hash string) (bill, error) {
	draft := &record{envelope: &envelope{Message: message.Message{Type: e.kind}}, parsed: e.parsed}
	if e.kind == message.TypeStore {
		size := decimal.Zero
		if told, ok := e.sizes[""]; ok {
			var err error
			if size, err = decimal.NewFromString(told.String()); err != nil {
				return bill{}, fmt.Errorf("%s: %w", sizeKey, err)
			}
		}
		return n.prices.storeBill(draft.store(), size, hash, n), nil
	}
	executable := draft.executable()
	executable.estimates = map[string]int64{}
	for name, told := range e.sizes {
		size, err := told.Int64()
		if err != nil {
			return bill{}, fmt.Errorf("%s: %w", sizeKey, err)
		}
		executable.estimates[name] = size
	}
	return n.prices.executableBill(executable, n)
}

// getCosts is GET /api/v0/costs: the sum of the costs of what lives, and, on request, each (protocol.md 10.5).
func (n *Node) getCosts(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	address, hash, payment := query.Get("address"), query.Get("item_hash"), query.Get("payment_type")
	if payment == "" {
		payment = message.PaymentCredit
	}
	details, bad := atLeast(query, "include_details", 0, 0)
	if bad != nil {
		bad.answer(w)
		return
	}
	if details >= 2 && address == "" && hash == "" {
		answerText(w, http.StatusUnprocessableEntity,
			"include_details=2 requires at least one of 'address' or 'item_hash' filters to avoid fetching breakdowns for all resources")
		return
	}
	perPage, page, ok := pageOf(w, query, 100)
	if !ok {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var total costs
	resources := []object{}
	for _, known := range n.living {
		if known.bill == nil || known.bill.payment != payment || len(known.bill.lines) == 0 ||
			(address != "" && known.owner != address) || (hash != "" && known.ItemHash != hash) {
			continue
		}
		total = total.plus(known.bill.total())
		resources = append(resources, n.describeCosts(known, details >= 2, truthy(query.Get("include_size"))))
	}
	body := object{
		"summary": object{
			"total_consumed_credits": 0, "resource_count": len(resources), "total_cost_hold": costText(total.hold),
			"total_cost_stream": costText(total.stream), "total_cost_credit": costText(total.credit),
		},
		"filters":   object{"address": nilIfEmpty(address), "item_hash": nilIfEmpty(hash), "payment_type": payment},
		"resources": nil, "pagination_page": nil, "pagination_total": nil, "pagination_per_page": nil, "pagination_item": nil,
	}
	if details >= 1 {
		body["resources"], body["pagination_page"], body["pagination_total"] = cut(resources, perPage, page), page, len(resources)
		body["pagination_per_page"], body["pagination_item"] = perPage, "resources"
	}
	answer(w, http.StatusOK, body)
}

func (n *Node) describeCosts(r *record, withLines, withSize bool) object {
	total := r.bill.total()
	described := object{
		"item_hash": r.ItemHash, "owner": r.owner, "payment_type": r.bill.payment, "consumed_credits": 0, "detail": nil,
		"cost_hold": costText(total.hold), "cost_stream": costText(total.stream), "cost_credit": costText(total.credit),
	}
	if withLines {
		lines := []object{}
		for _, line := range r.bill.lines {
			lines = append(lines, n.describeLine(line, withSize))
		}
		described["detail"] = lines
	}
	return described
}
