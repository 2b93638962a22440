// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Options say how a content is published.
type Options struct {
	// Owner is the content's address; the defaults' owner when empty.
	Owner   string
	Channel string
	// Needs are messages that the content names, and that must be processed before it is sent.
	Needs []string
	// After is the time of the version that is amended: the new one is strictly later.
	After message.Time
	// File is the file of a STORE; nil when the network has it already.
	File *node.File
	// Sending is called with the signed message before the first byte of it is sent: from then on the node may have it.
	Sending func(*message.Message)
	// Resumed is called before that when the message is one that an earlier run has signed; nil when nobody wants to know.
	Resumed func(*message.Message)
}

// PendingError is an outcome that is not known yet: the node has the message, or may have it, and it may still be
// processed. Whoever gets it must keep the item hash.
type PendingError struct {
	Message *message.Message
	Err     error
}

func (e *PendingError) Error() string {
	return fmt.Sprintf("%s %s was sent, and its outcome is not known yet: %v", e.Message.Type, e.Message.ItemHash, e.Err)
}

func (e *PendingError) Unwrap() error { return e.Err }

// Publish stamps, signs and sends a content, and waits until the network has processed it (NETWORK.md 4.5). It returns
// the message as it was sent. The error is a *message.RejectedError after a definite refusal, a *PendingError when the
// outcome is unknown, and anything else when nothing was sent.
func (c *Client) Publish(ctx context.Context, content message.Content, o Options) (*message.Message, error) {
	if err := c.RequireAccount(); err != nil {
		return nil, err
	}
	if err := c.Await(ctx, o.Needs...); err != nil {
		return nil, err
	}
	m, err := c.sign(content, o)
	if err != nil {
		return nil, err
	}
	m, known, err := c.resume(ctx, m, content, o)
	if err != nil {
		return nil, err
	}
	if !known.arrived() {
		if o.File, err = c.upload(ctx, m, o.File); err != nil {
			return nil, err
		}
	}
	if isFirst(content) {
		if err := c.Journal.Write(m); err != nil {
			return nil, err
		}
	}
	touched := named(m, content)
	c.know(touched...)
	c.lists.sending(touched...)
	if forget, ok := content.(*message.Forget); ok {
		c.setProcessed(false, forget.Hashes...)
	}
	if o.Sending != nil {
		o.Sending(m)
	}
	c.sent.Add(1)
	if known.arrived() {
		err = c.conclude(ctx, m, known.record, nil)
	} else {
		err = c.send(ctx, m, o.File)
	}
	err = c.sayWhatIsMissing(ctx, m, content, err)
	c.note(m, content, err)
	c.setProcessed(err == nil, m.ItemHash)
	if isDead(err) || node.NotSent(err) && known == nil {
		c.Journal.Drop(m.ItemHash)
	}
	return m, err
}

// note keeps in mind what became of a message that was published.
func (c *Client) note(m *message.Message, content message.Content, err error) {
	_, refused := AsRejected(err)
	forget, forgets := content.(*message.Forget)
	switch {
	case refused && !forgets, node.NotSent(err):
	case err != nil: // a refused FORGET may have forgotten a part (NETWORK.md 13.3)
		c.lists.changed(change{unknown: true})
	case forgets:
		c.lists.changed(change{forgotten: forget.Hashes})
	default:
		c.lists.changed(change{published: m})
	}
}

// Estimate is what a content would cost its owner, the defaults' owner when empty, as the node reckons it, if it were
// published alone. Nothing is signed for it.
func (c *Client) Estimate(ctx context.Context, content message.Content, owner string) (node.Price, error) {
	content.Stamp(cmp.Or(owner, c.Defaults.Owner), message.TimeOf(c.Clock.Now()))
	m, err := message.New("", "", content)
	if err != nil {
		return node.Price{}, err
	}
	return c.Node.Estimate(ctx, m)
}

// draft makes the message of a content, which is not signed yet.
func (c *Client) draft(content message.Content, o Options) (*message.Message, error) {
	owner := cmp.Or(o.Owner, c.Defaults.Owner)
	content.Stamp(owner, message.TimeOf(c.Clock.Now()).After(o.After))
	return message.New(c.signer(owner), o.Channel, content)
}

// sign makes the message, and checks it as strictly as compute nodes do before anything is sent.
func (c *Client) sign(content message.Content, o Options) (*message.Message, error) {
	m, err := c.draft(content, o)
	if err != nil {
		return nil, err
	}
	if err := c.checkKept(m); err != nil {
		return nil, fmt.Errorf("the %s was not sent: %w", m.Type, err)
	}
	if err := c.Account.Sign(m); err != nil {
		return nil, err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if err := model.CheckEnvelope(text); err != nil {
		return nil, fmt.Errorf("the %s is not valid, so it was not sent: %w", m.Type, err)
	}
	if err := model.CheckSendable(string(m.Type), m.Channel, m.ItemContent); err != nil {
		return nil, fmt.Errorf("the %s was not sent: %w", m.Type, err)
	}
	return m, nil
}

// checkKept refuses a message that holds the key that it would be signed with: all of a message is public.
func (c *Client) checkKept(m *message.Message) error {
	detector := c.Account.Detector()
	if _, err := io.WriteString(detector, m.ItemContent+"\n"+m.Channel); err != nil {
		return err
	}
	return detector.Close()
}

// send delivers the message, with its file when the two have to travel together, and waits for the outcome.
func (c *Client) send(ctx context.Context, m *message.Message, file *node.File) error {
	var record node.Record
	var err error
	if file != nil {
		record, err = c.Node.UploadSigned(ctx, *file, m)
	} else {
		record, err = c.Node.Publish(ctx, m)
	}
	return c.conclude(ctx, m, record, err)
}

// conclude waits for the outcome of a message of which the node has said so much.
func (c *Client) conclude(ctx context.Context, m *message.Message, record node.Record, err error) error {
	if err == nil && record.Status == message.StatusPending {
		record, err = c.Node.Wait(ctx, m.ItemHash)
	}
	switch {
	case node.NotSent(err):
		return err
	case err != nil && ctx.Err() == nil:
		return &PendingError{Message: m, Err: err}
	case err != nil:
		return c.settle(ctx, m, err)
	case record.Status == message.StatusProcessed && record.Message == nil: // it is the answer to the message
		return c.readBack(ctx, m)
	}
	record, err = c.genuineRecord(ctx, record, m.ItemHash)
	return outcomeOf(m, record, err, nil)
}

// settle reads back what became of a message that was sent. When Terraform was interrupted, this is the last look at it;
// cause is then why there was no outcome.
func (c *Client) settle(ctx context.Context, m *message.Message, cause error) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	record, err := c.Fetch(ctx, m.ItemHash)
	return outcomeOf(m, record, err, cause)
}

// outcomeOf is what became of a message, by what the node says of it, or by why it could not be asked.
func outcomeOf(m *message.Message, record node.Record, err, cause error) error {
	switch {
	case err != nil:
		return &PendingError{Message: m, Err: cmp.Or(cause, err)}
	case record.Status == message.StatusPending:
		return &PendingError{Message: m, Err: cmp.Or(cause, errors.New("the node says that it is still pending"))}
	case record.Status == message.StatusRejected:
		return record.Rejection
	case !record.Status.Alive():
		return &GoneError{ItemHash: m.ItemHash, Status: record.Status}
	}
	return nil
}

// lastLook is how long an interrupted operation may still take to find out what became of what it sent.
const lastLook = 5 * time.Second

// lasting is ctx, or a short context of its own once that has ended: what was sent is not lost sight of because
// the operation was interrupted.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), lastLook)
}
