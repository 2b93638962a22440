// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"time"
)

// request is one call of the API. It can be made any number of times.
type request struct {
	method string
	// path is below the base, escaped.
	path  string
	query url.Values
	// body is opened for each attempt; nil when there is none. Its size is in bytes.
	body        func() (io.ReadCloser, error)
	size        int64
	contentType string
	// limit is the largest answer that is read into memory, in bytes.
	limit int64
}

// How large an answer can sensibly be, in bytes.
const (
	// maxFacts is for what has a handful of values: a status, a balance, the size of a file.
	maxFacts = 64 << 10
	// maxPrice is for a price with a line for each volume and file of a message.
	maxPrice = 1 << 20
	// maxAggregate is for all that an owner keeps under a key, or under all keys.
	maxAggregate = 4 << 20
	// maxMessage is for one message with its content twice: as the text that was signed, and as JSON.
	maxMessage = 8 << 20
	// maxPage is for a page of a list: 200 messages of the largest size, with their content twice, have some 80 MiB.
	maxPage = 128 << 20
	// maxErrorReply is how much is read of an answer that refuses the request.
	maxErrorReply = 64 << 10
)

func get(path string, query url.Values) request {
	return request{method: http.MethodGet, path: path, query: query, limit: maxFacts}
}

func postJSON(path string, body []byte) request {
	return request{
		method: http.MethodPost, path: path, limit: maxFacts,
		body: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
		size: int64(len(body)), contentType: "application/json",
	}
}

// upTo is the request with another limit for its answer, in bytes.
func (r request) upTo(limit int64) request {
	r.limit = limit
	return r
}

// succeeded reports whether an answer of this status holds what was asked for.
func (r request) succeeded(status int) bool {
	return status == http.StatusOK || status == http.StatusAccepted && r.method == http.MethodPost
}

// getJSON asks until there is an answer, and reads it. An answer other than 200 is a *StatusError.
func (c *Client) getJSON(ctx context.Context, path string, query url.Values, into any) error {
	return c.callJSON(ctx, get(path, query), into)
}

// callJSON is getJSON for any request that may safely be made twice.
func (c *Client) callJSON(ctx context.Context, r request, into any) error {
	_, err := retry(ctx, c, func(attempt int) (struct{}, error) {
		return struct{}{}, c.try(ctx, r, attempt, into)
	})
	return err
}

// try makes one attempt, and reads the answer. An answer that is not a success is a *StatusError.
func (c *Client) try(ctx context.Context, r request, attempt int, into any) error {
	resp, err := c.open(ctx, r, attempt)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is written through it
	return decode(r, resp.Body, into)
}

// open makes one attempt, and returns as soon as the head of a success is there. Its body is under the watchdog's eyes
// until it is closed. Any other answer is a *StatusError.
func (c *Client) open(ctx context.Context, r request, attempt int) (*http.Response, error) {
	dog := newWatchdog(ctx, c.timeout)
	resp, sent, err := c.send(dog, r, attempt) //nolint:contextcheck // the watchdog's context is made of ctx
	if err != nil {
		dog.stop()
		var local *localError
		var status *StatusError
		switch {
		case errors.As(err, &local):
			return nil, local
		case errors.As(err, &status):
			return nil, status
		}
		return nil, &failedError{request: r, sent: sent, err: dog.explain(err)}
	}
	c.clock.tell(resp.Header)
	dog.progress(0)
	resp.Body = &watchedBody{ReadCloser: resp.Body, dog: dog, stopAtClose: true}
	if r.succeeded(resp.StatusCode) {
		return resp, nil
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is written through it
	var body []byte
	if resp.StatusCode >= http.StatusOK { // after 101 comes no body, but whatever the other protocol says
		if body, err = io.ReadAll(io.LimitReader(resp.Body, maxErrorReply)); err != nil {
			return nil, &failedError{request: r, sent: true, err: err}
		}
	}
	return nil, newStatusError(r, resp, body)
}

// send reports besides the response whether any byte may have reached the node.
func (c *Client) send(dog *watchdog, r request, attempt int) (resp *http.Response, sent bool, err error) {
	started := time.Now()
	defer func() { c.logAttempt(dog.ctx, r, attempt, started, resp, err) }()

	target := c.base.JoinPath(r.path)
	target.RawQuery = r.query.Encode()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent = true }, Got1xxResponse: r.interim()}
	httpRequest, err := http.NewRequestWithContext(httptrace.WithClientTrace(dog.ctx, trace), r.method, target.String(), nil)
	if err != nil {
		return nil, false, &localError{err}
	}
	httpRequest.Header.Set("Accept", "application/json")
	if c.userAgent != "" {
		httpRequest.Header.Set("User-Agent", c.userAgent)
	}
	if r.body != nil {
		open := func() (io.ReadCloser, error) {
			body, err := r.body()
			if err != nil {
				return nil, &localError{err}
			}
			return &watchedBody{ReadCloser: body, dog: dog}, nil
		}
		if httpRequest.Body, err = open(); err != nil {
			return nil, false, err
		}
		httpRequest.GetBody = open
		httpRequest.ContentLength = r.size
		httpRequest.Header.Set("Content-Type", r.contentType)
	}
	resp, err = c.http.Do(httpRequest)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the path is told by failedError
	}
	return resp, sent, err
}

// maxInterim is how many answers may come before the answer.
const maxInterim = 10

// interim lets a few answers pass that only say that the answer follows, 100 and 103. A node answers 102, and nothing
// else, when it is asked for the price of a pending message: to wait for more would be in vain.
func (r request) interim() func(int, textproto.MIMEHeader) error {
	count := 0
	return func(status int, _ textproto.MIMEHeader) error {
		count++
		if count > maxInterim || status != http.StatusContinue && status != http.StatusEarlyHints {
			return &StatusError{Method: r.method, Path: r.path, Status: status}
		}
		return nil
	}
}

func (c *Client) logAttempt(ctx context.Context, r request, attempt int, started time.Time, resp *http.Response, err error) {
	fields := map[string]any{
		"method": r.method, "path": r.path, "attempt": attempt + 1, "duration_ms": time.Since(started).Milliseconds(),
	}
	if resp != nil {
		fields["status"] = resp.StatusCode
	}
	if err != nil {
		fields["error"] = err.Error()
	}
	c.log(ctx, "Aleph node request", fields)
}
