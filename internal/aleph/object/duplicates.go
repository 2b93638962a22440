// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// duplicateAge is how long ago a duplicate may have been published: whoever lost it applies again within the hour.
const duplicateAge = time.Hour

// Duplicates are live objects that say the same as a content which is about to be published for the first time, in all but
// their time and what they replace: of the same owner and channel, published by this account, or by the owner where there is none, within the last hour.
// A publisher that was killed before it could keep the item hash leaves one behind. What this process has found for
// somebody who knows it, published, amended or forgotten is none: that is not lost. Nor is what the journal hands over to
// a create.
func (c *Client) Duplicates(ctx context.Context, life Life, content message.Content, o Options) (Versions, error) {
	m, err := c.draft(content, o)
	if err != nil {
		return nil, err
	}
	meaning, err := m.Meaning()
	if err != nil {
		return nil, err
	}
	left := c.Journal.Left(m)
	duplicates, err := shared.Wait(ctx, &c.duplicatesTimeout, shared.WarningLimit, func(ctx context.Context) (Versions, error) {
		return c.saying(ctx, content.Owner(), life, meaning, left)
	})
	return duplicates, c.duplicatesTimeout.Once(err)
}

// saying are the live versions that were published lately with a meaning, unless somebody knows them; left is known.
func (c *Client) saying(ctx context.Context, owner string, life Life, meaning string, left []string) (Versions, error) {
	published, err := c.publishedLately(ctx, owner, life)
	if err != nil {
		return nil, fmt.Errorf("unable to list what was published in the last hour: %w", err)
	}
	var duplicates Versions
	for _, m := range published[meaning] {
		if c.knows(m.ItemHash) || slices.Contains(left, m.ItemHash) {
			continue
		}
		duplicate, err := c.genuine(ctx, m)
		if err != nil {
			return nil, err
		}
		duplicates = append(duplicates, duplicate)
	}
	return duplicates, nil
}

// publishedLately are the live versions that the signer published for an owner in the last hour, by what they say, and
// at most as many as are worth listing. They are listed once, before the first create of this process.
func (c *Client) publishedLately(ctx context.Context, owner string, life Life) (map[string]Versions, error) {
	return c.lately.Get(ctx, c.listKey(owner, life), func(ctx context.Context) (map[string]Versions, error) {
		return c.listLately(ctx, owner, life)
	})
}

func (c *Client) listLately(ctx context.Context, owner string, life Life) (map[string]Versions, error) {
	all := newList(owner, life)
	if _, err := c.collectWithAmends(ctx, all, []message.Status{message.StatusProcessed}, message.TimeOf(c.Clock.Now().Add(-duplicateAge)), worthListing); err != nil {
		return nil, err
	}
	published := make(map[string]Versions)
	for _, hash := range slices.Sorted(maps.Keys(all.named)) {
		v := all.version(hash)
		if v == nil || len(all.named[hash]) > 1 || !strings.EqualFold(v.message.Sender, c.signer(owner)) {
			continue // something amends it, or somebody else published it
		}
		// What cannot be read is not what this account would publish.
		if meaning, err := v.message.Meaning(); err == nil {
			published[meaning] = append(published[meaning], v.message)
		}
	}
	return published, nil
}

// meaningOf is what a content will say once it is published.
func (c *Client) meaningOf(content message.Content, o Options) (string, error) {
	m, err := c.draft(content, o)
	if err != nil {
		return "", err
	}
	return m.Meaning()
}

// know remembers messages of which somebody else than this package knows the item hashes.
func (c *Client) know(hashes ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = make(map[string]bool)
	}
	for _, hash := range hashes {
		c.known[hash] = true
	}
}

func (c *Client) knows(hash string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[hash]
}

// named are the item hashes that a message makes known: its own, and those of what it amends or forgets.
func named(m *message.Message, content message.Content) []string {
	hashes := []string{m.ItemHash}
	switch content := content.(type) {
	case message.Amendable:
		hashes = append(hashes, content.Amends())
	case *message.Forget:
		hashes = append(hashes, content.Hashes...)
	}
	return hashes
}
