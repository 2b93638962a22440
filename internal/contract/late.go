// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"fmt"
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// elementAt publishes an element that says it is of another time.
func (p *peer) elementAt(at message.Time, key string, content map[string]any) *message.Message {
	p.Helper()
	return p.publishAt(at, &message.Aggregate{Key: key, Content: content})
}

// aggregateOlder: an element that comes late is processed, and changes only what no newer one speaks of, null included.
func aggregateOlder(p *peer) {
	key, at := newKey(), now()
	p.elementAt(at, key, map[string]any{"a": "new", "b": nil})
	p.elementAt(at-10, key, map[string]any{"a": "old", "b": "old"})
	p.elementAt(at-5, key, map[string]any{"a": nil})
	p.checkAggregate(key, `{"a":"new","b":null}`)
	p.elementAt(at-7, key, map[string]any{"c": "old"})
	p.checkAggregate(key, `{"a":"new","b":null,"c":"old"}`)
	p.element(key, map[string]any{"a": "newest"})
	p.checkAggregate(key, `{"a":"newest","b":null,"c":"old"}`)
}

// aggregateFuture: what an element of the future says is not changed before its time, but by one of a later time.
func aggregateFuture(p *peer) {
	const month = 30 * 86400
	key, at := newKey(), now()
	p.elementAt(at+month, key, map[string]any{"a": "future"})
	p.element(key, map[string]any{"a": "now", "b": "now"})
	p.checkAggregate(key, `{"a":"future","b":"now"}`)
	p.elementAt((at + month).After(at+month), key, map[string]any{"a": "later"})
	p.checkAggregate(key, `{"a":"later","b":"now"}`)
}

// aggregateSameTime: of two elements of one time that speak of the same, one stays.
func aggregateSameTime(p *peer) {
	key, at := newKey(), now()
	p.elementAt(at, key, map[string]any{"a": "first"})
	p.elementAt(at, key, map[string]any{"a": "second"})
	switch got := p.aggregate(key); got {
	case `{"a":"first"}`, `{"a":"second"}`: // the latter on heph (NETWORK.md 13.5)
	default:
		p.Errorf("got %s", got)
	}
}

// aggregateSameTimeWaits: an element that speaks of the same as another one of its time, and of more, waits for a newer one,
// and none of it is lost then.
func aggregateSameTimeWaits(p *peer) {
	key, at := newKey(), now()
	p.elementAt(at, key, map[string]any{"shared": 1, "first": 1})
	second := p.signAt(at, &message.Aggregate{Key: key, Content: map[string]any{"shared": 2, "second": 2}})
	if a := p.send(second, true); a.status == http.StatusOK {
		p.Skip("this node takes both elements of one time")
	}
	if status := p.status(second); status != message.StatusPending {
		p.Errorf("its status is %s", status)
	}
	p.checkAggregate(key, `{"first":1,"shared":1}`)
	p.element(key, map[string]any{"shared": 3})
	p.processed(second)
	p.checkAggregate(key, `{"first":1,"second":2,"shared":3}`)
}

// aggregateForgetSameTime: while two elements share the latest time an older one cannot be forgotten. A newer one heals it.
func aggregateForgetSameTime(p *peer) {
	key, at := newKey(), now()
	oldest := p.elementAt(at-10, key, map[string]any{"a": 1})
	p.elementAt(at, key, map[string]any{"b": 1})
	p.elementAt(at, key, map[string]any{"c": 1})
	forget := p.sign(message.NewForget("contract", oldest.ItemHash))
	if a := p.send(forget, true); a.status == http.StatusOK {
		p.Skip("this node forgets an element when two of one time are left")
	}
	if status := p.status(oldest); status != message.StatusProcessed {
		p.Errorf("its status is %s", status)
	}
	p.element(key, map[string]any{"d": 1})
	p.processed(forget)
	p.checkAggregate(key, `{"b":1,"c":1,"d":1}`)
}

// aggregateWriters: of many who write different keys at once, nobody's is lost.
func aggregateWriters(p *peer) {
	const writers = 8
	key := newKey()
	want := map[string]any{}
	var elements []*message.Message
	for i := range writers {
		own := fmt.Sprintf("w%d", i)
		want[own] = i
		elements = append(elements, p.sign(&message.Aggregate{Key: key, Content: map[string]any{own: i, "shared": i}}))
	}
	for _, m := range elements {
		if a := p.send(m, false); a.status != http.StatusOK && a.status != http.StatusAccepted {
			p.Errorf("the node answered %d: %s", a.status, a.body)
		}
	}
	for _, m := range elements {
		p.processed(m)
	}
	want["shared"] = writers - 1
	p.checkAggregate(key, p.text(want))
}
