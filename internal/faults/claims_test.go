// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// claims are messages in the owner's name that somebody else signed: the newest version of what there is, and an object of
// their own. Nothing is made of them, and everything goes on as it would without.
func claims(o operation) []fault {
	var all []fault
	for name, sign := range map[string]acctest.Signer{"forged owner": byStranger, "another chain's signature": acctest.OnTezos} {
		f := fault{name: name, strike: func(b *bench, o operation) {
			first := b.Instance.Text("id") // that of a program is its item hash
			for _, amends := range []string{first, ""} {
				m := acctest.Message(b.t, owner, acctest.Claim(o.resource, amends), sign)
				b.inject(core.Fault{Times: -1, Do: core.Foist(*m, nil)})
			}
		}}
		if len(o.before) > 0 {
			f.told = "Messages are left out of "
		}
		all = append(all, f)
	}
	return all
}

var byStranger = func() acctest.Signer {
	key, err := account.FromHex(core.Accounts()[1].PrivateKey)
	if err != nil {
		panic(err) // the key is a constant
	}
	return acctest.ByKey(key)
}()
