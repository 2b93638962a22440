// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// quick is for tests of messages that are rejected after the retry window.
var quick = core.Config{RetryWindow: 20 * time.Millisecond}

func TestUnknown_thenPendingThenProcessed(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	c.node.Inject(core.Fault{Type: message.TypeProgram, Do: core.NotFoundFor(100 * time.Millisecond)})
	m := c.message(program(madeUpHash("code"), runtime))
	if status := c.send(m, false); status != http.StatusAccepted {
		t.Fatalf("%d", status)
	}
	if status, _ := c.do(http.MethodGet, "/api/v0/messages/"+m.ItemHash, "", nil); status != http.StatusNotFound {
		t.Errorf("known at once: %d", status)
	}
	c.eventually(m.ItemHash, message.StatusPending)
	c.eventually(m.ItemHash, message.StatusRejected)
}

func madeUpHash(text string) string { return message.Hash([]byte(text)) }

func TestMissingDependencyArrives(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{RetryWindow: 10 * time.Second})
	store := c.message(c.storeOf("late", ""))
	p := c.message(program(store.ItemHash, runtime))
	if status := c.send(p, true); status != http.StatusAccepted {
		t.Errorf("%d", status)
	}
	c.send(store, true)
	c.eventually(p.ItemHash, message.StatusProcessed)
}

func TestResend(t *testing.T) {
	t.Parallel()
	for _, noIPFS := range []bool{false, true} {
		t.Run(fmt.Sprintf("NoIPFS=%t", noIPFS), func(t *testing.T) {
			t.Parallel()
			c := start(t, core.Config{NoIPFS: noIPFS, RetryWindow: 20 * time.Millisecond, SyncWait: 300 * time.Millisecond})
			known := c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})
			for _, want := range []int{http.StatusOK, http.StatusAccepted} {
				if got := c.send(known, true); got != want {
					t.Errorf("processed: %d, want %d", got, want)
				}
			}
			rejected := c.message(program(madeUpHash("code"), runtime))
			c.rejected(rejected)
			c.node.Inject(core.Fault{Do: core.StayPending(), Times: -1})
			c.send(rejected, true)
			want := message.StatusPending
			if noIPFS {
				want = message.StatusRejected
			}
			if got := c.node.Status(rejected.ItemHash); got != want {
				t.Errorf("rejected: %s, want %s", got, want)
			}
		})
	}
}

func TestDelegate(t *testing.T) {
	t.Parallel()
	c := start(t, quick)
	owner, delegate := c, c.other(1)
	forOwner := func(content message.Content) *message.Message {
		content.Stamp(owner.account.Address, now())
		return delegate.sign(content)
	}
	if code := c.rejected(forOwner(&message.Aggregate{Key: "k", Content: map[string]any{}})); code != message.CodePermissionDenied {
		t.Errorf("code %d", code)
	}
	owner.publish(&message.Aggregate{Key: message.SecurityKey, Content: map[string]any{"authorizations": []any{
		map[string]any{"address": strings.ToLower(delegate.account.Address), "types": []any{"STORE"}, "channels": []any{"TEST"}},
	}}})
	store := forOwner(c.storeOf("theirs", ""))
	if status := c.send(store, true); status != http.StatusOK {
		t.Errorf("an authorised STORE: %d", status)
	}
	if code := c.rejected(forOwner(&message.Aggregate{Key: "k", Content: map[string]any{}})); code != message.CodePermissionDenied {
		t.Errorf("code %d", code)
	}
	// Who could have published something may forget it, whoever did.
	delegate.publish(message.NewForget("", store.ItemHash, owner.store("mine", "")))
	element := owner.publish(&message.Aggregate{Key: "k", Content: map[string]any{}})
	if code := c.rejected(delegate.message(message.NewForget("", element))); code != message.CodePermissionDenied {
		t.Errorf("code %d", code)
	}
}

