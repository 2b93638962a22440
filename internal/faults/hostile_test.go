// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// hostile are answers that no node gives, and that could keep whoever reads them waiting for ever, or take all the memory.
func hostile() []fault {
	var all []fault
	for spread, times := range map[string]int{"once": 1, "until healed": -1} {
		answered := func(name string, answer func(*http.Request) *http.Response, about func(operation) target) fault {
			return fault{name: name + ", " + spread, strike: func(b *bench, o operation) {
				b.wire.set(&trap{target: about(o), times: times, instead: answer})
			}}
		}
		any := func(o operation) target { return o.target }
		list := func(operation) target { return lists }
		all = append(all,
			answered("101", changed, any),
			answered("drip", dripped, any),
			answered("giant pages", giant, list),
			answered("endless pages", (&endless{}).page, list),
			fault{name: "429 for years, " + spread, strike: func(b *bench, o operation) {
				b.inject(core.Fault{Match: o.target, Times: times, Do: core.RateLimit(10 * 365 * 24 * time.Hour)})
			}},
		)
	}
	return all
}

func answerOf(r *http.Request, status int, body io.ReadCloser) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: body, ContentLength: -1, Request: r,
	}
}

// changed is 101: what follows is not HTTP, and ends with nobody's context.
func changed(r *http.Request) *http.Response {
	return answerOf(r, http.StatusSwitchingProtocols, &silence{closed: make(chan struct{})})
}

// silence is a connection on which nothing comes.
type silence struct{ closed chan struct{} }

func (s *silence) Read([]byte) (int, error) {
	<-s.closed
	return 0, io.ErrClosedPipe
}

func (s *silence) Close() error {
	close(s.closed)
	return nil
}

// dripped is an answer of which a byte comes every few seconds, for ever.
func dripped(r *http.Request) *http.Response {
	return answerOf(r, http.StatusOK, io.NopCloser(&drip{r}))
}

type drip struct{ request *http.Request }

func (d *drip) Read(p []byte) (int, error) {
	select {
	case <-d.request.Context().Done():
		return 0, d.request.Context().Err()
	case <-time.After(5 * time.Second):
		p[0] = ' '
		return 1, nil
	}
}

// giant is a page of empty messages without end.
func giant(r *http.Request) *http.Response {
	return answerOf(r, http.StatusOK, io.NopCloser(io.MultiReader(strings.NewReader(`{"messages":[{}`), repeated(",{}"))))
}

// repeated is a text again and again.
type repeated string

func (text repeated) Read(p []byte) (int, error) {
	n := 0
	for n+len(text) <= len(p) {
		n += copy(p[n:], text)
	}
	return n, nil
}

// endless is a list of which each page has something new, and a cursor to the next one.
type endless struct{ count atomic.Int64 }

func (e *endless) page(r *http.Request) *http.Response {
	n := e.count.Add(1)
	return answerOf(r, http.StatusOK, io.NopCloser(strings.NewReader(fmt.Sprintf(
		`{"messages":[{"item_hash":"%064d","type":"STORE","time":1,"item_type":"inline","item_content":"{}"}],"next_cursor":"%d"}`, n, n))))
}
