// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// BlockedError is a refusal to forget a file, because a program or an instance uses it (503).
type BlockedError struct {
	Rejection *message.RejectedError
	// User is the item hash of the program or instance that the node names, Status what the node says of it, and Owner its
	// owner; empty when that is not certain. Of one that was removed, nothing proves the owner: OnlySaid is set then.
	User, Owner string
	OnlySaid    bool
	Status      message.Status

	// foreign is whether the owner is known, and another one than the file's, and older whether only older versions of the
	// file were to be forgotten.
	foreign, older bool
}

func (e *BlockedError) Error() string {
	text := e.Rejection.Error() + ". It is used by " + e.User
	if e.Owner != "" {
		text += ", which belongs to " + e.Owner
	}
	if e.OnlySaid {
		text += " (as the node says)"
	}
	if e.Status == message.StatusRemoved {
		text += ", and was removed for lack of funds: such a program can no longer be forgotten, and blocks its files for good"
	}
	return text
}

// leaveAlive is how Terraform lets go of what cannot be forgotten.
const leaveAlive = "take it out of the state, and so leave it alive and billed, with `removed { lifecycle { destroy = false } }` (and `from = ADDRESS`), or with `terraform state rm ADDRESS`"

// Remedy says what to do.
func (e *BlockedError) Remedy() string {
	switch {
	case e.older:
		return "Let what uses the older version name the newer one, or none, and apply again."
	case e.Status == message.StatusRemoved:
		return "Nothing frees the file any more. To go on without it, " + leaveAlive + "."
	case e.foreign:
		return "The network forgets the file once its user is forgotten, which only that owner can do. Until then, " + leaveAlive + "."
	}
	return "A program of the same configuration has to be changed first. If this is replaced, give it `lifecycle { create_before_destroy = true }`, and apply again. " +
		"If it is destroyed in the same apply as its mount, that comes too late, since Terraform takes it from the state: put it back with `create_before_destroy = true`, apply, and take it out again; " +
		"or take out the mount first, apply, and then the rest. If the program is in no configuration, forget it, or " + leaveAlive + "."
}

// Unwrap is the refusal itself.
func (e *BlockedError) Unwrap() error { return e.Rejection }

var usedOn = regexp.MustCompile(`used on vm ([0-9a-f]{64})`)

// explained finds out who uses a file that cannot be forgotten; any other error is returned as it is.
func (c *Client) explained(ctx context.Context, t Tracked, hashes []string, err error) error {
	rejected, ok := AsRejected(err, message.CodeForgetNotAllowed)
	if !ok {
		return err
	}
	for _, detail := range rejected.Texts() {
		match := usedOn.FindStringSubmatch(detail)
		if match == nil {
			continue
		}
		blocked := &BlockedError{Rejection: rejected, User: match[1], older: !slices.Contains(hashes, t.ItemHash)}
		record, fetchErr := c.Fetch(ctx, blocked.User)
		blocked.Status = record.Status
		switch {
		case fetchErr != nil:
		case record.Message == nil:
			blocked.Owner, blocked.OnlySaid = record.Owner, record.Owner != ""
		default:
			if owner, unproven := c.ownerOf(ctx, record.Message); unproven == nil {
				blocked.Owner = owner
			}
		}
		blocked.foreign = blocked.Owner != "" && !strings.EqualFold(blocked.Owner, t.Owner)
		return blocked
	}
	return err
}
