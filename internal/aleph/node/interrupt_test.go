// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// emptiness is a compressed text without end, of which nothing comes out.
func emptiness(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	text := gzip.NewWriter(w)
	for r.Context().Err() == nil {
		if err := text.Flush(); err != nil {
			return
		}
	}
}

// Whatever a node does, every call ends when its context does.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *node.Client) error{
		"Version":       func(ctx context.Context, c *node.Client) error { _, err := c.Version(ctx); return err },
		"Limits":        func(ctx context.Context, c *node.Client) error { _, err := c.Limits(ctx); return err },
		"Runtimes":      func(ctx context.Context, c *node.Client) error { _, err := c.Runtimes(ctx); return err },
		"Balance":       func(ctx context.Context, c *node.Client) error { _, err := c.Balance(ctx, "0xA"); return err },
		"Costs":         func(ctx context.Context, c *node.Client) error { _, err := c.Costs(ctx, "0xA", "hold"); return err },
		"Price":         func(ctx context.Context, c *node.Client) error { _, err := c.Price(ctx, "ab"); return err },
		"Estimate":      func(ctx context.Context, c *node.Client) error { _, err := c.Estimate(ctx, testMessage()); return err },
		"Aggregate":     func(ctx context.Context, c *node.Client) error { return c.Aggregate(ctx, "0xA", "k", new(any)) },
		"AggregateNow":  func(ctx context.Context, c *node.Client) error { _, err := c.AggregateNow(ctx, "0xA", "k"); return err },
		"Aggregates":    func(ctx context.Context, c *node.Client) error { _, err := c.Aggregates(ctx, "0xA"); return err },
		"HasFile":       func(ctx context.Context, c *node.Client) error { _, _, err := c.HasFile(ctx, "ab"); return err },
		"FileByRef":     func(ctx context.Context, c *node.Client) error { _, err := c.FileByRef(ctx, "ab"); return err },
		"FileByMessage": func(ctx context.Context, c *node.Client) error { _, err := c.FileByMessage(ctx, "ab"); return err },
		"Message":       func(ctx context.Context, c *node.Client) error { _, err := c.Message(ctx, "ab"); return err },
		"Status":        func(ctx context.Context, c *node.Client) error { _, err := c.Status(ctx, "ab"); return err },
		"Wait":          func(ctx context.Context, c *node.Client) error { _, err := c.Wait(ctx, "ab"); return err },
		"Publish":       func(ctx context.Context, c *node.Client) error { _, err := c.Publish(ctx, testMessage()); return err },
		"Messages": func(ctx context.Context, c *node.Client) error {
			for _, err := range c.Messages(ctx, node.Filter{}) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"Download": func(ctx context.Context, c *node.Client) error {
			body, err := c.Download(ctx, "ab")
			if err != nil {
				return err
			}
			defer body.Close()
			_, err = io.Copy(io.Discard, body)
			return err
		},
		"Upload": func(ctx context.Context, c *node.Client) error {
			_, err := c.Upload(ctx, file("content"), message.ItemTypeStorage)
			return err
		},
	}
	nodes := map[string]http.HandlerFunc{
		"silence":         silent,
		"a drip":          drip,
		"an endless text": endless,
		"endless headers": raw("HTTP/1.1 200 OK\r\nX: a\r\nX: ", time.Millisecond),
		"endless 103":     raw("HTTP/1.1 103 Early Hints\r\n\r\n", 200*time.Millisecond),
		"101":             raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0),
		"503":             answer(503, "", "Retry-After", "60"),
		"429":             answer(429, "", "Retry-After", "90"),
		"resets":          reset,
		"redirects":       func(w http.ResponseWriter, r *http.Request) { answer(302, "", "Location", r.URL.String())(w, r) },
		"nothing, zipped": emptiness,
	}
	for behaviour, handler := range nodes {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then a server notices that its client goes
			handler(w, r)
		}))
		t.Cleanup(server.Close)
		for name, call := range calls {
			t.Run(behaviour+"/"+name, func(t *testing.T) {
				t.Parallel()
				c, err := node.New(node.Config{URL: server.URL, MaxRetries: 1000})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				ended := make(chan error, 1)
				go func() { ended <- call(ctx, c) }()
				select {
				case err := <-ended:
					if err == nil {
						t.Error("no error")
					}
				case <-time.After(20 * time.Second):
					t.Error("it goes on")
				}
			})
		}
	}
}
