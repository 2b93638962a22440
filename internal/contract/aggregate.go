// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// aggregateMerge: a later element replaces the keys that it names, and leaves the others; what is not there is 404.
func aggregateMerge(p *peer) {
	key := channel + "-" + rand.Text()
	path := "/aggregates/" + p.account.Address() + ".json?keys=" + url.QueryEscape(key)
	if a := p.get(path); a.status != http.StatusNotFound {
		p.Errorf("before: the node answered %d: %s", a.status, a.body)
	}
	p.publish(&message.Aggregate{Key: key, Content: map[string]any{"a": map[string]any{"x": 1}, "b": 1}})
	p.publish(&message.Aggregate{Key: key, Content: map[string]any{"a": map[string]any{"y": 2}}})
	var got struct {
		Data map[string]map[string]any `json:"data"`
	}
	p.read(p.get(path), &got)
	text, err := json.Marshal(got.Data)
	if err != nil {
		p.Fatal(err)
	}
	if want := `{"` + key + `":{"a":{"y":2},"b":1}}`; string(text) != want {
		p.Errorf("got %s, want %s", text, want)
	}
}

// aggregateOfDelegate: who may publish for an owner is what the newest element of the owner's aggregate of authorisations
// says. Elements that were superseded are still listed, with what their sender signed.
func aggregateOfDelegate(p *peer) {
	owner, delegate := p.stranger(), p.stranger()
	forOwner := func() *message.Message {
		element := &message.Aggregate{Key: channel, Content: map[string]any{"by": rand.Text()}}
		element.Stamp(owner.account.Address(), now())
		m, err := message.New(delegate.account.Address(), channel, element)
		if err == nil {
			err = delegate.account.Sign(m)
		}
		if err != nil {
			p.Fatal(err)
		}
		return m
	}
	authorise := func(entries ...any) *message.Message {
		return owner.publish(&message.Aggregate{Key: message.SecurityKey, Content: map[string]any{"authorizations": append([]any{}, entries...)}})
	}
	if code := owner.refused(forOwner()); code != message.CodePermissionDenied {
		p.Errorf("before: code %d", code)
	}
	granted := authorise(map[string]any{"address": strings.ToLower(delegate.account.Address()), "types": []any{"AGGREGATE"}, "channels": []any{channel}})
	delegated := forOwner()
	owner.send(delegated, true)
	owner.processed(delegated)
	revoked := authorise()
	if code := owner.refused(forOwner()); code != message.CodePermissionDenied {
		p.Errorf("afterwards: code %d", code)
	}
	var list struct {
		Messages []message.Message `json:"messages"`
	}
	p.read(p.get("/messages.json?cursor=&pagination=200&msgTypes=AGGREGATE&owners="+owner.account.Address()), &list)
	for _, m := range []*message.Message{granted, delegated, revoked} {
		if !slices.Contains(list.Messages, *m) {
			p.Errorf("%s is not listed as it was sent: %+v", m.ItemHash, list.Messages)
		}
	}
}

// accountBalance: credits are told, and nobody is unknown.
func accountBalance(p *peer) {
	p.store(p.file()) // heph gives credits to whoever stores something (NETWORK.md 13.4)
	type balance struct {
		Address string      `json:"address"`
		Balance json.Number `json:"balance"`
		Locked  json.Number `json:"locked_amount"`
		Credits int64       `json:"credit_balance"`
		// Details are by chain; null or empty on some nodes.
		Details map[string]json.Number `json:"details"`
	}
	for _, who := range []*peer{p, p.stranger()} {
		var got balance
		p.read(p.get("/addresses/"+who.account.Address()+"/balance"), &got)
		if got.Address != who.account.Address() || got.Balance == "" || got.Locked == "" || (got.Credits > 0) != (who == p) {
			p.Errorf("got %+v", got)
		}
	}
}
