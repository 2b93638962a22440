// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// elementAt is an element with a time of its own, in seconds.
func (c *client) elementAt(at message.Time, key string, content object) *message.Message {
	c.t.Helper()
	element := &message.Aggregate{Key: key, Content: content}
	element.Stamp(c.account.Address, at)
	return c.sign(element)
}

// aggregate reads an aggregate of the client's.
func (c *client) aggregate(key string) any {
	c.t.Helper()
	data, _ := c.get("/api/v0/aggregates/" + c.account.Address + ".json?keys=" + key)["data"].(object)
	return data[key]
}

// listed reads the same from the list of aggregates.
func (c *client) listed(key string) any {
	c.t.Helper()
	list := c.get("/api/v0/aggregates.json?addresses=" + c.account.Address + "&keys=" + key)["aggregates"].([]any)
	if len(list) != 1 {
		c.t.Fatalf("%d aggregates %s", len(list), key)
	}
	return list[0].(object)["content"]
}

func TestAggregate_writersAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{RetryWindow: 10 * time.Second})
	const writers = 24
	want := object{}
	var group sync.WaitGroup
	var elements []*message.Message
	at := now()
	for i := range writers {
		own := fmt.Sprintf("w%d", i)
		want[own] = float64(i)
		// Pairs have one time, so that some elements wait until a newer one comes.
		elements = append(elements, c.elementAt(at+message.Time(i/2), "k", object{own: i, "shared": i}))
	}
	for _, m := range elements {
		group.Go(func() { c.send(m, true) })
	}
	group.Wait()
	c.send(c.elementAt(at+writers, "k", object{"shared": "last"}), true)
	want["shared"] = "last"
	for _, m := range elements {
		c.eventually(m.ItemHash, message.StatusProcessed)
	}
	if got := c.aggregate("k"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAggregate_writerBetweenReadAndWrite(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	c.publish(&message.Aggregate{Key: "k", Content: object{"mine": 1, "theirs": 1}})
	c.node.Inject(core.Fault{
		Method: http.MethodPost, Path: "/api/v0/messages", Type: message.TypeAggregate,
		Do: core.Before(func() { c.publish(&message.Aggregate{Key: "k", Content: object{"theirs": 2}}) }),
	})
	c.publish(&message.Aggregate{Key: "k", Content: object{"mine": 2}})
	if got := c.aggregate("k"); !reflect.DeepEqual(got, object{"mine": 2.0, "theirs": 2.0}) {
		t.Errorf("got %v", got)
	}
}

func TestAggregate_manyElements(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{IngestDelay: -1, ProcessDelay: -1})
	first := now()
	for i := range 1001 {
		c.send(c.elementAt(first+message.Time(i), "k", object{fmt.Sprintf("k%d", i%3): i}), true)
	}
	content := c.listed("k")
	late := c.elementAt(first+500.5, "k", object{"k0": "late", "k1": "late", "k2": "late"})
	newest := c.elementAt(first+2000, "k", object{"k0": "newest"})
	for _, m := range []*message.Message{late, newest} {
		if status := c.send(m, true); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	if got := c.listed("k"); !reflect.DeepEqual(got, content) {
		t.Errorf("before somebody reads it: got %v", got)
	}
	want := object{"k0": "newest", "k1": 1000.0, "k2": 998.0}
	if got := c.aggregate("k"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if got := c.listed("k"); !reflect.DeepEqual(got, want) {
		t.Errorf("after somebody read it: got %v", got)
	}
}
