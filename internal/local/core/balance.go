// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// creditEntry is a change of an account's credits.
type creditEntry struct {
	amount       int64
	price, tx    any
	token, chain any
	provider     any
	origin, ref  any
	method       any
	bonus        any
	source       string // what the entry came from: the hash of a POST
	index        int
	expires      *time.Time
	at           time.Time
}

// balance is the sum of an address's tokens on all chains; the address must be written as it was funded
// (NETWORK.md 1.3).
func (l *ledger) balance(address string) decimal.Decimal {
	sum := decimal.Zero
	for _, amount := range l.tokens[address] {
		sum = sum.Add(amount)
	}
	return sum
}

// creditsOf is the sum of an address's credits that have not expired.
func (n *Node) creditsOf(address string) int64 {
	var sum int64
	for _, entry := range n.credits[address] {
		if entry.expires == nil || entry.expires.After(n.now()) {
			sum += entry.amount
		}
	}
	return sum
}

const secondsPerDay = 86_400

// checkMeans says whether an owner can pay one more cost beside all that he pays already: tokens held for the sum of
// all costs on hold, credits for one day of everything (NETWORK.md 10.2).
func (n *Node) checkMeans(owner string, cost decimal.Decimal, payment string) *rejection {
	required := n.spent[owner][payment].in(payment).Add(cost)
	if payment == message.PaymentCredit {
		required = multiply(required, decimal.NewFromInt(secondsPerDay))
		if n.cfg.Heph && n.credits[owner] == nil {
			n.addCredits(owner, creditEntry{amount: hephSeed, at: n.now()})
		}
		have := n.creditsOf(owner)
		if decimal.NewFromInt(have).LessThan(required) {
			return reject(message.CodeCreditInsufficient, object{
				"required_credits": costText(required), "account_credits": fmt.Sprint(have), "min_runtime_days": 1,
			})
		}
		return nil
	}
	if have := n.balance(owner); have.LessThan(required) {
		return reject(message.CodeBalanceInsufficient, object{
			"required_balance": costText(required), "account_balance": have.String(),
		})
	}
	return nil
}

func (l *ledger) addCredits(address string, entry creditEntry) {
	l.credits[address] = append(l.credits[address], entry)
}

func (l *ledger) setTokens(address, chain string, amount decimal.Decimal) {
	if l.tokens[address] == nil {
		l.tokens[address] = map[string]decimal.Decimal{}
	}
	l.tokens[address][chain] = amount
}

// getBalance is GET /api/v0/addresses/{a}/balance (NETWORK.md 10.6). heph knows no tokens (NETWORK.md 13.4).
func (n *Node) getBalance(w http.ResponseWriter, r *http.Request) {
	address := r.PathValue("address")
	details := map[string]pythonFloat{}
	for chain, amount := range n.tokens[address] {
		details[chain] = pythonFloat(amount.InexactFloat64())
	}
	total := pythonFloat(n.balance(address).InexactFloat64())
	if n.cfg.Heph {
		details, total = map[string]pythonFloat{}, 0
	}
	body := object{
		"address": address, "balance": total, "details": details,
		"locked_amount":  pythonFloat(n.spent[address][message.PaymentHold].hold.InexactFloat64()),
		"credit_balance": n.creditsOf(address), "credit_balance_details": nil,
	}
	if truthy(r.URL.Query().Get("include_credit_details")) {
		entries := []object{}
		for _, entry := range n.credits[address] {
			entries = append(entries, object{"expiration_date": entry.expiration(), "amount": entry.amount})
		}
		body["credit_balance_details"] = entries
	}
	answer(w, http.StatusOK, body)
}

func (e creditEntry) expiration() any {
	if e.expires == nil {
		return nil
	}
	return isoTime(*e.expires)
}

// pythonFloat is written as Python does: always with a point.
type pythonFloat float64

// MarshalJSON implements json.Marshaler.
func (f pythonFloat) MarshalJSON() ([]byte, error) {
	if f == pythonFloat(int64(f)) {
		return fmt.Appendf(nil, "%d.0", int64(f)), nil
	}
	return fmt.Appendf(nil, "%g", float64(f)), nil
}

// creditBalances is GET /api/v0/credit_balances, by page.
func (n *Node) creditBalances(w http.ResponseWriter, r *http.Request) {
	perPage, page, ok := pageOf(w, r.URL.Query(), 100, unlimited)
	if !ok {
		return
	}
	balances := []object{}
	for address := range n.credits {
		if credits := n.creditsOf(address); credits > 0 {
			balances = append(balances, object{"address": address, "credits": credits})
		}
	}
	slices.SortFunc(balances, func(a, b object) int {
		if a["address"].(string) < b["address"].(string) {
			return -1
		}
		return 1
	})
	answer(w, http.StatusOK, object{
		"credit_balances": cut(balances, perPage, page), "pagination_per_page": perPage, "pagination_page": page,
		"pagination_total": len(balances), "pagination_item": "credit_balances",
	})
}

// creditHistory is GET /api/v0/addresses/{a}/credit_history, newest first.
func (n *Node) creditHistory(w http.ResponseWriter, r *http.Request) {
	address := r.PathValue("address")
	entries := []object{}
	for _, e := range slices.Backward(n.credits[address]) {
		entries = append(entries, object{
			"amount": e.amount, "price": e.price, "bonus_amount": e.bonus, "tx_hash": e.tx, "token": e.token, "chain": e.chain,
			"provider": e.provider, "origin": e.origin, "origin_ref": e.ref, "payment_method": e.method,
			"credit_ref": e.source, "credit_index": e.index, "expiration_date": e.expiration(),
			"message_timestamp": isoTime(e.at), "expense_count": nil, "expense_size_mib": nil,
		})
	}
	if len(entries) == 0 {
		answerText(w, http.StatusNotFound, "No credit history found for this address")
		return
	}
	answer(w, http.StatusOK, object{
		"address": address, "credit_history": entries,
		"pagination_page": 1, "pagination_total": len(entries), "pagination_per_page": 0,
	})
}
