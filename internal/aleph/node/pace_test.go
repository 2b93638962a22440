// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// pipes is a network in memory: with it, and the clock of synctest, an hour of waiting takes no time.
type pipes chan net.Conn

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p <- theirs
	return ours, nil
}

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// inBubble runs a test with a node of its own and a clock that jumps whenever all wait.
func inBubble(t *testing.T, handler http.Handler, timeout time.Duration, test func(t *testing.T, c *node.Client)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := make(pipes)
		server := &http.Server{Handler: handler}
		go server.Serve(network) //nolint:errcheck // ends when the network is closed
		c, err := node.New(node.Config{URL: "http://node", Timeout: timeout, MaxRetries: retries})
		if err != nil {
			t.Fatal(err)
		}
		c.Through(func(transport *http.Transport) { transport.DialContext = network.dial })
		test(t, c)
		close(network)
		server.Close()
	})
}

// pause waits on the bubble's clock.
func pause(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // it takes no time
}

// took checks how long something took on the bubble's clock.
func took(t *testing.T, started time.Time, least, most time.Duration) {
	t.Helper()
	if elapsed := time.Since(started); elapsed < least || elapsed > most {
		t.Errorf("took %s, want %s to %s", elapsed, least, most)
	}
}

func TestRetryAfter(t *testing.T) {
	for name, header := range map[string]func() string{
		"seconds": func() string { return "90" },
		"date":    func() string { return time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScripted(t).on(version, func(w http.ResponseWriter, r *http.Request) {
				answer(429, "", "Retry-After", header())(w, r)
			}, answer(200, fine))
			inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
				started := time.Now()
				if got, err := c.Version(t.Context()); err != nil || got != "1" {
					t.Errorf("got %q, %v", got, err)
				}
				took(t, started, 90*time.Second, 91*time.Second)
			})
		})
	}
}

// When no time is left to wait for, the node's own words are the error, and they come at once.
func TestRetryAfter_theEnd(t *testing.T) {
	s := newScripted(t).on(version, answer(429, "quota of the day used up", "Retry-After", "3600"))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		started := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.Version(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "quota of the day") {
			t.Errorf("got %v", err)
		}
		took(t, started, 0, time.Second)
	})
}

// The waits between attempts grow, and stay within their bounds.
func TestBackOff(t *testing.T) {
	s := newScripted(t).on(version, answer(503, ""))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		started := time.Now()
		if _, err := c.Version(t.Context()); err == nil {
			t.Error("no error")
		}
		took(t, started, time.Nanosecond, (500+1000+2000)*time.Millisecond)
	})
}

// silent takes a request and says nothing.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestSilentNode(t *testing.T) {
	s := newScripted(t).on(version, silent)
	inBubble(t, s, 10*time.Second, func(t *testing.T, c *node.Client) {
		started := time.Now()
		_, err := c.Version(t.Context())
		if err == nil || !strings.Contains(err.Error(), "nothing happened for 10s") || s.count(version) != 1+retries {
			t.Errorf("got %v after %d attempts", err, s.count(version))
		}
		took(t, started, (1+retries)*10*time.Second, (1+retries)*10*time.Second+4*time.Second)
	})
}

// A node holds back the answer to a message for up to 50 s: the time-out that is the default bears that.
func TestSlowNode(t *testing.T) {
	s := newScripted(t).on(post, func(w http.ResponseWriter, r *http.Request) {
		pause(50 * time.Second)
		answer(200, accepted)(w, r)
	})
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		if record, err := c.Publish(t.Context(), testMessage()); err != nil || record.Status != message.StatusProcessed {
			t.Errorf("got %+v, %v", record, err)
		}
	})
}

// A node that never answers a message, and has it, is not sent it again.
func TestSilentNodeHasTheMessage(t *testing.T) {
	s := newScripted(t).on(post, silent).on(known, answer(200, pending))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		record, err := c.Publish(t.Context(), testMessage())
		if err != nil || record.Status != message.StatusPending || s.count(post) != 1 {
			t.Errorf("got %+v, %v after %d posts", record, err, s.count(post))
		}
	})
}

// trickle sends a file piece by piece, and stops before its end if it is to stall.
func trickle(pieces int, each time.Duration, stall bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for range pieces {
			_, _ = io.WriteString(w, "piece ")
			w.(http.Flusher).Flush()
			pause(each)
		}
		if stall {
			silent(w, r)
		}
	}
}

