// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Amendment is what an amend led to.
type Amendment struct {
	// Live is the version that took over.
	Live *message.Message
	// Left are the older versions that are still alive, and ForgetErr is why, when they should not be. Those of a life that
	// keeps them are not among them.
	Left      []string
	ForgetErr error
	// Republished is true when the network forgot the amend together with what it amended, so that it was published
	// once more.
	Republished bool
}

// Amend publishes a content as the version that takes over from the live one, and writes into it what it amends. Older
// versions are forgotten then, unless keep says otherwise, or their life keeps them. The newest version is looked up right
// before: an amend of an older one could fork the object. The error is a *GoneError when no version is alive, a *GapError,
// or one of Publish's.
func (c *Client) Amend(ctx context.Context, content message.Content, t Tracked, keep bool, o Options) (*Amendment, error) {
	if err := c.RequireAccount(); err != nil {
		return nil, err
	}
	next, ok := content.(message.Amendable)
	if !ok {
		return nil, fmt.Errorf("a %s cannot be amended", content.MessageType())
	}
	versions, err := c.versionsToAmend(ctx, t, next, o)
	if err != nil {
		return nil, err
	}
	first := ""
	if t.Life.KeepsFirst {
		first = cmp.Or(t.First, t.Life.first(versions), versions[0].ItemHash)
	}
	versions, err = c.supersede(ctx, t, versions, first, next, o)
	if err != nil {
		return nil, err
	}
	done := c.retire(ctx, versions, keep, t, first)
	if keep || t.Life.KeepsFirst || done.ForgetErr != nil {
		return done, nil //nolint:nilerr // the amend has the error that older versions were not forgotten for
	}
	return c.outlive(ctx, done, next, t, o)
}

// outlive makes sure that a version outlives the one that it replaced, which was forgotten: as documented, an amend
// hangs on its original, and a network that keeps `replaces` takes it along. Then it is published once more. One that
// somebody else forgot meanwhile is not: they amended or destroyed the object at the same time, and it would be a
// second one.
func (c *Client) outlive(ctx context.Context, done *Amendment, content message.Amendable, t Tracked, o Options) (*Amendment, error) {
	err := c.readBack(ctx, done.Live)
	if err == nil {
		return done, nil
	}
	if gone := (*GoneError)(nil); !errors.As(err, &gone) {
		return nil, err
	}
	c.lists.changed(change{forgotten: []string{done.Live.ItemHash}})
	if fell, fellErr := c.fellWithOriginal(ctx, done.Live.ItemHash, t); fellErr != nil || !fell {
		return nil, cmp.Or(fellErr, err)
	}
	content.Amend("")
	o.After = done.Live.Time
	done.Republished = true
	if done.Live, err = c.Publish(ctx, content, o); err != nil {
		return nil, &GapError{Err: err}
	}
	return done, nil
}

// fellWithOriginal reports whether an amend was forgotten by the very FORGET that says it took over.
func (c *Client) fellWithOriginal(ctx context.Context, amend string, t Tracked) (bool, error) {
	record, err := c.Fetch(ctx, amend)
	if err != nil {
		return false, err
	}
	end, err := c.endOf(ctx, t, record)
	return end.successor == amend, err
}

// GapError is a program that the network forgot together with the version that it replaced, and that could not be
// published once more: no version runs.
type GapError struct{ Err error }

func (e *GapError) Error() string {
	return "the network forgot the amend together with the version that it replaced, and it could not be published once more: " + e.Err.Error()
}

func (e *GapError) Unwrap() error { return e.Err }

// supersede adds a version that says what content does, by publishing it; unless the live one says so already, which an
// earlier apply sent, or another one that was faster: nothing is paid twice.
func (c *Client) supersede(ctx context.Context, t Tracked, versions Versions, first string, content message.Amendable, o Options) (Versions, error) {
	if versions.Live().ItemHash != first {
		content.Amend(first)
	}
	wanted, err := c.meaningOf(content, o)
	if err != nil {
		return nil, err
	}
	// What cannot be read is not what this provider would publish.
	if found, err := versions.Live().Meaning(); err == nil && found == wanted {
		return versions, nil
	}
	if err := t.madeOf(versions.Live()); err != nil {
		return nil, err
	}
	o.After = versions.Live().Time
	for _, name := range t.Life.attempts(versions, first) {
		content.Amend(name)
		var sent *message.Message
		sent, err = c.Publish(ctx, content, o)
		if _, refused := AsRejected(err, message.CodeVMUpdateUpdate); !refused {
			return append(versions, sent), err
		}
	}
	return nil, err
}

