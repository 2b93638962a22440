// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// retry calls try until it succeeds, fails for good, or has failed too often. It is for what may safely be done twice.
func retry[T any](ctx context.Context, c *Client, try func(attempt int) (T, error)) (T, error) {
	for attempt := 0; ; attempt++ {
		result, err := try(attempt)
		if err == nil || !mayPass(ctx, err) || attempt >= c.maxRetries {
			return result, err
		}
		if waitErr := c.backOff(ctx, attempt, err); waitErr != nil {
			return result, waitErr
		}
	}
}

// mayPass reports whether the same request may fare better later: after a network error or a time-out, 429, and 5xx
// but 501. Any other answer is an answer.
func mayPass(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status == http.StatusTooManyRequests || status.failed()
	}
	var certificate *tls.CertificateVerificationError
	var failed *failedError
	return errors.As(err, &failed) && !errors.As(err, &certificate)
}

// backOff waits before the attempt after a failed one: for a random time below a bound that doubles (full jitter), and
// at least for as long as the node asked for. When that is too long, or the context ends before, it returns failure at
// once.
func (c *Client) backOff(ctx context.Context, attempt int, failure error) error {
	bound := min(c.pace.backoff<<min(attempt, 16), c.pace.maxBackoff)
	delay := rand.N(bound + 1)
	var status *StatusError
	if errors.As(failure, &status) && status.retryAfter > delay {
		delay = status.retryAfter
		failure = fmt.Errorf("%w (it asks to be left alone for %s)", failure, inWords(delay))
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < delay {
		return fmt.Errorf("%w (no time is left to try again: %w)", failure, context.DeadlineExceeded)
	}
	if delay > maxRetryAfter {
		return failure
	}
	if err := sleep(ctx, delay); err != nil {
		return fmt.Errorf("%w (%w)", failure, err)
	}
	return nil
}

// sleep waits, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxRetryAfter is the longest time that a node is left alone because it asks for it.
const maxRetryAfter = 2 * time.Minute

// retryAfter reads a Retry-After header: seconds, or a date. Zero when there is none.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	seconds, err := strconv.ParseUint(text, 10, 31)
	if err == nil || errors.Is(err, strconv.ErrRange) { // then it is the greatest number there is
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(time.Until(date), 0)
	}
	return 0
}
