// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
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
}

func get(path string, query url.Values) request {
	return request{method: http.MethodGet, path: path, query: query}
}

func postJSON(path string, body []byte) request {
	return request{
		method: http.MethodPost, path: path,
		body: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
		size: int64(len(body)), contentType: "application/json",
	}
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	body   []byte
}

// maxReply is the largest answer that is read into memory, in bytes: a page of 200 messages of the largest size, with
// their content twice, has some 80 MiB (protocol.md 1.5, 5.3).
const maxReply = 128 << 20

// getJSON asks until there is an answer, and reads it. An answer other than 200 is a *StatusError.
func (c *Client) getJSON(ctx context.Context, path string, query url.Values, into any) error {
	return c.callJSON(ctx, get(path, query), into)
}

// callJSON is getJSON for any request that may safely be made twice.
func (c *Client) callJSON(ctx context.Context, r request, into any) error {
	_, err := retry(ctx, c, func(attempt int) (struct{}, error) {
		answer, err := c.try(ctx, r, attempt)
		if err == nil {
			err = decode(r, answer, into)
		}
		return struct{}{}, err
	})
	return err
}

// try makes one attempt, and reads the answer. An answer that is not a success is a *StatusError.
func (c *Client) try(ctx context.Context, r request, attempt int) (reply, error) {
	resp, err := c.open(ctx, r, attempt)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is written through it
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	switch {
	case err != nil:
		return reply{}, &failedError{request: r, sent: true, err: err}
	case len(body) > maxReply:
		return reply{}, strange(r, "the answer is larger than %d bytes", maxReply)
	}
	answer := reply{status: resp.StatusCode, body: body}
	if answer.status < 200 || answer.status > 299 {
		return answer, newStatusError(r, resp, body)
	}
	return answer, nil
}

// open makes one attempt and returns as soon as the head of the answer is there, whatever its status. Its body, too,
// is under the watchdog's eyes until it is closed.
func (c *Client) open(ctx context.Context, r request, attempt int) (*http.Response, error) {
	dog := newWatchdog(ctx, c.timeout)
	resp, sent, err := c.send(dog, r, attempt)
	if err != nil {
		dog.stop()
		var local *localError
		if errors.As(err, &local) {
			return nil, local
		}
		return nil, &failedError{request: r, sent: sent, err: dog.explain(err)}
	}
	dog.progress()
	resp.Body = &watchedBody{ReadCloser: resp.Body, dog: dog, stopAtClose: true}
	return resp, nil
}

// send reports besides the response whether any byte may have reached the node.
func (c *Client) send(dog *watchdog, r request, attempt int) (resp *http.Response, sent bool, err error) {
	started := time.Now()
	defer func() { c.logAttempt(dog.ctx, r, attempt, started, resp, err) }()

	target := c.base.JoinPath(r.path)
	target.RawQuery = r.query.Encode()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent = true }}
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

// decode reads the JSON of an answer. One that ends in the middle was cut off, and can be asked for again; one that is
// no JSON at all came from something else than a node.
func decode(r request, answer reply, into any) error {
	dec := json.NewDecoder(bytes.NewReader(answer.body))
	dec.UseNumber()
	err := dec.Decode(into)
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &failedError{request: r, sent: true, err: io.ErrUnexpectedEOF}
	case errors.As(err, &syntax):
		return strange(r, "the answer is not JSON, so it is not from a node of the network: %q", excerpt(answer.body))
	}
	return strange(r, "the answer is JSON, and of another form than a node's")
}
