// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Amendment is what an amend led to.
type Amendment struct {
	// Live is the version that took over.
	Live *message.Message
	// Left are the older versions that are still alive, and ForgetErr is why, when they should not be.
	Left      []string
	ForgetErr error
	// Republished is true when the network forgot the amend together with what it amended, so that it was published
	// once more.
	Republished bool
}

// AmendProgram publishes a program that takes over from the live one, and then forgets the older versions, unless they
// are to be kept. The newest version is looked up right before: an amend of an older one would fork the object.
func (c *Client) AmendProgram(ctx context.Context, p *message.Program, t Tracked, keep bool, o Options) (*Amendment, error) {
	versions, err := c.versionsToAmend(ctx, t)
	if err != nil {
		return nil, err
	}
	if o.After, err = timeOf(versions.Live()); err != nil {
		return nil, err
	}
	sent, err := c.replace(ctx, p, versions, o)
	if err != nil {
		return nil, err
	}
	done := c.retire(ctx, sent, versions, keep, t)
	if keep || done.ForgetErr != nil {
		return done, nil
	}
	return c.outlive(ctx, done, p, t.Owner, o)
}

// outlive makes sure that a program outlives the version that it replaced, which was forgotten: as documented, an amend
// hangs on its original, and a network that keeps `replaces` takes it along. Then it is published once more. One that
// somebody else forgot meanwhile is not: they amended or destroyed the program at the same time, and it would be a
// second one.
func (c *Client) outlive(ctx context.Context, done *Amendment, p *message.Program, owner string, o Options) (*Amendment, error) {
	err := c.settle(ctx, done.Live, nil)
	if err == nil {
		return done, nil
	}
	if gone := (*GoneError)(nil); !errors.As(err, &gone) {
		return nil, err
	}
	if fell, fellErr := c.fellWithOriginal(ctx, done.Live.ItemHash, owner); fellErr != nil || !fell {
		return nil, cmp.Or(fellErr, err)
	}
	p.Replaces, o.After = "", done.Live.Time
	done.Republished = true
	if done.Live, err = c.Publish(ctx, p, o); err != nil {
		return nil, &GapError{Err: err}
	}
	return done, nil
}

// fellWithOriginal reports whether an amend was forgotten by the very FORGET that says it took over.
func (c *Client) fellWithOriginal(ctx context.Context, amend, owner string) (bool, error) {
	record, err := c.Fetch(ctx, amend)
	if err != nil {
		return false, err
	}
	took, err := c.successor(ctx, owner, record)
	return took == amend, err
}

// GapError is a program that the network forgot together with the version that it replaced, and that could not be
// published once more: no version runs.
type GapError struct{ Err error }

func (e *GapError) Error() string {
	return "the network forgot the amend together with the version that it replaced, and it could not be published once more: " + e.Err.Error()
}

func (e *GapError) Unwrap() error { return e.Err }

// replace publishes a program in the place of the live one. A network that keeps `replaces` refuses to amend an amend
// (303): then the first version that is alive is amended instead, and when that is refused too, the program is
// published without a predecessor (protocol.md 7.4).
func (c *Client) replace(ctx context.Context, p *message.Program, versions Versions, o Options) (*message.Message, error) {
	names := slices.Compact([]string{versions.Live().ItemHash, versions[0].ItemHash})
	var m *message.Message
	var err error
	for _, name := range append(names, "") {
		p.Replaces = name
		m, err = c.Publish(ctx, p, o)
		if _, refused := AsRejected(err, message.CodeVMUpdateUpdate); !refused {
			break
		}
	}
	return m, err
}

// AmendStore publishes a STORE that takes over from the live one, and then forgets the older amends, unless they are
// to be kept. It names the first STORE, unless the file has a tag of its own. The first STORE stays: once it is
// forgotten, no amend is ever accepted again (measured.md 2).
func (c *Client) AmendStore(ctx context.Context, s *message.Store, t Tracked, first string, keep bool, o Options) (*Amendment, error) {
	versions, err := c.versionsToAmend(ctx, t)
	if err != nil {
		return nil, err
	}
	if o.After, err = timeOf(versions.Live()); err != nil {
		return nil, err
	}
	s.Ref = cmp.Or(s.Ref, first)
	sent, err := c.Publish(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return c.retire(ctx, sent, versions, keep, t, first), nil
}

// versionsToAmend are the living versions, once an earlier amend whose outcome was not known has one.
func (c *Client) versionsToAmend(ctx context.Context, t Tracked) (Versions, error) {
	if sent := t.Unconfirmed; sent != nil {
		if status, err := c.Node.Status(ctx, sent.ItemHash); err == nil && status == message.StatusPending {
			if _, err := c.Node.Wait(ctx, sent.ItemHash); err != nil {
				return nil, fmt.Errorf("an earlier amend, %s, is still pending: %w", sent.ItemHash, err)
			}
		} else if err != nil && !t.lost(sent.ItemHash, err) {
			return nil, fmt.Errorf("unable to tell what became of an earlier amend, %s: %w", sent.ItemHash, err)
		}
	}
	versions, err := c.CurrentVersions(ctx, t.Owner, t.Kind, t.names()...)
	if err == nil && len(versions) == 0 {
		err = &GoneError{ItemHash: t.ItemHash}
	}
	return versions, err
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

// retire forgets what came before sent, except those to leave aside.
func (c *Client) retire(ctx context.Context, sent *message.Message, before Versions, keep bool, t Tracked, aside ...string) *Amendment {
	done := &Amendment{Live: sent, Left: slices.Concat(before, Versions{sent}).Superseded(aside...)}
	if keep {
		return done
	}
	t.ItemHash = sent.ItemHash
	if done.ForgetErr = c.Forget(ctx, t, done.Left); done.ForgetErr == nil {
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
