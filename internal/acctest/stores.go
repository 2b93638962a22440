// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Stores are STOREs that the node has, for programs to name: a runtime, and two other files.
type Stores struct {
	Runtime, Another, Third string
	// Default is whether Runtime is what a program runs on that names none.
	Default bool
}

// RuntimeArgument is the line of a program that needs it in order to run on Runtime; empty where that is the default.
func (s Stores) RuntimeArgument() string {
	if s.Default {
		return ""
	}
	return fmt.Sprintf("  runtime = { ref = %q }\n", s.Runtime)
}

// NodeStores are the network's own, or on a node that lacks those small files of the account that pays for the tests. They
// stay there, for the next time.
var NodeStores = sync.OnceValue(func() Stores {
	has, err := NetworkStores.isHad()
	if err == nil && has {
		return Stores{
			Runtime: node.DefaultRuntime,
			Another: "b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717", // Debian 12
			Third:   "4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c", // Ubuntu 22
			Default: true,
		}
	}
	var made Stores
	if err == nil {
		made, err = publishedStores()
	}
	if err != nil {
		panic(fmt.Sprintf("files for programs: %v", err)) // there is nothing to test with
	}
	return made
})

func publishedStores() (Stores, error) {
	ctx := context.Background() //nolint:forbidigo // once for all tests, and for longer than the first
	key, err := account.FromHex(payerKey)
	if err != nil {
		return Stores{}, fmt.Errorf("%s: %w", keyVariable, err)
	}
	payer, err := newClient(nodeURL, key)
	if err != nil {
		return Stores{}, err
	}
	var s Stores
	for name, into := range map[string]*string{"a runtime": &s.Runtime, "another file": &s.Another, "a third file": &s.Third} {
		if *into, err = publishedStore(ctx, payer, "hsqs: begins like a squashfs, and is "+name+" of the acceptance tests"); err != nil {
			return Stores{}, err
		}
	}
	return s, nil
}

// publishedStore is the STORE of a text: the one that an earlier run left, or else a new one.
func publishedStore(ctx context.Context, payer *object.Client, text string) (string, error) {
	const channel = "terraform-provider-acctest"
	content := &message.Store{ItemType: message.ItemTypeStorage, ItemHash: message.Hash([]byte(text))}
	earlier := node.Filter{Types: []message.Type{message.TypeStore}, Owners: []string{payer.Account.Address()}, Channels: []string{channel}}
	for m, err := range payer.Node.Messages(ctx, earlier) {
		if err != nil {
			return "", err
		}
		var store message.Store
		if message.Decode(&m, &store) == nil && store.ItemHash == content.ItemHash {
			return m.ItemHash, nil
		}
	}
	file := &node.File{Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	content.Payment = &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}
	m, err := payer.Publish(ctx, content, object.Options{Channel: channel, File: file})
	if err != nil {
		return "", err
	}
	return m.ItemHash, nil
}