// A download may take longer than the time-out, as long as it moves; when it does not, it ends.
func TestSlowDownload(t *testing.T) {
	for name, stall := range map[string]bool{"moves": false, "stalls": true} {
		t.Run(name, func(t *testing.T) {
			s := newScripted(t).on("GET /api/v0/storage/raw/cd", trickle(10, 9*time.Second, stall))
			inBubble(t, s, 10*time.Second, func(t *testing.T, c *node.Client) {
				body, err := c.Download(t.Context(), "cd")
				if err != nil {
					t.Fatal(err)
				}
				content, err := io.ReadAll(body)
				if string(content) != strings.Repeat("piece ", 10) {
					t.Errorf("got %q", content)
				}
				if stall != (err != nil && strings.Contains(err.Error(), "nothing happened for 10s")) {
					t.Errorf("got %v", err)
				}
				if err := body.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// slowFile gives a byte at a time.
type slowFile struct {
	io.Reader
	each time.Duration
}

func (f *slowFile) Read(p []byte) (int, error) {
	pause(f.each)
	return f.Reader.Read(p[:1])
}

func (f *slowFile) Close() error { return nil }

// So may an upload.
func TestSlowUpload(t *testing.T) {
	s := newScripted(t).on(addFile, answer(200, `{"status":"success","hash":"cd"}`))
	inBubble(t, s, 10*time.Second, func(t *testing.T, c *node.Client) {
		f := node.File{Name: "f", Size: 10, Open: func() (io.ReadCloser, error) {
			return &slowFile{strings.NewReader("0123456789"), 9 * time.Second}, nil
		}}
		hash, err := c.Upload(t.Context(), f, message.ItemTypeStorage)
		if err != nil || hash != "cd" || s.count(addFile) != 1 {
			t.Errorf("got %q, %v after %d attempts", hash, err, s.count(addFile))
		}
	})
}

// A node tries again for minutes what it cannot process yet. It is asked often at first, and then every other second.
func TestWait_forMinutes(t *testing.T) {
	status := "GET /api/v0/messages/ab/status"
	var accepted time.Time
	s := newScripted(t).on("GET /api/v0/messages/ab", answer(200, `{"status":"rejected","item_hash":"ab","message":{"type":"FORGET"},"error_code":501}`))
	s.on(status, func(w http.ResponseWriter, r *http.Request) {
		if time.Since(accepted) < 6*time.Minute {
			answer(200, `{"status":"pending"}`)(w, r)
			return
		}
		answer(200, `{"status":"rejected"}`)(w, r)
	})
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		accepted = time.Now()
		record, err := c.Wait(t.Context(), "ab")
		if err != nil {
			t.Fatal(err)
		}
		checkRejection(t, record, true, message.CodeForgetNotFound, nil)
		took(t, accepted, 6*time.Minute, 6*time.Minute+2*time.Second)
		if n := s.count(status); n < 6*60/2 || n > 6*60+20 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestWait_untilTheEnd(t *testing.T) {
	s := newScripted(t).on("GET /api/v0/messages/ab/status", answer(200, `{"status":"pending"}`))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if record, err := c.Wait(ctx, "ab"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, %v", record, err)
		}
	})
}

// A message that the node took and does not know after a minute was dropped.
func TestWait_forWhatWasDropped(t *testing.T) {
	inBubble(t, newScripted(t), 0, func(t *testing.T, c *node.Client) {
		started := time.Now()
		if record, err := c.Wait(t.Context(), "ab"); !errors.Is(err, node.ErrNotFound) {
			t.Errorf("got %+v, %v", record, err)
		}
		took(t, started, time.Minute, time.Minute+2*time.Second)
	})
}

// A node that is down for good ends the wait, and the error is not that the message does not exist.
func TestWait_forDeadNode(t *testing.T) {
	s := newScripted(t).on("GET /api/v0/messages/ab/status", answer(200, `{"status":"pending"}`), answer(503, ""))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		var status *node.StatusError
		if record, err := c.Wait(t.Context(), "ab"); !errors.As(err, &status) || status.Status != 503 {
			t.Errorf("got %+v, %v", record, err)
		}
	})
}

// A connection is given up before the node closes it, which it does after 2.0 s (NETWORK.md 4.8).
func TestIdleConnections(t *testing.T) {
	var peers []net.Conn
	s := newScripted(t).on(version, answer(200, fine))
	inBubble(t, s, 0, func(t *testing.T, c *node.Client) {
		c.Through(func(transport *http.Transport) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dial(ctx, network, address)
				peers = append(peers, conn)
				return conn, err
			}
		})
		for _, idle := range []time.Duration{0, time.Second, 1900 * time.Millisecond} {
			pause(idle)
			if _, err := c.Version(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(peers) != 2 {
			t.Errorf("%d connections, want 2: the second call is soon enough for the first one's", len(peers))
		}
	})
}
