// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// raw writes to the connection itself, again and again every so often, and keeps it open: once when each is 0.
func raw(text string, each time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		for {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
			if each == 0 {
				_, _ = io.Copy(io.Discard, conn) // until the client goes
				return
			}
			pause(each)
		}
	}
}

// filled answers with a text between two others, as often as it takes to have so many MiB.
func filled(before, text, after string, mebibytes int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, before)
		block := strings.Repeat(text, 1<<20/len(text))
		for range mebibytes {
			if _, err := io.WriteString(w, block); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, after)
	}
}

// zipped compresses what a step answers.
func zipped(step http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		text := gzip.NewWriter(w)
		step(zippedWriter{w, text}, r)
		_ = text.Close()
	}
}

type zippedWriter struct {
	http.ResponseWriter
	text io.Writer
}

func (w zippedWriter) Write(p []byte) (int, error) { return w.text.Write(p) }

// pages answers page after page of as many messages as are asked for, each with a hash of its own, and a cursor.
func pages(perPage int, content string) http.HandlerFunc {
	count := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"messages":[`)
		for i := range perPage {
			if i > 0 {
				_, _ = io.WriteString(w, ",")
			}
			count++
			if _, err := fmt.Fprintf(w, `{"item_hash":"%064d","type":"STORE","time":1,"item_content":%q}`, count, content); err != nil {
				return
			}
		}
		_, _ = fmt.Fprintf(w, `],"next_cursor":"%d"}`, count)
	}
}

// A status that does not belong to what was asked for is an error in words, at once.
func TestStrangeStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		step http.HandlerFunc
		says string
	}{
		"101":                     {raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0), "changes to another protocol"},
		"102 and silence":         {raw("HTTP/1.1 102 Processing\r\n\r\n", 0), "the answer follows, and does not give it (HTTP 102"},
		"102 without end":         {raw("HTTP/1.1 102 Processing\r\n\r\n", time.Millisecond), "HTTP 102"},
		"103 without end":         {raw("HTTP/1.1 103 Early Hints\r\n\r\n", time.Millisecond), "HTTP 103"},
		"199":                     {raw("HTTP/1.1 199 What\r\n\r\n", 0), "HTTP 199"},
		"201":                     {answer(201, fine), "without what was asked for"},
		"204":                     {answer(204, ""), "without what was asked for"},
		"205":                     {answer(205, ""), "without what was asked for"},
		"206":                     {answer(206, fine), "without what was asked for"},
		"304":                     {answer(304, ""), "without what was asked for"},
		"302 to nowhere":          {answer(302, ""), "points elsewhere"},
		"302 to another protocol": {answer(302, "", "Location", "ftp://host/file"), "ftp://host/file"},
		"600":                     {raw("HTTP/1.1 600 What\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 0), "a status that HTTP does not have (HTTP 600"},
		"999":                     {raw("HTTP/1.1 999 What\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 0), "HTTP 999"},
		"an endless text of an error": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			endless(w, r)
		}, "the node refuses the request (HTTP 403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(version, test.step)
			got, err := s.client().Version(t.Context())
			var status *node.StatusError
			if !errors.As(err, &status) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %q, %v, want %q", got, err, test.says)
			}
			if s.count(version) != 1 {
				t.Errorf("%d attempts", s.count(version))
			}
		})
	}
}

// A message that was answered with a strange status may have arrived: it is looked for, and counts as sent.
func TestPublish_strangeStatus(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]http.HandlerFunc{
		"101": raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0),
		"102": raw("HTTP/1.1 102 Processing\r\n\r\n", 0), "204": answer(204, ""), "206": answer(206, accepted),
		"700": raw("HTTP/1.1 700 What\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := newScripted(t).on(post, step).client().Publish(t.Context(), testMessage()); err == nil || node.NotSent(err) {
				t.Errorf("unknown to the node: %v", err)
			}
			s := newScripted(t).on(post, step).on(known, answer(200, pending))
			if record, err := s.client().Publish(t.Context(), testMessage()); err != nil || record.Status != message.StatusPending || s.count(post) != 1 {
				t.Errorf("known to the node: got %+v, %v after %d posts", record, err, s.count(post))
			}
		})
	}
}

const (
	single    = "GET /api/v0/messages/ab"
	aggregate = "GET /api/v0/aggregates/0xA.json"
	balance   = "GET /api/v0/addresses/0xA/balance"
)

// What no node answers is an error after a bounded part of it, and takes a bounded part of the memory.
func TestMemory_ofAnswers(t *testing.T) {
	ask := map[string]func(context.Context, *node.Client) error{
		list: func(ctx context.Context, c *node.Client) error {
			for _, err := range c.Messages(ctx, node.Filter{}) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		single: func(ctx context.Context, c *node.Client) error { _, err := c.Message(ctx, "ab"); return err },
		aggregate: func(ctx context.Context, c *node.Client) error {
			var into any
			return c.Aggregate(ctx, "0xA", "key", &into)
		},
		balance: func(ctx context.Context, c *node.Client) error { _, err := c.Balance(ctx, "0xA"); return err },
	}
	for _, test := range []struct {
		name, endpoint string
		step           http.HandlerFunc
		says           string
	}{
		{"a page of empty messages", list, filled(`{"messages":[{}`, ",{}", `],"next_cursor":null}`, 100), "lists more than 200"},
		{"a page of empty messages, compressed", list, zipped(filled(`{"messages":[{}`, ",{}", `],"next_cursor":null}`, 100)), "lists more than 200"},
		{"a page with one giant message", list, filled(`{"messages":[{"content":[0`, ",0", `]}],"next_cursor":null}`, 100), "larger than"},
		{"a page with something giant beside", list, filled(`{"other":[0`, ",0", `],"messages":[],"next_cursor":null}`, 100), "larger than"},
		{"a page with a giant cursor", list, filled(`{"messages":[],"next_cursor":"`, "a", `"}`, 100), "larger than"},
		{"a page that is nothing but space", list, filled(`{"messages":[`, " ", `],"next_cursor":null}`, 200), "larger than"},
		{"pages of giant messages", list, pages(200, strings.Repeat("a", 200_000)), "larger than"},
		{"a message in a list without end", single, filled(`{"status":"pending","item_hash":"ab","messages":[{}`, ",{}", `]}`, 7), "lists more than 1000"},
		{"a message that is forgotten by millions", single, filled(`{"status":"forgotten","item_hash":"ab","forgotten_by":[""`, `,""`, `]}`, 7), "lists more than 1000"},
		{"a message with millions of confirmations", single, filled(`{"status":"processed","item_hash":"ab","message":{"confirmations":[{}`, `,{}`, `]}}`, 7), "of another form"},
		{"a giant message", single, filled(`{"status":"processed","item_hash":"ab","message":[0`, ",0", `]}`, 100), "larger than"},
		{"a deep answer", single, filled(`{"message":`, "[", ``, 7), "is not JSON"},
		{"a giant aggregate", aggregate, filled(`{"data":{"key":[{}`, ",{}", `]}}`, 100), "larger than"},
		{"a compressed aggregate of space", aggregate, zipped(filled(`{"data":{"key":{}`, " ", `}}`, 2000)), "larger than"},
		{"a giant balance", balance, filled(`{"details":{"a":1`, `,"a":1`, `}}`, 100), "larger than"},
		{"a balance with a number of gigabytes", balance, answer(200, `{"balance":"1e999999999"}`), "of another form"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newScripted(t).on(test.endpoint, test.step).client()
			peak := watchMemory()
			err := ask[test.endpoint](t.Context(), c)
			if used := peak(); used > 400<<20 {
				t.Errorf("it took %d MiB", used>>20)
			} else {
				t.Logf("%d MiB", used>>20)
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 1000 {
				t.Errorf("got %.1000v, want %q", err, test.says)
			}
		})
	}
}

// watchMemory measures the greatest memory in use from now on until it is asked, in bytes.
func watchMemory() (peak func() uint64) {
	runtime.GC()
	stop, result := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
			select {
			case <-stop:
				result <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-result
	}
}

// A list comes to an end, whatever the node gives.
func TestMessages_withoutEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		steps []http.HandlerFunc
		says  string
		most  int
	}{
		"two cursors by turns":       {[]http.HandlerFunc{page(`"one"`, "a"), page(`"two"`, "b"), page(`"one"`, "c")}, "same cursor twice", 3},
		"the first cursor again":     {[]http.HandlerFunc{page(`""`, "a")}, "same cursor twice", 1},
		"an empty page":              {[]http.HandlerFunc{page(`"one"`, "a"), page(`"two"`)}, "without anything new", 2},
		"the same messages":          {[]http.HandlerFunc{page(`"one"`, "a", "b"), page(`"two"`, "b", "a")}, "without anything new", 2},
		"pages of one message":       {[]http.HandlerFunc{pages(1, "{}")}, "goes on after 1000 pages", 1000},
		"more than the node counted": {[]http.HandlerFunc{counted(3, pages(200, "{}"))}, "it has 3 messages, as the node says, and goes on after", 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t).on(list, test.steps...)
			_, err := listed(t, s.client(), node.Filter{})
			if err == nil || !strings.Contains(err.Error(), test.says) || s.count(list) > test.most {
				t.Errorf("got %v after %d requests, want %q", err, s.count(list), test.says)
			}
		})
	}
}

// counted is a page with the number of messages in the whole list.
func counted(total int, step http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"pagination_total":%d,`, total)
		step(&skipFirst{w, false}, r)
	}
}

