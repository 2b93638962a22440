// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Publish sends a signed message and returns the first outcome: processed, rejected (with Record.Rejection; also when
// the node refused the form of the message and stored nothing), or pending, when there is none yet: Wait for it. The
// record of a processed message is without the message. An error means that there is no outcome: see NotSent.
func (c *Client) Publish(ctx context.Context, m *message.Message) (Record, error) {
	body, err := json.Marshal(submission{Message: m, Sync: true})
	if err != nil {
		return Record{}, &notSentError{fmt.Errorf("encoding message %s: %w", m.ItemHash, err)}
	}
	r := postJSON("/api/v0/messages", body)
	return c.deliver(ctx, m, func(attempt int) (Record, error) {
		var got outcome
		if err := c.try(ctx, r, attempt, &got); err != nil {
			return c.readRefusal(ctx, m, err)
		}
		return c.readOutcome(ctx, m, r, got)
	})
}

// submission is what a message is sent in, by itself or with its file. Sync makes the node wait for the first outcome.
type submission struct {
	Message *message.Message `json:"message"`
	Sync    bool             `json:"sync"`
}

// deliver sends a message until the node says what came of it. Whenever that is unknown (a time-out, a lost answer, an
// error of the server) it looks for the message first, and sends the same bytes again only if the node does not have
// it: a node answers nothing for 30 s when it is sent what it knows (NETWORK.md 4.4). A node that sends 429, or that
// was never reached, has taken nothing.
func (c *Client) deliver(ctx context.Context, m *message.Message, send func(attempt int) (Record, error)) (Record, error) {
	uncertain := false
	for attempt := 0; ; attempt++ {
		record, err := send(attempt)
		if err == nil {
			return record, nil
		}
		if mayHaveArrived(err) {
			uncertain = true
			record, lookErr := c.look(ctx, m.ItemHash)
			if lookErr == nil {
				return record, nil
			}
			if !errors.Is(lookErr, ErrNotFound) {
				return Record{}, fmt.Errorf("%w; and the node could not be asked whether it has the message: %w", err, lookErr)
			}
		}
		if mayPass(ctx, err) && attempt < c.maxRetries {
			waitErr := c.backOff(ctx, attempt, err)
			if waitErr == nil {
				continue
			}
			err = waitErr
		}
		if uncertain {
			return Record{}, err
		}
		return Record{}, &notSentError{err}
	}
}

// mayHaveArrived reports whether the node may have taken a message although sending it failed.
func mayHaveArrived(err error) bool {
	var failed *failedError
	var status *StatusError
	var local *localError
	switch {
	case errors.As(err, &local):
		return false // the request was not completed
	case errors.As(err, &failed):
		return failed.sent
	case errors.As(err, &status):
		return status.failed() || status.Status < 300 || status.Status >= 600 // the latter two say nothing of what was sent
	}
	return true
}

// outcome is the answer to a message that was posted. Only heph gives the error (NETWORK.md 4.2, 13.1).
type outcome struct {
	Status message.Status `json:"message_status"`
	Error  *struct {
		Code    message.ErrorCode `json:"code"`
		Message string            `json:"message"`
	} `json:"error"`
}

// readOutcome reads the answer to a message that the node took.
func (c *Client) readOutcome(ctx context.Context, m *message.Message, r request, got outcome) (Record, error) {
	switch got.Status {
	case message.StatusProcessed, message.StatusPending:
		return Record{ItemHash: m.ItemHash, Status: got.Status}, nil
	case message.StatusRejected:
		return c.readRejection(ctx, m)
	}
	return Record{}, noStatus(r, got.Status)
}

// readRefusal reads an answer that is not a success. Both 422 and 400 are outcomes, and any other is a failure of the
// request: 422 is for a rejected message, with the code on heph and without it on other nodes, and both are for a
// message whose form is wrong, of which nothing is stored.
func (c *Client) readRefusal(ctx context.Context, m *message.Message, err error) (Record, error) {
	var status *StatusError
	if !errors.As(err, &status) || (status.Status != http.StatusUnprocessableEntity && status.Status != http.StatusBadRequest) {
		return Record{}, err
	}
	var got outcome
	switch {
	case json.Unmarshal(status.text, &got) != nil || got.Status != message.StatusRejected:
		return refused(m, message.CodeInvalidFormat, "the node stored nothing, and answered: "+status.Body), nil //nolint:nilerr // the answer is the outcome
	case got.Error != nil:
		return refused(m, got.Error.Code, got.Error.Message), nil
	}
	return c.readRejection(ctx, m)
}

// readRejection asks for the reason of a rejection that was answered without one.
func (c *Client) readRejection(ctx context.Context, m *message.Message) (Record, error) {
	record, err := c.look(ctx, m.ItemHash)
	if errors.Is(err, ErrNotFound) {
		return refused(m, message.CodeInternal, "the node rejected it, and kept no record of why"), nil
	}
	return record, err
}

// refused is the record of a message that the node did not take.
func refused(m *message.Message, code message.ErrorCode, detail string) Record {
	rejection := &message.RejectedError{ItemHash: m.ItemHash, Type: m.Type, Code: code}
	if text, err := json.Marshal(detail); err == nil && detail != "" {
		rejection.Details = []json.RawMessage{text}
	}
	return Record{ItemHash: m.ItemHash, Status: message.StatusRejected, Rejection: rejection}
}
