// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Record is what the node says of a message.
type Record struct {
	ItemHash string
	Status   message.Status
	// ReceivedAt is when the node first had the message.
	ReceivedAt message.Time
	// Confirmations are the transactions of chains that anchor a message which is alive; often none.
	Confirmations []message.Confirmation
	// Message is set while the message is pending, processed or removing, if the node gave it. It is not verified.
	Message *message.Message
	// Owner is whose a forgotten or removed message was, as the node says: nothing is left that would prove it.
	Owner string
	// Rejection is set when, and only when, the message is rejected.
	Rejection *message.RejectedError
	// ForgottenBy are the item hashes of the FORGETs, when the message is forgotten.
	ForgottenBy []string
	// Reason says why a message is being removed, or was: credit_insufficient or balance_insufficient.
	Reason string
}

// Message reads a message, in whatever status it is. The error is ErrNotFound when the node does not know it.
func (c *Client) Message(ctx context.Context, hash string) (Record, error) {
	var answer struct {
		Status      message.Status         `json:"status"`
		ItemHash    string                 `json:"item_hash"`
		Message     json.RawMessage        `json:"message"`
		Messages    short[json.RawMessage] `json:"messages"`
		ErrorCode   message.ErrorCode      `json:"error_code"`
		Details     json.RawMessage        `json:"details"`
		ForgottenBy short[string]          `json:"forgotten_by"`
		Reason      string                 `json:"reason"`
		ReceivedAt  message.Time           `json:"reception_time"`
	}
	path := "/api/v0/messages/" + url.PathEscape(hash)
	if err := c.callJSON(ctx, get(path, nil).upTo(maxMessage), &answer); err != nil {
		return removedIfGone(err, hash)
	}
	if answer.ItemHash != hash {
		return Record{}, strange(get(path, nil), "the node answered for another message, %q", answer.ItemHash)
	}
	record := Record{
		ItemHash: hash, Status: answer.Status, ForgottenBy: answer.ForgottenBy, ReceivedAt: answer.ReceivedAt,
		Reason: message.OneLine(answer.Reason, maxExcerpt),
	}

	envelope := answer.Message
	switch answer.Status {
	case message.StatusForgotten, message.StatusRemoved:
		var left struct {
			Owner string `json:"owner"`
		}
		if len(envelope) > 0 {
			if err := json.Unmarshal(envelope, &left); err != nil {
				return Record{}, strange(get(path, nil), "what is left of the message is of another form than a node's")
			}
		}
		record.Owner = message.OneLine(left.Owner, maxExcerpt)
		return record, nil
	case message.StatusRejected:
		record.Rejection = rejection(hash, answer.ErrorCode, envelope, answer.Details)
		return record, nil
	case message.StatusPending:
		if len(answer.Messages) > 0 {
			envelope = answer.Messages[0]
		}
	case message.StatusProcessed, message.StatusRemoving:
	default:
		return Record{}, noStatus(get(path, nil), answer.Status)
	}
	if len(envelope) > 0 {
		if err := record.read(envelope); err != nil {
			return Record{}, strange(get(path, nil), "the message is of another form than a node's")
		}
	}
	return record, nil
}

// noStatus is the error for a message of which the node says something else than its status.
func noStatus(r request, status message.Status) error {
	return strange(r, "the node says that the message is %q, which is no status", status)
}

// read takes a message, and what the node says of it beside what its sender did.
func (r *Record) read(envelope []byte) error {
	var anchored struct {
		Confirmations short[message.Confirmation] `json:"confirmations"`
	}
	if err := json.Unmarshal(envelope, &anchored); err != nil {
		return err
	}
	r.Confirmations = anchored.Confirmations
	return json.Unmarshal(envelope, &r.Message)
}

// removedIfGone reads the answer 410, which a node gives of a removed message of which it kept nothing
// (NETWORK.md 5.1).
func removedIfGone(err error, hash string) (Record, error) {
	var status *StatusError
	if errors.As(err, &status) && status.Status == http.StatusGone {
		return Record{ItemHash: hash, Status: message.StatusRemoved}, nil
	}
	return Record{}, err
}

// rejection reads why a message was rejected. The envelope is as the node received it, and may be of any form.
func rejection(hash string, code message.ErrorCode, envelope, details json.RawMessage) *message.RejectedError {
	e := &message.RejectedError{ItemHash: hash, Code: code}
	var typed struct {
		Type message.Type `json:"type"`
	}
	if json.Unmarshal(envelope, &typed) == nil {
		e.Type = typed.Type
	}
	var listed struct {
		Errors short[json.RawMessage] `json:"errors"`
	}
	switch {
	case len(details) == 0 || string(details) == "null":
	case json.Unmarshal(details, &listed) == nil && listed.Errors != nil:
		e.Details = listed.Errors
	default:
		e.Details = []json.RawMessage{details}
	}
	return e
}

// Status reads the status of a message, and nothing else of it. The error is ErrNotFound when the node does not know it.
func (c *Client) Status(ctx context.Context, hash string) (message.Status, error) {
	var answer struct {
		Status message.Status `json:"status"`
	}
	path := "/api/v0/messages/" + url.PathEscape(hash) + "/status"
	if err := c.getJSON(ctx, path, nil, &answer); err != nil {
		record, err := removedIfGone(err, hash)
		return record.Status, err
	}
	if !answer.Status.Known() {
		return "", noStatus(get(path, nil), answer.Status)
	}
	return answer.Status, nil
}

// Wait asks for a message that was sent until it is no longer pending, and reads it then. Nodes try again for minutes
// what depends on something that they do not have, and say nothing meanwhile (NETWORK.md 4.6): the context says for how
// long to wait, and its error is in the one returned when it ends first. A message that is unknown for a minute was
// dropped: the error is ErrNotFound.
func (c *Client) Wait(ctx context.Context, hash string) (Record, error) {
	sent := time.Now()
	pause := c.pace.poll
	for {
		status, err := c.Status(ctx, hash)
		switch {
		case err == nil && status != message.StatusPending:
			return c.Message(ctx, hash)
		case errors.Is(err, ErrNotFound) && time.Since(sent) < c.pace.unseen: // it is not in the node's tables yet
		case errors.Is(err, ErrNotFound):
			return Record{}, fmt.Errorf("the node took message %s, and knows nothing of it after %s: %w", hash, c.pace.unseen, err)
		case err != nil:
			return Record{}, fmt.Errorf("waiting for message %s: %w", hash, err)
		}
		if err := sleep(ctx, pause/2+rand.N(pause/2+1)); err != nil {
			return Record{}, fmt.Errorf("message %s is still pending: %w", hash, err)
		}
		pause = min(pause*3/2, c.pace.maxPoll)
	}
}

// look searches for a message that may have been sent a moment ago: a node that has taken it does not know it at once.
func (c *Client) look(ctx context.Context, hash string) (Record, error) {
	var record Record
	err := ErrNotFound
	for _, pause := range c.pace.looks {
		if err := sleep(ctx, pause); err != nil {
			return Record{}, err
		}
		if record, err = c.Message(ctx, hash); !errors.Is(err, ErrNotFound) {
			return record, err
		}
	}
	return record, err
}
