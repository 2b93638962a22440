// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// A front passes on what nothing is wrong with, and decides about messages that something is wrong with.
func TestFront(t *testing.T) {
	t.Parallel()
	behind, err := core.Listen("127.0.0.1:0", core.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = behind.Close() })
	front, err := core.ListenBefore(behind.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = front.Close() })
	api, err := node.New(node.Config{URL: front.URL(), Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	key, err := account.FromHex(core.Accounts()[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	client := &object.Client{Node: api, Account: key, Defaults: object.Defaults{Owner: key.Address()}}
	publish := func(key string) (*message.Message, error) {
		return client.Publish(t.Context(), &message.Aggregate{Key: key, Content: map[string]any{"n": 1}}, object.Options{})
	}

	passed, err := publish("passed")
	if err != nil || behind.Status(passed.ItemHash) != message.StatusProcessed {
		t.Errorf("a message is not passed on: %v", err)
	}
	front.Inject(core.Fault{Do: core.Reject(message.CodePermissionDenied, "no")})
	if _, err := publish("rejected"); err == nil || !strings.Contains(err.Error(), "error code 2") {
		t.Errorf("a message is not rejected: %v", err)
	}
	front.Inject(core.Fault{Do: core.PendingFor(300 * time.Millisecond)})
	if late, err := publish("late"); err != nil || behind.Status(late.ItemHash) != message.StatusProcessed {
		t.Errorf("a message is not passed on later: %v", err)
	}
	front.Inject(core.Fault{Path: "/api/v0/messages/", Do: core.Status(http.StatusBadRequest)})
	if _, err := client.Fetch(t.Context(), passed.ItemHash); err == nil {
		t.Error("an answer is not replaced")
	}
	if sent := front.Sent(); len(sent) != 3 || sent[0].ItemHash != passed.ItemHash {
		t.Errorf("%d messages came by", len(sent))
	}
	if asked := front.Asked(http.MethodPost, "/api/v0/messages"); asked != 3 {
		t.Errorf("%d messages were counted", asked)
	}
}