// versionsToAmend are the living versions, once an earlier message whose outcome was not known has one. Where the node
// does not know it, the same bytes are sent again, with its file when that is the one at hand.
func (c *Client) versionsToAmend(ctx context.Context, t Tracked, content message.Content, o Options) (Versions, error) {
	var file *node.File
	if isOfSameFile(t.Unconfirmed, content) {
		file = o.File
	}
	err := c.confirm(ctx, t, file)
	rejected, refused := AsRejected(err)
	if err != nil && !refused {
		return nil, fmt.Errorf("an earlier message, %s, has no outcome yet: %w", t.Unconfirmed.ItemHash, err)
	}
	found, err := c.current(ctx, t)
	switch {
	case err != nil:
		return nil, err
	case len(found.Versions) == 0 && refused:
		return nil, rejected
	case len(found.Versions) == 0:
		return nil, &GoneError{ItemHash: t.ItemHash}
	}
	c.setProcessed(true, found.Versions.Hashes()...)
	return found.Versions, nil
}

// confirm brings the message of which no outcome was known to one. The error is a *message.RejectedError when it is
// refused. An amend that counts as lost is left alone: the one that follows takes its place. So is one that never arrived
// when another version has taken over meanwhile.
func (c *Client) confirm(ctx context.Context, t Tracked, file *node.File) error {
	m := t.Unconfirmed
	if m == nil {
		return nil
	}
	status, err := c.Node.Status(ctx, m.ItemHash)
	switch {
	case t.unarrived(m.ItemHash, err) && t.overdue(c.Clock.Now()) && !t.Unsure():
		return nil
	case t.unarrived(m.ItemHash, err):
		found, err := c.current(ctx, t)
		if err != nil || len(found.Versions) > 0 && t.madeOf(found.Versions.Live()) != nil {
			return err
		}
		return c.resend(ctx, m, file)
	case err == nil && status == message.StatusPending:
		_, err = c.Node.Wait(ctx, m.ItemHash)
	}
	return err
}

// resend sends a message once more that may never have arrived: the same bytes, so that it is the same message if it
// has.
func (c *Client) resend(ctx context.Context, m *message.Message, file *node.File) error {
	file, err := c.upload(ctx, m, file)
	if err != nil {
		return err
	}
	if err = c.send(ctx, m, file); err == nil {
		c.lists.changed(change{published: m})
	}
	return err
}

// isOfSameFile reports whether a message and a content are STOREs of the same file.
func isOfSameFile(m *message.Message, content message.Content) bool {
	store, ok := content.(*message.Store)
	var sent message.Store
	return ok && m != nil && message.Decode(m, &sent) == nil && sent.ItemHash == store.ItemHash
}

// GoneError is a message, or an object of which it was the live version, that is not alive any more.
type GoneError struct {
	ItemHash string
	// Status is what the node says of the message itself; empty when it was not asked.
	Status message.Status
}

func (e *GoneError) Error() string {
	if e.Status == "" {
		return fmt.Sprintf("no version of %s is alive any more", e.ItemHash)
	}
	return fmt.Sprintf("message %s is %s, although it was processed a moment ago", e.ItemHash, e.Status)
}

// Remedy says what to do.
func (e *GoneError) Remedy() string { return "Apply again: the next plan reads what is alive." }

// retire forgets all versions but the live one and the first one, unless they are kept.
func (c *Client) retire(ctx context.Context, versions Versions, keep bool, t Tracked, first string) *Amendment {
	done := &Amendment{Live: versions.Live()}
	if t.Life.KeepsOlder {
		return done
	}
	done.Left = versions.Superseded(first)
	if keep {
		return done
	}
	t.ItemHash = done.Live.ItemHash
	if done.ForgetErr = c.forgetSuperseded(ctx, t, done.Left); done.ForgetErr == nil {
		done.Left = nil
	}
	return done
}

// AsRejected finds a refusal by the network in err: with one of codes, or with any when none is given.
func AsRejected(err error, codes ...message.ErrorCode) (*message.RejectedError, bool) {
	var rejected *message.RejectedError
	if !errors.As(err, &rejected) {
		return nil, false
	}
	return rejected, len(codes) == 0 || slices.Contains(codes, rejected.Code)
}
