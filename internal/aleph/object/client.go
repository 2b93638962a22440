// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package object publishes and reads the objects of the network: it signs a content once, sends it until the outcome is
// known, and finds, amends and forgets the versions of an object.
package object

import (
	"cmp"
	"encoding/json"
	"sync"
	"sync/atomic"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/authority"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// Client publishes and reads through one node, for one account.
type Client struct {
	Node *node.Client
	// Account signs; nil when no key was given: then everything can be planned, and nothing published.
	Account *account.Account
	// Clock dates what is published, and tells how old something is.
	Clock message.Clock
	// Defaults are what the provider block says of objects that are created.
	Defaults Defaults
	// Journal keeps what is published for the first time until somebody has its item hash; nil when nothing is kept.
	Journal *journal.Journal
	// KeyHelp says how to give a key, to whoever publishes without one.
	KeyHelp string
	// Mounts is what this run plans of files, and of what mounts them.
	Mounts Mounts
	// Planning is what Terraform plans with this client at the moment.
	Planning shared.Activity

	told     told
	lists    lists
	statuses shared.Group[string, message.Status]
	// readBacks ask what became of what was published.
	readBacks shared.Batch[struct{}, readBack]

	mu sync.Mutex
	// known are messages that are not lost: see Duplicates.
	known map[string]bool
	// processed are messages that need not be waited for: see Await.
	processed map[string]bool
	// listLimit is worthListing, unless a test says otherwise.
	listLimit int

	lately shared.Memo[listKey, map[string]Versions]
	limits shared.Memo[struct{}, node.Limits]
	// authorities are what owners said of who may speak for them, by owner.
	authorities shared.Memo[string, authority.History]
	sent        atomic.Int64
	// securities are the authorisations that owners' aggregates have, as plans ask for them, and denied what was told of them.
	securities shared.Memo[string, json.RawMessage]
	denied     sync.Map
	// securityTimeout is how plans wait for them.
	securityTimeout shared.Timeout
	// duplicatesTimeout is how plans wait for their duplicates.
	duplicatesTimeout shared.Timeout
}

// Defaults apply to an object at its creation only; from then on it keeps what it has.
type Defaults struct {
	// Owner is the address that objects are created for; the account's own unless it acts for another.
	Owner   string
	Channel string
	// PaymentType is one of the message package's payment types.
	PaymentType string
	// Domain is where programs are reached, such as aleph.sh: what message.ParseDomain reads.
	Domain string
}

// Sent is how many messages this client has sent.
func (c *Client) Sent() int64 { return c.sent.Load() }

// OwnerOr is the address, or the one that objects are created for when it is empty. The error is a *NoOwnerError when
// there is none either.
func (c *Client) OwnerOr(address string) (string, error) {
	if owner := cmp.Or(address, c.Defaults.Owner); owner != "" {
		return owner, nil
	}
	return "", &NoOwnerError{}
}

// NoOwnerError is what reading fails with when nobody says whose objects are meant.
type NoOwnerError struct{}

func (*NoOwnerError) Error() string { return "no address was given" }

// Remedy says what to do.
func (*NoOwnerError) Remedy() string {
	return "Give `address` here; or give the provider an `address`, or a key, whose address is then meant."
}

// NoAccountError is what publishing without a key fails with.
type NoAccountError struct {
	// Help says how to give a key.
	Help string
}

func (e *NoAccountError) Error() string { return "no key was given to sign with" }

// Remedy says what to do.
func (e *NoAccountError) Remedy() string { return e.Help }

// signer is the address that signs for an owner: that of the key, or, where a plan has none, the owner's own.
func (c *Client) signer(owner string) string {
	if c.Account == nil {
		return owner
	}
	return c.Account.Address()
}

// RequireAccount is nil when there is a key to sign with.
func (c *Client) RequireAccount() error {
	if c.Account == nil {
		return &NoAccountError{Help: c.KeyHelp}
	}
	return nil
}
