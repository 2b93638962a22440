// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// hephSeed is how many credits heph gives an address that it has not met (NETWORK.md 13.4).
const hephSeed = 1_000_000_000

// hephForgets are the codes after which heph knows nothing of a message that it rejected.
var hephForgets = []message.ErrorCode{
	message.CodeInvalidFormat, message.CodeInvalidSignature, message.CodePermissionDenied,
	message.CodeContentUnavailable, message.CodeCreditInsufficient,
}

// publishAsHeph decides about a message before it answers, and never tries again (NETWORK.md 13.1).
func (n *Node) publishAsHeph(e *envelope, v verdict) outcome {
	if v.dropped {
		return outcome{status: message.StatusPending}
	}
	r := &record{envelope: e, status: message.StatusPending, received: n.now(), verdict: v}
	why := checkSignature(e)
	if why == nil && e.ItemType == message.ItemTypeInline {
		why = r.load([]byte(e.ItemContent))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.records[e.ItemHash]; known != nil && known.status != message.StatusRejected {
		return outcome{status: known.status}
	}
	if why == nil {
		why = v.rejection
	}
	if v.stuck {
		n.records[e.ItemHash] = r
		return outcome{status: message.StatusPending}
	}
	if why == nil {
		why = n.prepare(r)
	}
	if why == nil {
		why = n.checkDependencies(r)
	}
	if why == nil {
		n.records[e.ItemHash] = r
		n.accept(r)
		return outcome{status: message.StatusProcessed}
	}
	r.status, r.rejection = message.StatusRejected, why
	if !slices.Contains(hephForgets, why.code) {
		n.records[e.ItemHash] = r
	}
	return outcome{status: message.StatusRejected, why: why}
}

// hephError is the reason that heph tells with a rejection.
func (r *rejection) hephError() object {
	return object{"code": r.code, "message": r.code.String()}
}

// forgetAsHeph forgets target after target until one fails: those before it are gone, and one that was forgotten
// before does not count as a failure (NETWORK.md 13.3).
func (n *Node) forgetAsHeph(r *record) *rejection {
	forget := r.forget
	if len(forget.Hashes) == 0 {
		return reject(message.CodeForgetNoTarget)
	}
	for _, hash := range forget.Hashes {
		target := n.records[hash]
		switch {
		case target == nil, target.status == message.StatusRejected:
			return targetNotFound(hash)
		case !sameAddress(target.owner, r.owner):
			return reject(message.CodeForgetNotAllowed)
		case len(n.users[hash]) > 0:
			return reject(message.CodeForgetNotAllowed, "File "+hash+" used on vm "+n.users[hash][0])
		case target.status.Alive():
			n.forget(target, r)
		}
	}
	return nil
}
