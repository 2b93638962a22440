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
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// newKey is the key of an aggregate that nobody has.
func newKey() string { return channel + "-" + rand.Text() }

// element publishes an element.
func (p *peer) element(key string, content map[string]any) *message.Message {
	p.Helper()
	return p.publish(&message.Aggregate{Key: key, Content: content})
}

// checkAggregate expects an aggregate to be this JSON, whose keys are sorted; none when that is empty.
func (p *peer) checkAggregate(key, want string) {
	p.Helper()
	if got := p.aggregate(key); got != want {
		p.Errorf("got %s, want %s", got, want)
	}
}

func (p *peer) aggregate(key string) string {
	p.Helper()
	a := p.get("/aggregates/" + p.account.Address() + ".json?keys=" + url.QueryEscape(key))
	if a.status == http.StatusNotFound {
		return ""
	}
	var got struct {
		Data map[string]any `json:"data"`
	}
	p.read(a, &got)
	return p.text(got.Data[key])
}

// text is JSON with sorted keys.
func (p *peer) text(value any) string {
	p.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

// aggregateMerge: a later element replaces the keys that it names, and leaves the others; what is not there is 404. A null
// stays.
func aggregateMerge(p *peer) {
	key := newKey()
	p.checkAggregate(key, "")
	p.element(key, map[string]any{})
	p.checkAggregate(key, `{}`)
	p.element(key, map[string]any{"a": map[string]any{"x": 1}, "b": 1})
	p.element(key, map[string]any{"a": map[string]any{"y": 2}, "c": nil})
	p.checkAggregate(key, `{"a":{"y":2},"b":1,"c":null}`)
	p.element(key, map[string]any{"b": nil, "c": []any{1, "1"}})
	p.checkAggregate(key, `{"a":{"y":2},"b":null,"c":[1,"1"]}`)
}

// aggregateRead: some of the keys that are asked for are enough, one can come as its bare value, and one with a comma
// cannot be asked for.
func aggregateRead(p *peer) {
	key, comma := newKey(), newKey()+",b"
	first := p.element(key, map[string]any{"a": 1})
	last := p.element(key, map[string]any{"b": 2})
	p.element(comma, map[string]any{"a": 1})
	p.checkAggregate(comma, "")
	path := "/aggregates/" + p.account.Address() + ".json?keys=" + key
	var value any
	if p.read(p.get(path+"&value_only=true"), &value); p.text(value) != `{"a":1,"b":2}` {
		p.Errorf("the value is %v", value)
	}
	var got struct {
		Data map[string]any `json:"data"`
		Info map[string]struct {
			Created time.Time `json:"created"`
			Updated time.Time `json:"last_updated"`
			Hash    string    `json:"last_update_item_hash"`
		} `json:"info"`
	}
	if p.read(p.get(path+",other"), &got); p.text(got.Data) != `{"`+key+`":{"a":1,"b":2}}` {
		p.Errorf("got %v", got.Data)
	}
	p.read(p.get(path+"&with_info=true"), &got)
	info := got.Info[key]
	if !info.Created.Equal(first.Time.UTC()) || !info.Updated.Equal(last.Time.UTC()) || info.Hash != last.ItemHash {
		p.Errorf("the info is %+v", info)
	}
}

// aggregateList: the list tells when each was made and changed, and is empty where there is none.
func aggregateList(p *peer) {
	key := newKey()
	type aggregate struct {
		Address string         `json:"address"`
		Key     string         `json:"key"`
		Content map[string]any `json:"content"`
		Created time.Time      `json:"created"`
		Updated time.Time      `json:"last_updated"`
	}
	var got struct {
		Aggregates []aggregate `json:"aggregates"`
		Total      int         `json:"pagination_total"`
	}
	path := "/aggregates.json?addresses=" + p.account.Address() + "&keys=" + key
	if p.read(p.get(path), &got); got.Aggregates == nil || len(got.Aggregates) != 0 || got.Total != 0 {
		p.Errorf("before: got %+v", got)
	}
	first := p.element(key, map[string]any{"a": 1})
	last := p.element(key, map[string]any{"a": 2})
	if p.read(p.get(path+","+newKey()), &got); len(got.Aggregates) != 1 || got.Total != 1 {
		p.Fatalf("got %+v", got)
	}
	a := got.Aggregates[0]
	if a.Address != p.account.Address() || a.Key != key || p.text(a.Content) != `{"a":2}` ||
		!a.Created.Equal(first.Time.UTC()) || !a.Updated.Equal(last.Time.UTC()) {
		p.Errorf("got %+v", a)
	}
}

// aggregateElements: what an aggregate was made of is listed by type and owner, without its contents when they are not
// asked for.
func aggregateElements(p *peer) {
	key := newKey()
	want := []string{p.element(key, map[string]any{"a": 1}).ItemHash, p.element(key, map[string]any{"a": 2}).ItemHash}
	var list struct {
		Messages []struct {
			ItemHash string         `json:"item_hash"`
			Content  map[string]any `json:"content"`
		} `json:"messages"`
	}
	p.read(p.get("/messages.json?msgTypes=AGGREGATE&contentFormat=headers&cursor=&pagination=200&owners="+p.account.Address()), &list)
	var got []string
	for _, m := range list.Messages {
		if m.Content["key"] == key && m.Content["content"] == nil {
			got = append([]string{m.ItemHash}, got...)
		}
	}
	if !slices.Equal(got, want) {
		p.Errorf("got %v, want %v", got, want)
	}
}

// aggregateInvalid: a content that is no object is refused at once, and nothing is stored.
func aggregateInvalid(p *peer) {
	for _, content := range []string{`[1]`, `"x"`, `null`, `5`, `{"tags":"x"}`} {
		m := p.sign(&message.Aggregate{Key: newKey(), Content: map[string]any{}})
		m.ItemContent = strings.Replace(m.ItemContent, `"content":{}`, `"content":`+content, 1)
		m.ItemHash = message.Hash([]byte(m.ItemContent))
		if err := p.account.Sign(m); err != nil {
			p.Fatal(err)
		}
		if a := p.send(m, true); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
			p.Errorf("%s: the node answered %d: %s", content, a.status, a.body)
		}
		if a := p.get("/messages/" + m.ItemHash); a.status != http.StatusNotFound {
			p.Errorf("%s: the node answered %d: %s", content, a.status, a.body)
		}
	}
}

// aggregateForget: without one of its elements an aggregate is what the others make of it, and without any it is gone.
func aggregateForget(p *peer) {
	key := newKey()
	forget := func(elements ...*message.Message) {
		p.publish(message.NewForget("contract", strings.Split(strings.TrimPrefix(hashesOf(elements), "hashes="), ",")...))
	}
	first := p.element(key, map[string]any{"a": 1, "first": 1})
	second := p.element(key, map[string]any{"a": 2, "second": 2})
	third := p.element(key, map[string]any{"a": nil})
	forget(second)
	p.checkAggregate(key, `{"a":null,"first":1}`)
	forget(third)
	p.checkAggregate(key, `{"a":1,"first":1}`)
	forget(first)
	p.checkAggregate(key, "")
	forget(p.element(key, map[string]any{"a": 1}), p.element(key, map[string]any{"a": 2}))
	p.checkAggregate(key, "")
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
