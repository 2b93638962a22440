// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/authority"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// DeniedError is a message that somebody signs who may not act for its owner, as the owner's aggregate `security` says now.
type DeniedError struct {
	Owner, Signer string
	// Lacks are the parts of the authorisation that are missing.
	Lacks []authority.Lack
	// Rejection is the network's refusal; nil of what is planned.
	Rejection *message.RejectedError
}

func (e *DeniedError) Error() string {
	text := fmt.Sprintf("%s signs for %s, whose aggregate `security` %s", e.Signer, e.Owner, e.missing())
	if e.Rejection != nil {
		return e.Rejection.Error() + ". " + text
	}
	return text
}

// Unwrap is the refusal itself; nil of what is planned.
func (e *DeniedError) Unwrap() error {
	if e.Rejection == nil {
		return nil // not a nil pointer in an error
	}
	return e.Rejection
}

func (e *DeniedError) missing() string {
	if e.Lacks[0].Field == "address" {
		return "has no entry for that address"
	}
	texts := make([]string, len(e.Lacks))
	for i, lack := range e.Lacks {
		texts[i] = fmt.Sprintf("`%s` does not allow %q", lack.Field, message.OneLine(lack.Value, maxShown))
	}
	return "has an entry for that address of which " + strings.Join(texts, ", and ")
}

// maxShown is the most of a channel, type or key that an error shows, in bytes.
const maxShown = 100

// Remedy says what to do.
func (e *DeniedError) Remedy() string {
	return "Let the owner add what is missing to the aggregate `security`, or give the provider a key of the owner's. " +
		"What exists keeps its owner, which is in the state; what is new belongs to the key itself where `address` is left out."
}

// ForAnother reports whether the key signs for somebody else when it signs for an owner. Without a key nobody can tell.
func (c *Client) ForAnother(owner string) bool {
	return owner != "" && !message.SameAddress(c.signer(owner), owner)
}

// Permitted is for plans: the error is a *DeniedError when the network would not let the key publish a content for its owner,
// or forget what has such a content: a FORGET is judged by what it forgets (NETWORK.md 9.1). It is told once for all that
// lack the same. What the node does not tell within a moment is left to the network.
func (c *Client) Permitted(ctx context.Context, content message.Content, o Options) error {
	m, err := c.draft(content, o)
	if err != nil {
		return err
	}
	act, err := actOf(m, m)
	if err != nil {
		return err
	}
	owner := content.Owner()
	authorizations, err := shared.Wait(ctx, &c.securityTimeout, shared.WarningLimit, func(ctx context.Context) (json.RawMessage, error) {
		return c.securities.Get(ctx, owner, func(ctx context.Context) (json.RawMessage, error) { return c.securityOf(ctx, owner) })
	})
	if err != nil {
		return nil //nolint:nilerr // it is no more than a warning, and the network decides
	}
	denied := &DeniedError{Owner: owner, Signer: act.Sender, Lacks: authority.Lacks(authorizations, act)}
	if len(denied.Lacks) == 0 {
		return nil
	}
	if _, told := c.denied.LoadOrStore(denied.Error(), true); told {
		return nil
	}
	return denied
}

// securityOf are the authorisations that the aggregate of an owner has now; none when there is no such aggregate.
func (c *Client) securityOf(ctx context.Context, owner string) (json.RawMessage, error) {
	var security struct {
		Authorizations json.RawMessage `json:"authorizations"`
	}
	err := c.Node.Aggregate(ctx, owner, message.SecurityKey, &security)
	if errors.Is(err, node.ErrNotFound) {
		err = nil
	}
	return security.Authorizations, err
}

// sayWhatIsMissing adds to a refusal by permission what the owner's aggregate lacks. When that cannot be told, or nothing is
// missing any more, the refusal is returned as it is.
func (c *Client) sayWhatIsMissing(ctx context.Context, m *message.Message, content message.Content, err error) error {
	rejected, ok := AsRejected(err, message.CodePermissionDenied)
	if !ok {
		return err
	}
	judged, owner, readErr := c.judgedBy(ctx, m, content)
	if readErr != nil || message.SameAddress(m.Sender, owner) {
		return err
	}
	act, actErr := actOf(m, judged)
	authorizations, readErr := c.securityOf(ctx, owner)
	if actErr != nil || readErr != nil {
		return err
	}
	if lacks := authority.Lacks(authorizations, act); len(lacks) > 0 {
		return &DeniedError{Owner: owner, Signer: m.Sender, Lacks: lacks, Rejection: rejected}
	}
	return err
}

// judgedBy is the message by which the network judges whether another may be published, and its owner: of a FORGET the
// first that it names, of an amend of a POST the original.
func (c *Client) judgedBy(ctx context.Context, m *message.Message, content message.Content) (judged *message.Message, owner string, err error) {
	forget, ok := content.(*message.Forget)
	if !ok {
		judged, err = c.originalOf(ctx, m)
		return judged, content.Owner(), err
	}
	record, err := c.Fetch(ctx, forget.Hashes[0])
	if err == nil && record.Message == nil {
		err = node.ErrNotFound
	}
	if err != nil {
		return nil, "", err
	}
	var base message.Base
	err = json.Unmarshal([]byte(record.Message.ItemContent), &base)
	return record.Message, base.Address, err
}
