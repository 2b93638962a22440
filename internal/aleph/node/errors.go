// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// ErrNotFound is what a node answers of something that it does not know (404). Another node may know it, and this one
// a moment later: it never means that something has gone.
var ErrNotFound = errors.New("the node does not know it")

// StatusError is an answer of the node other than a success.
type StatusError struct {
	Method string
	// Path is that of the request, without its query.
	Path   string
	Status int
	// Body is the beginning of the text that came with it, as one line without control characters.
	Body string

	// text is what came with it as it is.
	text       []byte
	retryAfter time.Duration
}

func newStatusError(r request, resp *http.Response, body []byte) *StatusError {
	e := &StatusError{
		Method: r.method, Path: r.path, Status: resp.StatusCode,
		Body: excerpt(body), text: body, retryAfter: retryAfter(resp.Header),
	}
	if e.Body == fmt.Sprintf("%d: %s", e.Status, http.StatusText(e.Status)) {
		e.Body = "" // it says no more than the status
	}
	if location := resp.Header.Get("Location"); location != "" {
		e.Body = "it points to " + excerpt([]byte(location))
	}
	return e
}

func (e *StatusError) Error() string {
	words, _ := e.refusal()
	text := fmt.Sprintf("%s (HTTP %d to %s %s)", words, e.Status, e.Method, e.Path)
	if e.Body != "" {
		text += ", and says: " + e.Body
	}
	return text
}

// Remedy says what to do.
func (e *StatusError) Remedy() string {
	_, remedy := e.refusal()
	return remedy
}

// refusal says in plain words what the answer means, and what to do. A node without IPFS answers 403 to an upload, or does
// not know the path (NETWORK.md 6.3, 13.4).
func (e *StatusError) refusal() (words, remedy string) {
	if strings.HasPrefix(e.Path, "/api/v0/ipfs/") && (e.Status == http.StatusForbidden || e.Status == http.StatusNotFound) {
		return "the node has no IPFS", remedyIPFS
	}
	return refusal(e.Status)
}

// failed reports whether the node, or something on the way to it, failed: what was asked for may fare better later.
func (e *StatusError) failed() bool {
	return e.Status >= 500 && e.Status < 600 && e.Status != http.StatusNotImplemented
}

// refuses reports whether the node takes what was asked for no better later.
func (e *StatusError) refuses() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests
}

// Is makes errors.Is(err, ErrNotFound) true of a 404.
func (e *StatusError) Is(target error) bool {
	return target == ErrNotFound && e.Status == http.StatusNotFound
}

// failedError is an attempt that got no answer, or not a whole one.
type failedError struct {
	request request
	// sent is whether any byte may have reached the node.
	sent bool
	err  error
}

func (e *failedError) Error() string {
	words, _ := failure(e.err)
	return fmt.Sprintf("%s (%s %s)", words, e.request.method, e.request.path)
}

func (e *failedError) Unwrap() error { return e.err }

// Remedy says what to do.
func (e *failedError) Remedy() string {
	_, remedy := failure(e.err)
	return remedy
}

// strangeError is an answer that no node of the network gives.
type strangeError struct {
	request request
	problem string
}

func strange(r request, format string, values ...any) error {
	return &strangeError{request: r, problem: message.OneLine(fmt.Sprintf(format, values...), 2*maxExcerpt)}
}

func (e *strangeError) Error() string {
	return fmt.Sprintf("%s (%s %s)", e.problem, e.request.method, e.request.path)
}

// Remedy says what to do.
func (e *strangeError) Remedy() string { return remedyURL }

// localError is a failure on our side, such as a file that cannot be read: asking again would not help.
type localError struct{ error }

func (e *localError) Unwrap() error { return e.error }

// notSentError marks the error of a publication that cannot have reached the network.
type notSentError struct{ error }

func (e *notSentError) Unwrap() error { return e.error }

// NotSent reports whether err, returned by Publish or UploadSigned, says that the node cannot have the message. Of any
// other error of theirs the outcome is unknown.
func NotSent(err error) bool {
	var notSent *notSentError
	return errors.As(err, &notSent)
}
