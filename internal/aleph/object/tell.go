// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// told gathers what many objects of a plan have to tell alike. Of each kind, the first one waits for all others, and tells of
// theirs as well.
type told struct {
	consequences shared.Gathering[string, string]
	mounts       shared.Gathering[struct{}, Mount]
	duplicates   shared.Gathering[string, *message.Message]
}

// Tell gathers what a plan leads to that it does not show: a kind of consequence, and what it happens to. It returns what
// the caller is to tell of.
func (c *Client) Tell(ctx context.Context, kind string, happens ...string) []string {
	return c.told.consequences.Add(ctx, &c.Planning, kind, happens...)
}

// TellMounts gathers what Mounts found, and returns what the caller is to tell of.
func (c *Client) TellMounts(ctx context.Context, found []Mount) []Mount {
	return c.told.mounts.Add(ctx, &c.Planning, struct{}{}, found...)
}

// TellDuplicates gathers what Duplicates found for all creates of a plan, and returns what the caller is to tell of.
func (c *Client) TellDuplicates(ctx context.Context, life Life, found Versions) Versions {
	return c.told.duplicates.Add(ctx, &c.Planning, string(life.Type)+life.PostType, found...)
}
