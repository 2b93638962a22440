// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// ledger is everything that a node knows. It is guarded by Node.mu.
type ledger struct {
	// records are all messages, by item hash, whatever became of them.
	records map[string]*record
	// living are the records that exist on the network, in the order in which they were processed.
	living []*record
	// owned are the living records of each owner, in the same order.
	owned map[string][]*record
	// forgotten are the records that a FORGET ended, in that order.
	forgotten []*record

	files map[string]*file
	pins  map[string]pin // by the item hash of the STORE
	tags  map[string]tag
	// versions are the item hashes of the STOREs of each tag, in the order in which they came.
	versions map[string][]string
	// machines are the executables that the node keeps, by item hash: those alive, and those removed for lack of funds.
	machines map[string]*machine
	// users are the executables that hold each STORE, in the order in which they came.
	users map[string][]string

	aggregates map[string]map[string]aggregate // by owner and key
	posts      map[string]*post

	tokens  map[string]map[string]decimal.Decimal // by address and chain
	credits map[string][]creditEntry
	// spent are the costs of each owner's living messages, by payment type.
	spent map[string]map[string]costs

	// seen are the messages that the listener has met, by sender, hash and signature.
	seen map[[3]string]bool
	// waiting are the synchronous calls that wait for the outcome of a message.
	waiting map[string][]chan message.Status
}

func newLedger() ledger {
	return ledger{
		records: map[string]*record{}, owned: map[string][]*record{},
		files: map[string]*file{}, pins: map[string]pin{}, tags: map[string]tag{}, versions: map[string][]string{},
		machines: map[string]*machine{}, users: map[string][]string{},
		aggregates: map[string]map[string]aggregate{}, posts: map[string]*post{},
		tokens: map[string]map[string]decimal.Decimal{}, credits: map[string][]creditEntry{}, spent: map[string]map[string]costs{},
		seen: map[[3]string]bool{}, waiting: map[string][]chan message.Status{},
	}
}

// record is a message and what became of it.
type record struct {
	*envelope
	status   message.Status
	received time.Time
	verdict  verdict

	// content is the JSON as it was sent; parsed is what the official model makes of it.
	content object
	parsed  object
	owner   string
	size    int // of the content, in bytes
	// What parsed is as a struct: one of these is set, by the type of the message.
	store      *message.Store
	executable *executable
	forget     *message.Forget
	bill       *bill

	rejection *rejection
	// raw is true when the message was rejected before its content was read.
	raw bool

	forgottenBy []string
	forgottenAt float64
	fileSize    *int64
	// reason is why the message is removing or removed.
	reason    string
	removedAt float64
}

// payment is the type of payment, as answers tell it of anything.
func (r *record) payment() string {
	if r.bill != nil {
		return r.bill.payment
	}
	return message.PaymentHold
}

// contentTime is the time by which versions are ordered.
func (r *record) contentTime() time.Time {
	at, _ := number(r.parsed["time"])
	return message.Time(at).UTC()
}

// enliven puts a record among the living.
func (l *ledger) enliven(r *record) {
	r.status = message.StatusProcessed
	l.living = append(l.living, r)
	l.owned[r.owner] = append(l.owned[r.owner], r)
	if r.bill != nil {
		l.charge(r, costs.plus)
	}
}

// bury takes a record from the living, and its costs off its owner's account.
func (l *ledger) bury(r *record, status message.Status) {
	r.status = status
	l.living = without(l.living, r)
	l.owned[r.owner] = without(l.owned[r.owner], r)
	if r.bill != nil {
		l.charge(r, costs.minus)
	}
}

func (l *ledger) charge(r *record, change func(costs, costs) costs) {
	if l.spent[r.owner] == nil {
		l.spent[r.owner] = map[string]costs{}
	}
	l.spent[r.owner][r.bill.payment] = change(l.spent[r.owner][r.bill.payment], r.bill.total())
}

func without(records []*record, gone *record) []*record {
	kept := make([]*record, 0, len(records))
	for _, r := range records {
		if r != gone {
			kept = append(kept, r)
		}
	}
	return kept
}