// What a malformed list of authorisations does to the messages of a delegate, as it was measured on a real node.
func TestDelegate_malformedAuthorizations(t *testing.T) {
	t.Parallel()
	const good, denied, failed = 0, message.CodePermissionDenied, message.CodeInternal
	type list = []any
	for name, c := range map[string]struct {
		authorizations func(delegate string) any
		want           message.ErrorCode
	}{
		"a filter that is null":            {func(d string) any { return list{object{"address": d, "types": nil}} }, failed},
		"a filter that is empty":           {func(d string) any { return list{object{"address": d, "types": list{}, "chain": nil}} }, good},
		"a text for a list":                {func(d string) any { return list{object{"address": d, "types": "AGGREGATE"}} }, good},
		"no list":                          {func(string) any { return nil }, failed},
		"a text for the list":              {func(string) any { return "all" }, failed},
		"an object for the list":           {func(d string) any { return object{"address": d} }, failed},
		"an entry that is null":            {func(d string) any { return list{nil, object{"address": d}} }, failed},
		"an entry that is null, after":     {func(d string) any { return list{object{"address": d}, nil} }, good},
		"an entry that is a text":          {func(d string) any { return list{d} }, failed},
		"an address that is null":          {func(d string) any { return list{object{"address": nil}, object{"address": d}} }, failed},
		"an entry without address, before": {func(d string) any { return list{object{"types": list{"POST"}}, object{"address": d}} }, good},
		"an empty list":                    {func(string) any { return list{} }, denied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			owner := start(t, quick)
			delegate := owner.other(1)
			owner.publish(&message.Aggregate{Key: message.SecurityKey, Content: object{"authorizations": c.authorizations(delegate.account.Address)}})
			element := &message.Aggregate{Key: "k", Content: object{}}
			element.Stamp(owner.account.Address, now())
			m := delegate.sign(element)
			if c.want != good {
				if code := owner.rejected(m); code != c.want {
					t.Errorf("code %d, want %d", code, c.want)
				}
			} else if status := owner.send(m, true); status != http.StatusOK {
				t.Errorf("status %d, want it to be processed", status)
			}
		})
	}
}

type object = map[string]any

func TestOneDeadHashForgetsNothing(t *testing.T) {
	t.Parallel()
	c := start(t, quick)
	living, dead := c.store("living", ""), c.store("dead", "")
	c.publish(message.NewForget("", dead))
	if code := c.rejected(c.message(message.NewForget("", living, dead))); code != message.CodeForgetNotFound {
		t.Errorf("code %d", code)
	}
	if status := c.node.Status(living); status != message.StatusProcessed {
		t.Errorf("the living one is %s", status)
	}
	body := c.get("/api/v0/messages/" + dead)
	if body["status"] != "forgotten" || len(body["forgotten_by"].([]any)) != 1 {
		t.Errorf("%v", body)
	}
}

func TestFutureNode(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{StoresReplaces: true})
	code := c.store("code", "")
	first := c.publish(program(code, runtime))
	amend := program(code, runtime)
	amend.Replaces = first
	second := c.publish(amend)
	again := program(code, runtime)
	again.Replaces = second
	if code := c.rejected(c.message(again)); code != message.CodeVMUpdateUpdate {
		t.Errorf("amend of an amend: code %d", code)
	}
	c.publish(message.NewForget("", first))
	if status := c.node.Status(second); status != message.StatusForgotten {
		t.Errorf("the amend is %s", status)
	}
	c.publish(message.NewForget("", code))
}

func TestHeph(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{Heph: true})
	code := c.store("code", "")
	missing := c.message(program(madeUpHash("code"), runtime))
	status, body := c.post("/api/v0/messages", map[string]any{"sync": false, "message": missing})
	if status != http.StatusUnprocessableEntity || body["error"].(map[string]any)["code"] != 300.0 {
		t.Errorf("missing file: %d %v", status, body)
	}
	if body := c.get("/api/v0/messages/" + missing.ItemHash); body["error_code"] != 1.0 || body["details"] != nil {
		t.Errorf("rejected: %v", body)
	}
	forged := c.message(&message.Aggregate{Key: "k", Content: map[string]any{}})
	forged.Signature = missing.Signature
	if status, body := c.post("/api/v0/messages", map[string]any{"message": forged}); status != http.StatusUnprocessableEntity {
		t.Errorf("bad signature: %d %v", status, body)
	}
	if status := c.node.Status(forged.ItemHash); status != "" {
		t.Errorf("bad signature: the message is %q", status)
	}
	p := c.publish(program(code, runtime))
	c.publish(message.NewForget("", p, code))
	c.publish(message.NewForget("", p))
	living := c.store("living", "")
	if got := c.rejected(c.message(message.NewForget("", living, madeUpHash("x")))); got != 1 {
		t.Errorf("code %d", got)
	}
	if status := c.node.Status(living); status != message.StatusForgotten {
		t.Errorf("the living one is %s", status)
	}
}

