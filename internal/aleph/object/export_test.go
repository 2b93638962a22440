// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

// LimitList sets how many messages of an owner are worth listing.
func (c *Client) LimitList(n int) { c.listLimit = n }
