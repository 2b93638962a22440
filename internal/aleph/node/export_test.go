// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"net/http"
	"time"
)

// Hurry makes the waits between two attempts so short that a test with real connections need not wait for them.
func (c *Client) Hurry() {
	c.pace.backoff, c.pace.maxBackoff = time.Millisecond, 2*time.Millisecond
	c.pace.looks = []time.Duration{0, time.Millisecond, time.Millisecond}
	c.pace.poll, c.pace.maxPoll = time.Millisecond, 2*time.Millisecond
	c.pace.unseen = time.Second
}

// Through changes how the client reaches the node, for tests with a clock and a network of their own.
func (c *Client) Through(transport func(*http.Transport)) {
	transport(c.http.Transport.(*http.Transport))
}
