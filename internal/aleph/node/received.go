// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// maxReceived is how many item hashes are asked for at once.
const maxReceived = 900

// Received are the item hashes of the messages, of anybody's, that the node has processed and first had at a time or later,
// by its own clock: see ItsTime. It reports false when there are too many, or the node does not tell.
func (c *Client) Received(ctx context.Context, since message.Time) (hashes []string, ok bool, err error) {
	query := url.Values{
		"status":     {string(message.StatusProcessed)},
		"startDate":  {strconv.FormatFloat(float64(since), 'f', -1, 64)},
		"pagination": {strconv.Itoa(maxReceived)},
	}
	var answer struct {
		Hashes short[string] `json:"hashes"`
	}
	err = c.getJSON(ctx, "/api/v0/messages/hashes", query, &answer)
	if status := (*StatusError)(nil); errors.As(err, &status) && status.refuses() {
		return nil, false, nil
	}
	return answer.Hashes, err == nil && len(answer.Hashes) < maxReceived, err
}

// clock is how far another machine's clock is ahead of this one's.
type clock struct{ ahead atomic.Int64 }

// tell takes the time of an answer, which is cut to the second: the other clock is taken for a second too early at most.
func (c *clock) tell(header http.Header) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(date)))
	}
}

// ItsTime is what the node's clock said at a time of this machine's, as far as the node's answers tell; never later.
func (c *Client) ItsTime(at time.Time) time.Time { return at.Add(time.Duration(c.clock.ahead.Load())) }
