// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package localnode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// checkPermission says whether the sender may act for the owner (protocol.md 9). An amend of a POST is judged by the
// POST that it amends, a FORGET by each of its targets.
func (n *Node) checkPermission(r *record) *rejection {
	if r.Type == message.TypeForget {
		if n.cfg.Heph {
			return nil // forgetAsHeph decides, target by target
		}
		return n.checkForgetPermission(r)
	}
	subject := r
	if original := n.amended(r); original != nil {
		if !sameAddress(r.owner, original.owner) {
			return notAuthorized(r)
		}
		subject = original
	}
	if !n.authorized(r.Sender, subject) {
		return notAuthorized(r)
	}
	return nil
}

func notAuthorized(r *record) *rejection {
	return reject(message.CodePermissionDenied,
		fmt.Sprintf("Sender %s is not authorized to post on behalf of address %s", r.Sender, r.owner))
}

// authorized reports whether sender could have sent a message for its owner: as the owner, or by an entry in the
// owner's security aggregate.
func (n *Node) authorized(sender string, subject *record) bool {
	if sameAddress(sender, subject.owner) {
		return true
	}
	entries, _ := merged(n.aggregates[subject.owner][message.SecurityKey])["authorizations"].([]any)
	return slices.ContainsFunc(entries, func(entry any) bool {
		authorization, ok := entry.(map[string]any)
		return ok && allows(authorization, sender, subject)
	})
}

func allows(authorization object, sender string, subject *record) bool {
	delegate, _ := authorization["address"].(string)
	chain, _ := authorization["chain"].(string)
	contentType, _ := subject.parsed["type"].(string)
	key, _ := subject.parsed["key"].(string)
	return sameAddress(delegate, sender) &&
		(chain == "" || chain == subject.Chain) &&
		permits(authorization["channels"], subject.Channel) &&
		permits(authorization["types"], string(subject.Type)) &&
		(subject.Type != message.TypePost || permits(authorization["post_types"], contentType)) &&
		(subject.Type != message.TypeAggregate || permits(authorization["aggregate_keys"], key))
}

// permits applies one filter of an authorization; an empty one lets everything pass.
func permits(filter any, value string) bool {
	allowed, _ := filter.([]any)
	return len(allowed) == 0 || slices.Contains(allowed, any(value))
}

// sameAddress compares as the network compares senders with owners: whatever the case (protocol.md 2.5).
func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }
