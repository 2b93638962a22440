// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"context"
	"fmt"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// StaleError is an object of which another version is live than the one that a plan was made of: another client changed it
// since. Nothing was sent.
type StaleError struct {
	// Live is the version that is live now, and Planned the item hash of the one that was live when the plan was made.
	Live    *message.Message
	Planned string
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("the plan was made of version %s, and by now version %s is the live one, which %s published at %s",
		e.Planned, e.Live.ItemHash, e.Live.Sender, e.Live.Time.UTC().Format(time.RFC3339))
}

// Remedy says what to do.
func (e *StaleError) Remedy() string { return PlanAgain }

// PlanAgain is what to do about a plan that was made of what is no longer there.
const PlanAgain = "Plan again, and apply that plan: it reads what is there now, and shows what it would change of it. Without a refresh (`-refresh=false`) a plan goes on from the state as it is, and fails alike."

// madeOf refuses to change an object that a plan was not made of: the live version is neither the tracked one, nor the
// message of which no outcome was known. The error is a *StaleError.
func (t *Tracked) madeOf(live *message.Message) error {
	if live.ItemHash == t.ItemHash || t.Unconfirmed != nil && live.ItemHash == t.Unconfirmed.ItemHash {
		return nil
	}
	return &StaleError{Live: live, Planned: t.ItemHash}
}

// current is what is alive of an object right before it is changed, whoever published it.
func (c *Client) current(ctx context.Context, t Tracked) (*Object, error) {
	found, err := c.searchToChange(ctx, t.query())
	if err != nil {
		return nil, err
	}
	return found, found.checkChange(t.names()...)
}
