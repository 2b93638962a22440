// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package contract is what the provider relies on that a core channel node does, as tests that any node must pass. They
// run on the local node always, and so vouch for it, and on a real node when one is named. They speak plain HTTP, and
// share nothing with the client but the wire format: a mistake made on both sides would be found by nobody.
package contract

import (
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

// Run puts a node to the test. The key, in hex, is of an account with credits for a few small programs and files. The
// node need not be empty, and what is published on it is forgotten afterwards, as far as messages can be.
func Run(t *testing.T, url, key string) {
	a, err := account.FromHex(key)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(*peer){
		"publish/sync":               publishSync,
		"publish/async":              publishAsync,
		"publish/resend":             publishResend,
		"publish/percent":            publishPercent,
		"publish/wrong_hash":         publishWrongHash,
		"publish/wrong_signature":    publishWrongSignature,
		"publish/no_credits":         publishWithoutCredits,
		"message/unknown":            messageUnknown,
		"message/forgotten":          messageForgotten,
		"message/standing":           messageStanding,
		"forget/stranger":            forgetByStranger,
		"forget/many":                forgetMany,
		"program/versions":           programVersions,
		"program/stranger":           programOfStranger,
		"program/frozen":             programFrozen,
		"program/keeps_files":        programKeepsFiles,
		"program/price":              programPrice,
		"file/upload":                fileUpload,
		"file/signed_upload":         fileSignedUpload,
		"file/signed_upload_differ":  fileSignedUploadOfAnother,
		"file/unknown":               fileUnknown,
		"file/versions":              fileVersions,
		"file/amend_of_amend":        fileAmendOfAmend,
		"list/cursor":                listByCursor,
		"list/hashes":                listByHashes,
		"list/filters":               listByFilters,
		"list/forgotten":             listForgotten,
		"aggregate/merge":            aggregateMerge,
		"aggregate/delegate":         aggregateOfDelegate,
		"aggregate/read":             aggregateRead,
		"aggregate/list":             aggregateList,
		"aggregate/elements":         aggregateElements,
		"aggregate/invalid":          aggregateInvalid,
		"aggregate/forget":           aggregateForget,
		"aggregate/writers":          aggregateWriters,
		"aggregate/older":            aggregateOlder,
		"aggregate/future":           aggregateFuture,
		"aggregate/same_time":        aggregateSameTime,
		"aggregate/same_time_waits":  aggregateSameTimeWaits,
		"aggregate/forget_same_time": aggregateForgetSameTime,
		"post/amend":                 postAmend,
		"post/amend_refused":         postAmendRefused,
		"post/amend_first":           postAmendFirst,
		"post/forget":                postForget,
		"post/filters":               postFilters,
		"post/messages":              postMessages,
		"account/balance":            accountBalance,
		"node/facts":                 nodeFacts,
		"account/costs":              accountCosts,
		"network/prices":             networkPrices,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newPeer(t, url, a))
		})
	}
}
