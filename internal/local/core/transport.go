// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"
	"net/http/httptest"
)

// RoundTrip implements http.RoundTripper: the node answers in this process, whatever host is asked, without a connection.
// That suits tests in which time passes at once.
func (n *Node) RoundTrip(r *http.Request) (*http.Response, error) {
	received := r.Clone(r.Context())
	received.RequestURI = r.URL.RequestURI()
	if received.Body == nil {
		received.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	n.ServeHTTP(answer, received)
	return answer.Result(), r.Context().Err()
}
