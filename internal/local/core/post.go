// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// post is a POST; amends are in the order in which they came.
type post struct {
	*record
	kind   string
	ref    string
	amends []*record
}

func (r *record) post() *post {
	kind, _ := r.parsed["type"].(string)
	ref, _ := r.parsed["ref"].(string)
	if chained, ok := r.parsed["ref"].(object); ok {
		ref, _ = chained["item_hash"].(string)
	}
	return &post{record: r, kind: kind, ref: ref}
}

// latest is the newest amend, or the post itself.
func (p *post) latest() *record {
	newest := p.record
	for _, amend := range p.amends {
		if amend.contentTime().After(newest.contentTime()) {
			newest = amend
		}
	}
	return newest
}

// amended is the POST that a POST amends; nil when it amends none that is alive.
func (n *Node) amended(r *record) *record {
	if r.Type != message.TypePost {
		return nil
	}
	p := r.post()
	if original := n.posts[p.ref]; p.kind == message.PostAmend && original != nil {
		return original.record
	}
	return nil
}

func (n *Node) checkPost(r *record) *rejection {
	p := r.post()
	if p.kind == message.PostAmend {
		if why := n.checkAmend(p); why != nil {
			return why
		}
	}
	return n.checkFunding(r, p)
}

func (n *Node) checkAmend(p *post) *rejection {
	original := n.posts[p.ref]
	switch {
	case p.ref == "":
		return reject(message.CodePostAmendNoTarget)
	case original == nil:
		return reject(message.CodePostAmendNotFound)
	case original.kind == message.PostAmend:
		return reject(message.CodePostAmendAmend)
	}
	return nil
}

// checkAmendOwner refuses an amend of another owner's post. Case counts.
func checkAmendOwner(amend, original *record) *rejection {
	if amend.owner == original.owner {
		return nil
	}
	return reject(message.CodePermissionDenied, fmt.Sprintf("Cannot amend post %s: amend message address %s does not match original post owner %s",
		original.ItemHash, amend.owner, original.owner))
}

func (n *Node) acceptPost(r *record) {
	p := r.post()
	n.posts[r.ItemHash] = p
	if p.kind == message.PostAmend {
		n.posts[p.ref].amends = append(n.posts[p.ref].amends, r)
	}
	n.applyFunding(r, p)
}

// releasePost ends a POST; its amends fall with it.
func (n *Node) releasePost(r *record) (fallen []string) {
	p := n.posts[r.ItemHash]
	delete(n.posts, r.ItemHash)
	for _, amend := range p.amends {
		fallen = append(fallen, amend.ItemHash)
	}
	if original := n.posts[p.ref]; p.kind == message.PostAmend && original != nil {
		original.amends = slices.DeleteFunc(original.amends, func(a *record) bool { return a == r })
	}
	return fallen
}

// The POSTs that move money (NETWORK.md 10.7).
const (
	balancesKind     = "balances-update"
	distributionKind = "aleph_credit_distribution"
	transferKind     = "aleph_credit_transfer"
	creditChannel    = "ALEPH_CREDIT"
)

// funding is the content of a POST that moves money.
type funding struct {
	Chain        string                     `json:"chain"`
	Height       json.Number                `json:"main_height"`
	Balances     map[string]decimal.Decimal `json:"balances"`
	Distribution struct {
		Token   string        `json:"token"`
		Chain   string        `json:"chain"`
		Credits []creditGrant `json:"credits"`
	} `json:"distribution"`
	Transfer struct {
		Credits []creditGrant `json:"credits"`
	} `json:"transfer"`
}

type creditGrant struct {
	Address    string `json:"address"`
	Amount     int64  `json:"amount"`
	Price      any    `json:"price"`
	TxHash     any    `json:"tx_hash"`
	Provider   any    `json:"provider"`
	Expiration int64  `json:"expiration"` // milliseconds
	Origin     any    `json:"origin"`
	Ref        any    `json:"ref"`
	Method     any    `json:"payment_method"`
	Bonus      any    `json:"bonus_amount"`
}

// movesMoney reports whether a POST has an effect on balances.
func (n *Node) movesMoney(r *record, p *post) bool {
	poster := slices.Contains(n.cfg.Posters, r.owner)
	switch p.kind {
	case balancesKind:
		return poster
	case distributionKind:
		return poster && r.Channel == creditChannel
	case transferKind:
		return r.Channel == creditChannel
	}
	return false
}

func (r *record) funding() (funding, error) {
	var f funding
	inner, ok := r.content["content"].(object)
	if !ok {
		return f, fmt.Errorf("Invalid credit content: not an object") //nolint:staticcheck // the node's words
	}
	return f, convert(inner, &f)
}

func (n *Node) checkFunding(r *record, p *post) *rejection {
	if !n.movesMoney(r, p) {
		return nil
	}
	f, err := r.funding()
	if err != nil {
		return reject(message.CodeInvalidFormat, err.Error())
	}
	switch p.kind {
	case balancesKind:
		if f.Chain == "" || f.Height == "" {
			return reject(message.CodeInvalidFormat, "Missing field(s) chain and/or main_height for balance post")
		}
	case transferKind:
		return n.checkTransfer(r.owner, f.Transfer.Credits)
	}
	return nil
}

func (n *Node) checkTransfer(from string, grants []creditGrant) *rejection {
	var total int64
	for _, g := range grants {
		if g.Address == from {
			return reject(message.CodeInvalidFormat, fmt.Sprintf("Self-transfer not allowed: sender and recipient are both %s", from))
		}
		total += g.Amount
	}
	if have := n.creditsOf(from); total > have && !slices.Contains(n.cfg.Posters, from) {
		return reject(message.CodeInvalidFormat,
			fmt.Sprintf("Insufficient credit balance for transfer. Required: %d, Available: %d", total, have))
	}
	return nil
}

func (n *Node) applyFunding(r *record, p *post) {
	if !n.movesMoney(r, p) {
		return
	}
	f, err := r.funding()
	if err != nil {
		return // checkFunding refused it
	}
	switch p.kind {
	case balancesKind:
		for address, amount := range f.Balances {
			n.setTokens(address, f.Chain, amount)
		}
	case distributionKind:
		for i, g := range f.Distribution.Credits {
			entry := g.entry(r, i)
			entry.token, entry.chain = f.Distribution.Token, f.Distribution.Chain
			n.addCredits(g.Address, entry)
		}
	case transferKind:
		for i, g := range f.Transfer.Credits {
			n.addCredits(g.Address, g.entry(r, i))
			n.addCredits(r.owner, creditEntry{amount: -g.Amount, source: r.ItemHash, index: i, at: r.contentTime()})
		}
	}
}

func (g creditGrant) entry(r *record, index int) creditEntry {
	e := creditEntry{
		amount: g.Amount, price: g.Price, tx: g.TxHash, provider: g.Provider, origin: g.Origin, ref: g.Ref,
		method: g.Method, bonus: g.Bonus, source: r.ItemHash, index: index, at: r.contentTime(),
	}
	if g.Expiration != 0 {
		at := time.UnixMilli(g.Expiration)
		e.expires = &at
	}
	return e
}
