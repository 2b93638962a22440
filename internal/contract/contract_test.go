// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract_test

import (
	"os"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/contract"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

func TestLocalNode(t *testing.T) {
	t.Parallel()
	// What waits for another message has time for it, however slow this machine is.
	const retry = 10 * time.Second
	for name, cfg := range map[string]core.Config{"node": {RetryWindow: retry}, "heph": {Heph: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, err := core.Listen("127.0.0.1:0", cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				for _, account := range core.Accounts() {
					for _, m := range node.Alive(account.Address) {
						if m.Type != "FORGET" {
							t.Errorf("%s %s was left behind", m.Type, m.ItemHash)
						}
					}
				}
				node.Close()
			})
			contract.Run(t, node.URL(), core.Accounts()[0].PrivateKey)
		})
	}
}

// A real node is put to the test when it is named, with the key of an account that has credits on it.
func TestRealNode(t *testing.T) {
	url, key := os.Getenv("ALEPH_API_URL"), os.Getenv("ALEPH_PRIVATE_KEY")
	if url == "" || key == "" {
		t.Skip("ALEPH_API_URL and ALEPH_PRIVATE_KEY name no node")
	}
	contract.Run(t, url, key)
}
