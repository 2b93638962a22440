// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// runtime is the network's default runtime, which every node knows.
const runtime = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"

func TestPublish_amendForget(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	code := c.store("version 1", "")
	first := c.publish(program(code, runtime))

	amend := program(code, runtime)
	amend.Replaces = first
	second := c.publish(amend)
	if body := c.get("/api/v0/messages/" + first); body["status"] != "processed" {
		t.Errorf("the amended program is %v", body["status"])
	}
	if m := c.message(message.NewForget("", code)); c.rejected(m) != message.CodeForgetNotAllowed {
		t.Error("a file in use was forgotten")
	}
	c.publish(message.NewForget("", first))
	c.publish(message.NewForget("", second))
	c.publish(message.NewForget("", code))
	for _, m := range c.node.Alive(c.account.Address) {
		if m.Type != message.TypeForget {
			t.Errorf("%s %s is still alive", m.Type, m.ItemHash)
		}
	}
}

func TestFollowsLatestVersion(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	first := c.store("one", "")
	second := c.store("two", first)
	if got := c.get("/api/v0/storage/by-ref/" + first)["file_hash"]; got != c.upload("two") {
		t.Error("the tag did not move")
	}
	m := c.message(c.storeOf("three", second))
	if code := c.rejected(m); code != message.CodeStoreUpdateUpdate {
		t.Errorf("code %d", code)
	}
	c.publish(message.NewForget("", second))
	if got := c.get("/api/v0/storage/by-ref/" + first)["file_hash"]; got != c.upload("one") {
		t.Error("the tag did not fall back")
	}
}

func TestManyMessages(t *testing.T) {
	t.Parallel()
	const count = 1000
	c := start(t, core.Config{})
	var messages []*message.Message
	for i := range count {
		messages = append(messages, c.message(&message.Aggregate{Key: "k", Content: map[string]any{fmt.Sprint(i): i}}))
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := worker; i < count; i += 8 {
				c.send(messages[i], false)
			}
		})
	}
	group.Wait()
	for _, m := range messages {
		c.eventually(m.ItemHash, message.StatusProcessed)
	}
	var seen int
	for cursor := ""; ; {
		page := c.get("/api/v0/messages.json?owners=" + c.account.Address + "&pagination=200&cursor=" + cursor)
		seen += len(page["messages"].([]any))
		next, ok := page["next_cursor"].(string)
		if !ok {
			break
		}
		cursor = next
	}
	if seen != count {
		t.Errorf("%d messages listed", seen)
	}
}

func TestListen_refusesOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "localhost.example:0"} {
		if node, err := core.Listen(address, core.Config{}); err == nil {
			t.Errorf("listens on %s", node.URL())
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{RetryWindow: 50 * time.Millisecond})
	t.Run("reject late", func(t *testing.T) {
		c.node.Inject(core.Fault{Type: message.TypeAggregate, Do: core.Reject(message.CodeVMVolumeNotFound, "x")})
		if code := c.rejected(c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})); code != message.CodeVMVolumeNotFound {
			t.Errorf("code %d", code)
		}
	})
	t.Run("status", func(t *testing.T) {
		fault := c.node.Inject(core.Fault{Path: "/api/v0/version", Times: 2, Do: core.Status(http.StatusBadGateway)})
		for _, want := range []int{502, 502, 200} {
			if got, _ := c.do(http.MethodGet, "/api/v0/version", "", nil); got != want {
				t.Errorf("%d, not %d", got, want)
			}
		}
		if fault.Hits() != 2 {
			t.Errorf("%d hits", fault.Hits())
		}
	})
	t.Run("lost reply", func(t *testing.T) {
		c.node.Inject(core.Fault{Method: http.MethodPost, Do: core.LoseReply()})
		m := c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})
		if c.try(m) == nil {
			t.Error("an answer came")
		}
		c.eventually(m.ItemHash, message.StatusProcessed)
	})
	t.Run("refuse", func(t *testing.T) {
		c.node.Inject(core.Fault{Method: http.MethodPost, Do: core.Refuse()})
		m := c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})
		if c.try(m) == nil {
			t.Error("an answer came")
		}
		if c.node.Status(m.ItemHash) != "" {
			t.Error("the message was accepted")
		}
	})
	t.Run("cut reply", func(t *testing.T) {
		c.node.Inject(core.Fault{Method: http.MethodPost, Do: core.CutReply()})
		if c.try(c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})) == nil {
			t.Error("a whole answer came")
		}
	})
	t.Run("altered", func(t *testing.T) {
		hash := c.publish(&message.Aggregate{Key: "k", Content: map[string]any{}})
		for _, action := range []core.Action{core.AlterContent(), core.AlterSignature()} {
			c.node.Inject(core.Fault{Path: "/api/v0/messages/", Type: message.TypeAggregate, Do: action})
			if c.read(hash).Verify() == nil {
				t.Error("the altered message is valid")
			}
		}
		if err := c.read(hash).Verify(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stay pending", func(t *testing.T) {
		c.node.Inject(core.Fault{Do: core.StayPending()})
		m := c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})
		if status := c.send(m, true); status != http.StatusAccepted || c.node.Status(m.ItemHash) != message.StatusPending {
			t.Errorf("%d, %s", status, c.node.Status(m.ItemHash))
		}
	})
}
