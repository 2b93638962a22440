// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// getPrice is GET /api/v0/price/{hash}: what a message was billed when it was processed (NETWORK.md 10.4).
func (n *Node) getPrice(w http.ResponseWriter, r *http.Request) {
	hash := r.PathValue("hash")
	if message.ItemTypeOf(hash) == "" {
		answerText(w, http.StatusBadRequest, "Invalid message hash: "+hash)
		return
	}
	withSize := truthy(r.URL.Query().Get("include_size"))
	found := n.records[hash]
	switch {
	case found == nil:
		answerText(w, http.StatusNotFound, "Message not found with hash: "+hash)
	case found.status == message.StatusPending:
		w.WriteHeader(http.StatusProcessing)
	case found.status == message.StatusRejected:
		answerText(w, http.StatusNotFound, "This message was rejected: "+hash)
	case found.status == message.StatusForgotten && found.fileSize == nil:
		answerText(w, http.StatusGone, "This message has been forgotten: "+hash)
	case found.status == message.StatusRemoved && found.fileSize == nil:
		answerText(w, http.StatusGone, "This message has been removed: "+hash)
	case !found.status.Alive(): // a STORE can still be priced by its size
		b := n.prices.storeBill(found.store, mebibytes(*found.fileSize), hash, n)
		n.answerBill(w, b, found.owner, withSize)
	case found.bill == nil:
		answerText(w, http.StatusBadRequest, "Message is not an executable or store message: "+hash)
	default:
		n.answerBill(w, *found.bill, found.owner, withSize)
	}
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

// getCosts is GET /api/v0/costs: the sum of the costs of what lives, and, on request, each (NETWORK.md 10.5).
func (n *Node) getCosts(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	address, hash, payment := query.Get("address"), query.Get("item_hash"), query.Get("payment_type")
	if payment == "" {
		payment = message.PaymentCredit
	}
	details, bad := integer(query, "include_details", 0, 0, unlimited)
	if bad != nil {
		bad.answer(w)
		return
	}
	if details >= 2 && address == "" && hash == "" {
		answerText(w, http.StatusUnprocessableEntity,
			"include_details=2 requires at least one of 'address' or 'item_hash' filters to avoid fetching breakdowns for all resources")
		return
	}
	perPage, page, ok := pageOf(w, query, 100, unlimited)
	if !ok {
		return
	}
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
