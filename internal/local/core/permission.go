// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// checkPermission says whether the sender may act for the owner (NETWORK.md 9.1). An amend of a POST is judged by the
// POST that it amends, a FORGET by each of its targets.
func (n *Node) checkPermission(r *record) *rejection {
	if r.Type == message.TypeForget {
		if n.cfg.Heph {
			return nil // forgetAsHeph decides, target by target
		}
		return n.checkForgetPermission(r)
	}
	subject := r
	original := n.amended(r)
	if original != nil && original.owner == r.owner {
		subject = original
	}
	if why := n.permit(r.Sender, subject, notAuthorized(r)); why != nil || original == nil {
		return why
	}
	return checkAmendOwner(r, original)
}

func notAuthorized(r *record) *rejection {
	return reject(message.CodePermissionDenied,
		fmt.Sprintf("Sender %s is not authorized to post on behalf of address %s", r.Sender, r.owner))
}

// permit asks whether sender could have sent a message for its owner: as the owner, or by an entry in the owner's security
// aggregate. It returns refusal if not.
func (n *Node) permit(sender string, subject *record, refusal *rejection) *rejection {
	if sameAddress(sender, subject.owner) {
		return nil
	}
	switch allowed, err := authorizes(n.aggregates[subject.owner][message.SecurityKey].content, sender, subject); {
	case err != nil:
		return reject(message.CodeInternal)
	case !allowed:
		return refusal
	}
	return nil
}

// errMalformed is an authorization that nodes fail over: they try again, in case that it is put right, and reject the
// message in the end. What comes before it counts, and what comes after it is not reached.
var errMalformed = errors.New("the authorization is malformed")

func authorizes(security object, sender string, subject *record) (bool, error) {
	list, present := security["authorizations"]
	if !present {
		return false, nil
	}
	entries, ok := list.([]any)
	if !ok {
		return false, errMalformed
	}
	for _, e := range entries {
		entry, ok := e.(object)
		if !ok {
			return false, errMalformed
		}
		if allowed, err := allows(entry, sender, subject); allowed || err != nil {
			return allowed, err
		}
	}
	return false, nil
}

func allows(entry object, sender string, subject *record) (bool, error) {
	delegate, isText := entry["address"].(string)
	if _, present := entry["address"]; present && !isText {
		return false, errMalformed
	}
	chain, _ := entry["chain"].(string)
	if !sameAddress(delegate, sender) || chain != "" && chain != subject.Chain {
		return false, nil
	}
	contentType, _ := subject.parsed["type"].(string)
	key, _ := subject.key()
	filters := []struct{ name, value string }{{"channels", subject.Channel}, {"types", string(subject.Type)}}
	switch subject.Type {
	case message.TypePost:
		filters = append(filters, struct{ name, value string }{"post_types", contentType})
	case message.TypeAggregate:
		filters = append(filters, struct{ name, value string }{"aggregate_keys", key})
	}
	for _, filter := range filters {
		if passes, err := passes(entry, filter.name, filter.value); !passes || err != nil {
			return false, err
		}
	}
	return true, nil
}

// passes applies one filter of an authorization; an empty one lets everything pass. A text in the place of a list lets pass
// what is a part of it.
func passes(entry object, filter, value string) (bool, error) {
	allowed, present := entry[filter]
	switch allowed := allowed.(type) {
	case []any:
		return len(allowed) == 0 || slices.Contains(allowed, any(value)), nil
	case string:
		return strings.Contains(allowed, value), nil
	}
	if present {
		return false, errMalformed
	}
	return true, nil
}

// sameAddress compares as the network compares senders with owners: whatever the case (NETWORK.md 1.3).
func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }
