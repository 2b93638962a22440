// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// checkForgetPermission asks of each target whether the sender could have sent it; the owner that the FORGET itself
// names does not matter (NETWORK.md 8.3).
func (n *Node) checkForgetPermission(r *record) *rejection {
	for _, hash := range n.forgetTargets(r) {
		target := n.records[hash]
		switch {
		case target == nil, target.status == message.StatusPending:
			return targetNotFound(hash)
		case !target.status.Alive():
			continue // checkForget decides
		case target.Type == message.TypeForget:
			return reject(message.CodeForgetForget, object{"message": hash})
		}
		refusal := reject(message.CodePermissionDenied, fmt.Sprintf(
			"Sender %s is not authorized to forget message %s owned by %s: the sender could not have created this target under the owner's security aggregate",
			r.Sender, hash, target.owner))
		if why := n.permit(r.Sender, target, refusal); why != nil {
			return why
		}
	}
	return nil
}

func targetNotFound(hash string) *rejection {
	return reject(message.CodeForgetNotFound, object{"message": hash})
}

// forgetTargets are the hashes that a FORGET names, and those of the elements of the aggregates that it names.
func (n *Node) forgetTargets(r *record) []string {
	forget := r.forget
	targets := slices.Clone(forget.Hashes)
	for _, key := range forget.Aggregates {
		for _, e := range n.aggregates[r.owner][key].elements {
			targets = append(targets, e.hash)
		}
	}
	return targets
}

// checkForget demands that every target is alive and that none is a file in use. One that fails spares all the others
// (NETWORK.md 8.1, 8.2).
func (n *Node) checkForget(r *record) *rejection {
	if n.cfg.Heph {
		return n.forgetAsHeph(r)
	}
	forget := r.forget
	if len(forget.Hashes) == 0 && len(forget.Aggregates) == 0 {
		return reject(message.CodeForgetNoTarget)
	}
	for _, hash := range forget.Hashes {
		if target := n.records[hash]; target == nil || !target.status.Alive() {
			return targetNotFound(hash)
		}
		if users := n.users[hash]; len(users) > 0 {
			return reject(message.CodeForgetNotAllowed, fmt.Sprintf("File %s used on vm %s", hash, users[0]))
		}
	}
	for _, key := range forget.Aggregates {
		if _, ok := n.aggregates[r.owner][key]; !ok {
			return reject(message.CodeForgetNotFound, object{"aggregate": key})
		}
	}
	return n.checkElements(n.forgetTargets(r))
}

// acceptForget forgets the targets, and what falls with them. A hash that is named twice is forgotten twice.
func (n *Node) acceptForget(r *record) {
	if n.cfg.Heph {
		return // forgetAsHeph did
	}
	for _, hash := range n.forgetTargets(r) {
		target := n.records[hash]
		if !target.status.Alive() {
			target.forgottenBy = append(target.forgottenBy, r.ItemHash)
			continue
		}
		n.forget(target, r)
	}
}

// forget ends a message, and what falls with it.
func (n *Node) forget(target, by *record) {
	for _, fallen := range n.end(target, message.StatusForgotten) {
		n.forget(n.records[fallen], by)
	}
	target.forgottenBy = append(target.forgottenBy, by.ItemHash)
	target.forgottenAt = float64(by.Time)
	n.forgotten = append(n.forgotten, target)
}

// end takes a message off the network, with what it did there, and names the messages that fall with it.
func (n *Node) end(target *record, status message.Status) []string {
	n.bury(target, status)
	switch target.Type {
	case message.TypeStore:
		n.releaseStore(target)
	case message.TypeProgram, message.TypeInstance, message.TypeVProgram:
		if status != message.StatusRemoved { // a removed executable still holds its files (NETWORK.md 8.4)
			return n.releaseExecutable(target)
		}
	case message.TypePost:
		return n.releasePost(target)
	case message.TypeAggregate:
		n.releaseAggregate(target)
	}
	return nil
}
