// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// fromTheFuture publishes the live version once more as of an hour from now: what it looks like when this machine's
// clock is behind that of the machine which published last.
func (b *bench) fromTheFuture() {
	b.t.Helper()
	key, err := account.FromHex(keyText)
	if err != nil {
		b.t.Fatal(err)
	}
	api, err := node.New(node.Config{URL: "http://node", Transport: b.wire})
	if err != nil {
		b.t.Fatal(err)
	}
	record, err := api.Message(b.ctx(), live(b.Instance))
	if err != nil {
		b.t.Fatal(err)
	}
	content, err := b.amendOf(record.Message)
	if err != nil {
		b.t.Fatal(err)
	}
	content.Stamp(owner, message.TimeOf(time.Now().Add(time.Hour)))
	m, err := message.New(owner, record.Message.Channel, content)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := key.Sign(m); err != nil {
		b.t.Fatal(err)
	}
	if sent, err := api.Publish(b.ctx(), m); err != nil || sent.Status != message.StatusProcessed {
		b.t.Fatalf("it is %q (%v)", sent.Status, err)
	}
}

// amendOf is the same content again, as a version that takes over.
func (b *bench) amendOf(m *message.Message) (message.Content, error) {
	if m.Type == message.TypeStore {
		var store message.Store
		err := message.Decode(m, &store)
		store.Ref = b.Instance.Text("id")
		return &store, err
	}
	var function message.Program
	err := message.Decode(m, &function)
	function.Replaces = m.ItemHash
	return &function, err
}