func TestFundsRunOut(t *testing.T) {
	t.Parallel()
	c := start(t, quick)
	code := c.store("code", "")
	p := c.publish(program(code, runtime))
	if err := c.node.SetRemoving(p, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}
	if body := c.get("/api/v0/messages/" + p); body["status"] != "removing" || body["reason"] != "credit_insufficient" {
		t.Errorf("%v", body)
	}
	if err := c.node.Refill(p); err != nil {
		t.Fatal(err)
	}
	c.eventually(p, message.StatusProcessed)
	if err := c.node.SetRemoved(p); err == nil {
		t.Error("a processed message was removed")
	}
	if err := c.node.SetRemoving(p, core.CreditInsufficient); err != nil {
		t.Fatal(err)
	}
	if err := c.node.SetRemoved(p); err != nil {
		t.Fatal(err)
	}
	if got := c.rejected(c.message(message.NewForget("", p))); got != message.CodeForgetNotFound {
		t.Errorf("FORGET of a removed program: code %d", got)
	}
	if got := c.rejected(c.message(message.NewForget("", code))); got != message.CodeForgetNotAllowed {
		t.Errorf("FORGET of its code: code %d", got)
	}
}

func TestAmend_needsCreditForBothVersions(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	code := c.store("code", "")
	c.node.SetFunds(c.account.Address, 600_000, 1)
	first := c.publish(program(code, runtime))
	amend := program(code, runtime)
	amend.Replaces = first
	if code := c.rejected(c.message(amend)); code != message.CodeCreditInsufficient {
		t.Errorf("code %d", code)
	}
	c.publish(message.NewForget("", first))
	c.publish(program(code, runtime))
}

func TestRecord(t *testing.T) {
	t.Parallel()
	var recorded []message.Message
	c := start(t, core.Config{Record: func(m message.Message) { recorded = append(recorded, m) }})
	hash := c.store("x", "")
	c.node.Inject(core.Fault{Type: message.TypeStore, Do: core.Reject(message.CodeInvalidFormat)})
	c.rejected(c.message(c.storeOf("y", "")))
	if len(recorded) != 1 || recorded[0].ItemHash != hash || recorded[0].Verify() != nil {
		t.Errorf("%v", recorded)
	}
	if !slices.ContainsFunc(c.node.Requests(), func(r core.Request) bool {
		return r.Method == http.MethodPost && r.Path == "/api/v0/messages" && r.Count == 2
	}) || c.node.Asked(http.MethodPost, "/api/v0/storage/") != 2 {
		t.Errorf("%v", c.node.Requests())
	}
}

func TestUploadLimits(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{MaxUnsignedUpload: 100})
	for size, want := range map[int]int{100: http.StatusOK, 101: http.StatusRequestEntityTooLarge, 5_000_000: http.StatusRequestEntityTooLarge} {
		got, _ := c.do(http.MethodPost, "/api/v0/storage/add_file", "application/octet-stream", strings.NewReader(strings.Repeat("x", size)))
		if got != want {
			t.Errorf("%d bytes: %d, want %d", size, got, want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	for after, want := range map[time.Duration]string{3 * time.Second: "3", 0: "0", -1: ""} {
		c.node.Inject(core.Fault{Do: core.RateLimit(after)})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.node.URL()+"/api/v0/version", nil)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		reply.Body.Close()
		if got := reply.Header.Get("Retry-After"); reply.StatusCode != http.StatusTooManyRequests || got != want {
			t.Errorf("%d, %q, want %q", reply.StatusCode, got, want)
		}
	}
}