// skipFirst leaves out the first byte.
type skipFirst struct {
	http.ResponseWriter
	skipped bool
}

func (s *skipFirst) Write(p []byte) (int, error) {
	if !s.skipped {
		s.skipped = true
		n, err := s.ResponseWriter.Write(p[1:])
		return n + 1, err
	}
	return s.ResponseWriter.Write(p)
}

// drip sends a byte every few seconds, for ever.
func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	}
}

// An answer that comes byte by byte ends after minutes, though something happens all the time.
func TestDrip(t *testing.T) {
	s := newScripted(t).on(version, drip)
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		started := time.Now()
		_, err := c.Version(t.Context())
		if err == nil || !strings.Contains(err.Error(), "bytes passed in 2m0s") {
			t.Errorf("got %v", err)
		}
		took(t, started, 0, (1+retries)*(2*time.Minute+10*time.Second))
	})
}

// A download that is slow, and moves, is not cut, however long it takes.
func TestSlowLine(t *testing.T) {
	const kibibytes, each = 600, 700 * time.Millisecond
	s := newScripted(t).on("GET /api/v0/storage/raw/cd", func(w http.ResponseWriter, _ *http.Request) {
		for range kibibytes {
			_, _ = w.Write(make([]byte, 1<<10))
			w.(http.Flusher).Flush()
			pause(each)
		}
	})
	inBubble(t, s, 10*time.Second, func(t *testing.T, c *node.Client) {
		body, err := c.Download(t.Context(), "cd")
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if n, err := io.Copy(io.Discard, body); err != nil || n != kibibytes<<10 {
			t.Errorf("got %d bytes, %v", n, err)
		}
	})
}

// A node that asks to be left alone for longer than is waited for is asked once, and the error says for how long.
func TestRetryAfter_forYears(t *testing.T) {
	for header, says := range map[string]string{
		"3600": "left alone for 1h0m0s", "315360000": "left alone for 3650 days", "99999999999999999999": "left alone for ",
		"Fri, 31 Dec 9999 23:59:59 GMT": "left alone for ",
	} {
		t.Run(header, func(t *testing.T) {
			s := newScripted(t).on(version, answer(429, "quota", "Retry-After", header))
			inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
				started := time.Now()
				_, err := c.Version(t.Context())
				if err == nil || !strings.Contains(err.Error(), says) || s.count(version) != 1 {
					t.Errorf("got %v after %d attempts, want %q", err, s.count(version), says)
				}
				took(t, started, 0, time.Second)
			})
		})
	}
}
