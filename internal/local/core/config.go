// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Config says how a node behaves. The zero value is a real node in everything but its slowness. A negative duration
// means none at all.
type Config struct {
	// Latency is added before every answer.
	Latency time.Duration
	// IngestDelay is for how long a message that was just accepted is still unknown (404). 2 ms by default; a real node
	// takes 20 to 40 ms (NETWORK.md 4.5).
	IngestDelay time.Duration
	// ProcessDelay is for how long a message is pending at least. 3 ms by default; a real node takes 0.05 to 1 s.
	ProcessDelay time.Duration
	// RetryWindow is for how long a message whose dependencies are missing is tried again before it is rejected. 1 s by
	// default; a real node takes 130 to 360 s.
	RetryWindow time.Duration
	// SyncWait is for how long a synchronous call waits for an outcome. A resend of a known message has none, so that
	// it blocks for as long (NETWORK.md 4.4). 1 s by default; 30 s on a real node.
	SyncWait time.Duration

	// MaxUpload is the largest signed upload in bytes: 100 MiB by default, as on a real node.
	MaxUpload int64
	// MaxUnsignedUpload is the largest unsigned upload in bytes, and the size up to which a STORE on hold is free:
	// 25 MiB by default, as on a real node.
	MaxUnsignedUpload int64

	// Heph makes the node answer as heph does, the network's node for local development (NETWORK.md 13).
	Heph bool
	// NoIPFS takes the IPFS daemon away: no IPFS endpoints, and a rejected message cannot be sent again.
	NoIPFS bool
	// Bare makes a new node of no network: without the STOREs that tools name by default, and the aggregates that they read
	// (NETWORK.md 10.8, 10.9).
	Bare bool
	// StoresReplaces makes a node of the future that keeps what `replaces` says: an amend cannot be amended (303), and
	// the FORGET of an original takes its amends along (NETWORK.md 7.4).
	StoresReplaces bool

	// Clock is the time of day.
	Clock message.Clock
	// Accounts are funded from the start; Accounts() by default.
	Accounts []Account
	// Posters are the addresses whose POSTs set balances and distribute credits (NETWORK.md 10.7); those of the real
	// network by default.
	Posters []string
	// Record is called with every message that becomes processed, in that order. It must not call the node.
	Record func(message.Message)
}

// The limits of a real node, in bytes (NETWORK.md 6.1).
const (
	defaultMaxUpload         = 100 * mebibyte
	defaultMaxUnsignedUpload = 25 * mebibyte
	maxIPFSUpload            = 1024 * mebibyte
	maxCarUpload             = 4096 * mebibyte
)

// networkPosters are the addresses that post balances and credits on the real network (NETWORK.md 10.7).
var networkPosters = []string{
	"0xB34f25f2c935bCA437C061547eA12851d719dEFb",
	"0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10",
	"0x2E4454fAD1906c0Ce6e45cBFA05cE898Ac3AC1dC",
}

func (c Config) withDefaults() Config {
	c.Latency = orDefault(c.Latency, 0)
	c.IngestDelay = orDefault(c.IngestDelay, 2*time.Millisecond)
	c.ProcessDelay = orDefault(c.ProcessDelay, 3*time.Millisecond)
	c.RetryWindow = orDefault(c.RetryWindow, time.Second)
	c.SyncWait = orDefault(c.SyncWait, time.Second)
	if c.MaxUpload == 0 {
		c.MaxUpload = defaultMaxUpload
	}
	if c.MaxUnsignedUpload == 0 {
		c.MaxUnsignedUpload = defaultMaxUnsignedUpload
	}
	if c.Accounts == nil {
		c.Accounts = Accounts()
	}
	if c.Posters == nil {
		c.Posters = networkPosters
	}
	return c
}

func orDefault(d, fallback time.Duration) time.Duration {
	switch {
	case d == 0:
		return fallback
	case d < 0:
		return 0
	}
	return d
}
