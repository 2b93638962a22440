// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/authority"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// authorise says whether a genuine message may speak for an owner: the error is an *AuthorityError when not. What it is
// judged by is the message itself, or the original of an amended POST (NETWORK.md 9.1). Nothing is asked where the owner
// signed.
func (c *Client) authorise(ctx context.Context, owner string, m, judged *message.Message) error {
	act, err := actOf(m, judged)
	if err != nil {
		return err
	}
	return c.allow(ctx, owner, m.ItemHash, act)
}

// actOf is what the sender of a message does, judged by that message or another.
func actOf(m, judged *message.Message) (authority.Act, error) {
	var content struct{ Type, Key any }
	if err := json.Unmarshal([]byte(cmp.Or(judged.ItemContent, judged.Claim)), &content); err != nil {
		return authority.Act{}, err
	}
	act := authority.Act{Sender: m.Sender, At: m.Time, Type: judged.Type, Chain: m.Chain, Channel: judged.Channel}
	act.PostType, _ = content.Type.(string)
	act.Key, _ = content.Key.(string)
	return act, nil
}

// allow is authorise for what the message of an item hash does.
func (c *Client) allow(ctx context.Context, owner, hash string, act authority.Act) error {
	if message.SameAddress(act.Sender, owner) {
		return nil
	}
	history, err := c.authorities.Get(ctx, owner, func(ctx context.Context) (authority.History, error) { return c.historyOf(ctx, owner) })
	if err != nil {
		return fmt.Errorf("unable to read whom %s authorised: %w", owner, err)
	}
	if !history.Allows(act) {
		return &AuthorityError{ItemHash: hash, Owner: owner, Signer: act.Sender, At: act.At}
	}
	return nil
}

// ownerOf is the owner that a genuine message names, and may speak for.
func (c *Client) ownerOf(ctx context.Context, m *message.Message) (string, error) {
	var content message.Base
	if err := json.Unmarshal([]byte(m.ItemContent), &content); err != nil {
		return "", err
	}
	judged := m
	if !message.SameAddress(m.Sender, content.Address) {
		var err error
		if judged, err = c.originalOf(ctx, m); err != nil {
			return "", err
		}
	}
	return content.Address, c.authorise(ctx, content.Address, m, judged)
}

// originalOf is the POST that a genuine message amends; the message itself when it amends none that is alive.
func (c *Client) originalOf(ctx context.Context, m *message.Message) (*message.Message, error) {
	var post message.Post
	if m.Type != message.TypePost || message.Decode(m, &post) != nil || message.ItemTypeOf(post.Amends()) == "" {
		return m, nil //nolint:nilerr // what cannot be read amends nothing
	}
	record, err := c.Fetch(ctx, post.Amends())
	if err != nil {
		return nil, fmt.Errorf("unable to read what %s amends: %w", m.ItemHash, err)
	}
	return cmp.Or(record.Message, m), nil
}

// Verify is a listed message as its sender published it, once it is proven that the sender may speak for an owner. The
// error says what is in doubt, or that the node could not be asked.
func (c *Client) Verify(ctx context.Context, owner string, m *message.Message) (*message.Message, error) {
	genuine, err := c.genuine(ctx, m)
	if err != nil {
		return nil, err
	}
	return genuine, c.authorise(ctx, owner, genuine, genuine)
}

// FetchOwned is Fetch of a message that may speak for the owner that it names; else the error is an *AuthorityError. Of a
// FORGET that cannot be said: whose it is follows from what it ended, and nothing is left of that.
func (c *Client) FetchOwned(ctx context.Context, hash string) (node.Record, error) {
	record, err := c.Fetch(ctx, hash)
	if err == nil && record.Message != nil && record.Message.Type != message.TypeForget {
		_, err = c.ownerOf(ctx, record.Message)
	}
	return record, err
}

// historyOf lists what an owner said of who may speak for the owner. Elements that are not genuine, or cannot be verified,
// prove nothing. A node cannot list aggregates by their key, so that all of the owner's are read.
func (c *Client) historyOf(ctx context.Context, owner string) (authority.History, error) {
	var history authority.History
	filter := node.Filter{Types: []message.Type{message.TypeAggregate}, Owners: []string{owner}}
	for m, err := range c.Node.Messages(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if !concernsSecurity(&m) {
			continue
		}
		element, err := c.genuine(ctx, &m)
		switch {
		case err == nil:
			history.Add(owner, element)
		case !isDoubt(err):
			return nil, err
		}
	}
	return history, nil
}

// concernsSecurity reports whether an AGGREGATE says that it is an element of the aggregate of authorisations.
func concernsSecurity(m *message.Message) bool {
	var content struct {
		Key any `json:"key"`
	}
	return json.Unmarshal([]byte(m.ItemContent+m.Claim), &content) == nil && content.Key == message.SecurityKey
}

// AuthorityError is a message that names an owner, and that somebody else signed who may not speak for that owner, as far
// as can be told.
type AuthorityError struct {
	ItemHash, Owner, Signer string
	// At is the time of the message.
	At message.Time
}

func (e *AuthorityError) Error() string {
	return fmt.Sprintf("message %s says that it is %s's, and %s signed it: nothing that the owner signed, and that can still be read, authorises that address as of %s",
		e.ItemHash, e.Owner, e.Signer, e.At.UTC().Format(time.RFC3339))
}

// Remedy says what to do.
func (e *AuthorityError) Remedy() string {
	return "Do not use it, unless you know who signed it. What somebody publishes for another owner counts only after an entry of that owner's aggregate `security`, " +
		"signed by the owner in person; one that was forgotten since proves nothing any more."
}
