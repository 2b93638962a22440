// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const uploads = "/api/v0/storage/add_file"

// A file goes ahead of its message, a larger one with it, and one that the node has does not go at all, unless to ask
// would cost as much.
func TestUpload(t *testing.T) {
	c := start(t, core.Config{MaxUnsignedUpload: 50_000, MaxUpload: 100_000})
	middle, large := strings.Repeat("middle", 8_000), strings.Repeat("large", 15_000)
	for _, step := range []struct {
		name, text              string
		files, messages, stored int
	}{
		{"middle", middle, 1, 1, 1},
		{"the same again", middle, 1, 2, 2},
		{"large", large, 2, 2, 3},
		{"the same again", large, 2, 3, 4},
		{"small", "small", 3, 4, 5},
		{"the same again", "small", 4, 5, 6},
	} {
		c.mustStore(step.text, "")
		files, messages := c.local.Asked(http.MethodPost, uploads), c.local.Asked(http.MethodPost, "/api/v0/messages")
		if files != step.files || messages != step.messages || len(c.alive(message.TypeStore)) != step.stored {
			t.Errorf("%s: %d uploads, %d messages by themselves, %d STOREs, want %+v", step.name, files, messages, len(c.alive(message.TypeStore)), step)
		}
	}

	s, file := store(strings.Repeat("too large", 15_000), "")
	_, err := c.Publish(t.Context(), s, object.Options{File: file})
	var tooLarge *object.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.Limit != 100_000 || !strings.Contains(tooLarge.Remedy(), "ipfs") {
		t.Errorf("%v: want a TooLargeError with a remedy", err)
	}
	if got := c.local.Asked(http.MethodPost, uploads); got != 4 {
		t.Errorf("%d uploads, want none of what is too large", got-4)
	}
}

// Whatever happens to the upload of a large file, its STORE is processed once.
func TestUploadedOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]core.Action{
		"the answer is lost": core.LoseReply(),
		"503":                core.Status(http.StatusServiceUnavailable),
		"429":                core.RateLimit(-1),
		"reset":              core.Refuse(),
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{MaxUnsignedUpload: 10})
			c.local.Inject(core.Fault{Method: http.MethodPost, Path: uploads, Do: fault})
			hash := c.mustStore(strings.Repeat("large", 10), "")
			c.expectAlive(message.TypeStore, hash)
		})
	}
}

// A large file for which the owner cannot pay is refused as its message would be.
func TestUploadUnpaid(t *testing.T) {
	c := start(t, core.Config{MaxUnsignedUpload: 10})
	c.local.SetFunds(c.owner, 0, 0)
	s, file := store(strings.Repeat("large", 10), "")
	_, err := c.Publish(t.Context(), s, object.Options{File: file})
	if _, refused := object.AsRejected(err, message.CodeCreditInsufficient); !refused {
		t.Errorf("%v: want a refusal for want of credits", err)
	}
	c.expectAlive(message.TypeStore)
}

// A file that the node has, and that is not the one whose hash is published any more, is not published.
func TestUpload_fileOfTheNodeThatChanged(t *testing.T) {
	c := start(t, core.Config{})
	c.mustStore("planned", "")
	s, file := store("planned", "")
	changed := errors.New("another file")
	file.Open = func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(changed)), nil }
	if _, err := c.Publish(t.Context(), s, object.Options{File: file}); !errors.Is(err, changed) {
		t.Errorf("got %v, want what the reader says", err)
	}
	if n := len(c.alive(message.TypeStore)); n != 1 {
		t.Errorf("%d STOREs are alive, want the first", n)
	}
}

// A file that changes while it is read is never published under the hash that it had before.
func TestUpload_ofAnotherFile(t *testing.T) {
	t.Parallel()
	for name, unsigned := range map[string]int64{"ahead of the message": 100, "with the message": -1} {
		t.Run(name, func(t *testing.T) {
			c := start(t, core.Config{MaxUnsignedUpload: max(unsigned, 1)})
			s, file := store("planned", "")
			file.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("changed")), nil }
			if _, err := c.Publish(t.Context(), s, object.Options{File: file}); err == nil {
				t.Error("no error")
			}
			c.expectAlive(message.TypeStore)
		})
	}
}
