// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/cid"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Fetch reads a message with its status, and verifies it: what a node returns is not believed (NETWORK.md 1.1, 2.2).
// Message is nil in the record of a forgotten or removed message. It is not asked whether
// the sender may speak for the owner: see FetchOwned.
func (c *Client) Fetch(ctx context.Context, hash string) (node.Record, error) {
	record, err := c.Node.Message(ctx, hash)
	if err != nil {
		return record, err
	}
	return c.genuineRecord(ctx, record, hash)
}

// genuineRecord is a record whose message is what its sender published.
func (c *Client) genuineRecord(ctx context.Context, record node.Record, hash string) (node.Record, error) {
	switch {
	case record.Message == nil && record.Status.Alive():
		return record, &UntrueError{Err: fmt.Errorf("message %s is %s, and was not in the reply", hash, record.Status)}
	case record.Message == nil:
		return record, nil
	case record.Message.ItemHash != hash:
		return record, &UntrueError{Err: fmt.Errorf("asked for message %s, the node returned %s", hash, record.Message.ItemHash)}
	}
	var err error
	record.Message, err = c.genuine(ctx, record.Message)
	return record, err
}

// genuine is a message as its sender published it: its content is the one that the item hash names, wherever that is
// kept, and its time the content's, since nobody signs that of the envelope. The error is an *UntrueError when the message
// is not what its sender published, and a *message.UnverifiableError when that cannot be told.
func (c *Client) genuine(ctx context.Context, m *message.Message) (*message.Message, error) {
	whole := *m
	err := untrue(m.Verify())
	if m.ItemType != message.ItemTypeInline {
		if err = untrue(m.VerifySignature()); err == nil {
			whole.ItemContent, err = c.contentOf(ctx, m)
		}
	}
	if err != nil {
		return nil, err
	}
	var content message.Base
	if err := json.Unmarshal([]byte(whole.ItemContent), &content); err != nil || content.Address == "" || content.Time == 0 {
		return nil, &message.UnverifiableError{ItemHash: m.ItemHash, Reason: "its content does not say whose it is, or when it was published"}
	}
	whole.Time = content.Time
	return &whole, nil
}

// untrue is the error of a check that failed, unless it could not be made.
func untrue(err error) error {
	if unverifiable := (*message.UnverifiableError)(nil); err == nil || errors.As(err, &unverifiable) {
		return err
	}
	return &UntrueError{Err: err}
}

// maxContent is the most that is read of a content that is kept as a file, in bytes: twenty times what an envelope holds.
const maxContent = 4 << 20

// contentOf reads the content of a message that is kept as a file, and checks that it is the one that the item hash names.
// A node that answers that it has none leaves the message unverifiable; any other failure is one of the request.
func (c *Client) contentOf(ctx context.Context, m *message.Message) (string, error) {
	text, err := c.download(ctx, m.ItemHash)
	var status *node.StatusError
	reason := ""
	switch {
	case errors.As(err, &status) && status.Status < http.StatusInternalServerError:
		reason = "its content could not be read: " + err.Error()
	case err != nil:
		return "", fmt.Errorf("unable to read the content of message %s: %w", m.ItemHash, err)
	case len(text) > maxContent:
		reason = fmt.Sprintf("its content has more than %d bytes", maxContent)
	case m.ItemType == message.ItemTypeIPFS && !strings.HasPrefix(m.ItemHash, cidV0):
		reason = "its content is named by a CID of version 1, which cannot be computed here"
	}
	if reason != "" {
		return "", &message.UnverifiableError{ItemHash: m.ItemHash, Reason: reason}
	}
	hash := message.Hash(text)
	if m.ItemType == message.ItemTypeIPFS {
		var file cid.Hash
		_, _ = file.Write(text) // never fails
		hash = file.V0()
	}
	if hash != m.ItemHash {
		return "", &UntrueError{Err: fmt.Errorf("message %s: its content hashes to %s", m.ItemHash, hash)}
	}
	return string(text), nil
}

// cidV0 begins a CID of version 0.
const cidV0 = "Qm"

// download reads a file of the node's, up to a byte more than a content may have.
func (c *Client) download(ctx context.Context, hash string) ([]byte, error) {
	body, err := c.Node.Download(ctx, hash)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(body, maxContent+1))
	return text, errors.Join(err, body.Close())
}

// UntrueError is a reply that does not hold what its sender published: it is not believed.
type UntrueError struct{ Err error }

func (e *UntrueError) Error() string {
	return "the node's reply is not genuine: " + e.Err.Error()
}

func (e *UntrueError) Unwrap() error { return e.Err }

// Remedy says what to do.
func (e *UntrueError) Remedy() string {
	return "Apply again. If it happens again, name another node with `api_url`: this one, or something on the way to it, changes what was published."
}
