// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package node is a client of one core channel node of the Aleph network, over its REST API. It knows how nodes fail:
// what may be asked again is asked again, and a message whose fate is unknown is looked for before it is sent again.
// It believes what it is told: whoever uses a message verifies it.
package node

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Config says how a node is reached.
type Config struct {
	// URL is the root of the node's API, such as https://api.aleph.im: what is before /api/v0.
	URL string
	// Timeout is for how long a request may make no progress: connecting, sending, waiting for the answer, or reading
	// it. A long upload or download that moves is not cut. DefaultTimeout when zero.
	Timeout time.Duration
	// MaxRetries is how many times a request that failed is tried again; none when zero.
	MaxRetries int
	// UserAgent names this program to the node.
	UserAgent string
	// Log is told of every attempt: method, path, status, duration, and which attempt it was. Never a body, a key or a
	// signature. Nil for no log.
	Log func(ctx context.Context, msg string, fields map[string]any)
	// Transport carries the requests: a network in memory, for instance. That of this machine when nil.
	Transport http.RoundTripper
}

// DefaultTimeout is above the 50 s for which a node may hold back the answer to a message (NETWORK.md 4.3).
const DefaultTimeout = 60 * time.Second

// Client calls one node. It is safe for concurrent use.
type Client struct {
	base       *url.URL
	http       *http.Client
	timeout    time.Duration
	maxRetries int
	userAgent  string
	log        func(ctx context.Context, msg string, fields map[string]any)
	pace       pace
	clock      clock
}

// pace is how long to wait between asking twice.
type pace struct {
	// backoff is the upper bound of the first wait before a retry; it doubles each time, up to maxBackoff.
	backoff, maxBackoff time.Duration
	// looks are the waits before each look for a message that was sent with an unknown outcome.
	looks []time.Duration
	// poll is the first wait between two looks at a pending message; it grows up to maxPoll.
	poll, maxPoll time.Duration
	// unseen is for how long a message that was sent may be unknown to the node.
	unseen time.Duration
}

// defaultPace: a message is unknown for 20 to 40 ms after it was accepted, processed within 0.05 to 1 s, and was
// dropped when it is still unknown after a minute (NETWORK.md 4.5).
var defaultPace = pace{
	backoff: 500 * time.Millisecond, maxBackoff: 30 * time.Second,
	looks: []time.Duration{0, 50 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond, 500 * time.Millisecond},
	poll:  100 * time.Millisecond, maxPoll: 2 * time.Second,
	unseen: time.Minute,
}

// New checks the configuration; it does not call the node.
func New(cfg Config) (*Client, error) {
	base, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Log == nil {
		cfg.Log = func(context.Context, string, map[string]any) {}
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport()
	}
	return &Client{
		base:       base,
		http:       &http.Client{Transport: cfg.Transport, CheckRedirect: checkRedirect},
		timeout:    cfg.Timeout,
		maxRetries: cfg.MaxRetries,
		userAgent:  cfg.UserAgent,
		log:        cfg.Log,
		pace:       defaultPace,
	}, nil
}

// URL is the root of the node's API, without the user and the password if it had them.
func (c *Client) URL() string {
	shown := *c.base
	shown.User = nil
	return shown.String()
}

// apiPath is what each request adds to the URL of a node.
var apiPath = regexp.MustCompile(`/api/v[0-9]+(/|$)`)

// parseURL does not repeat the URL in an error: a password may stand anywhere in what is none.
func parseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL: write it like https://api.aleph.im")
	case (base.Scheme != "http" && base.Scheme != "https") || base.Host == "":
		return nil, errors.New("it is not the URL of a node: http:// or https://, and a host")
	case base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("it is not the URL of a node, which has neither a query nor a fragment")
	case apiPath.MatchString(base.Path):
		return nil, errors.New("it is not the URL of a node, but one of its API: leave out /api/v0, and what follows it")
	}
	base.Path = strings.TrimSuffix(base.Path, "/")
	base.RawPath = ""
	return base, nil
}

// maxHeader is the largest head of an answer, in bytes.
const maxHeader = 64 << 10

// newTransport: a node closes a connection that was idle for 2.0 s (NETWORK.md 4.8), so ours are given up before that.
// How long an answer may take is for the watchdog of each request.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:    15 * time.Second,
		IdleConnTimeout:        1500 * time.Millisecond,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    64,
		ExpectContinueTimeout:  time.Second,
		ForceAttemptHTTP2:      true,
	}
}

// checkRedirect follows redirects of what only reads: to follow one of a POST would make a GET of it. None leads to a
// protocol that this client does not speak, or from HTTPS to HTTP.
func checkRedirect(next *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	safe := next.URL.Scheme == "https" || next.URL.Scheme == "http" && last.URL.Scheme == "http"
	if via[0].Method != http.MethodGet || len(via) > 5 || !safe {
		return http.ErrUseLastResponse
	}
	return nil
}
