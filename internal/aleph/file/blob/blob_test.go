// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/cid"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const (
	storage = message.ItemTypeStorage
	ipfs    = message.ItemTypeIPFS
	// large is the size of a file that is worth remembering.
	large = 1 << 20
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

// text is a file's content, of a size that is worth remembering.
func text(letter string) string { return strings.Repeat(letter, large) }

func sha256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func cidOf(t *testing.T, content string) string {
	t.Helper()
	var sum cid.Hash
	_, err := io.WriteString(&sum, content)
	must(t, err)
	return sum.V0()
}

// packed is what a directory's archive is, without a cache.
func packed(t *testing.T, dir string, opts archive.Options) (hash string, content []byte) {
	t.Helper()
	tree, err := archive.Scan(t.Context(), dir, opts)
	must(t, err)
	built, err := tree.Pack(t.Context(), "")
	must(t, err)
	defer func() { must(t, built.Close()) }()
	content, err = os.ReadFile(built.Path)
	must(t, err)
	return built.SHA256, content
}

// source is a file or a directory.
type source func(*blob.Cache) (*blob.Blob, error)

func fileAt(name string) source {
	return func(c *blob.Cache) (*blob.Blob, error) { return c.File(name, archive.Check{}) }
}

func directoryAt(ctx context.Context, dir string, opts archive.Options) source {
	return func(c *blob.Cache) (*blob.Blob, error) { return c.Directory(ctx, dir, opts) }
}

// sum is the hash that a process finds which uses the cache in a directory.
func sum(t *testing.T, cache string, from source, engine message.ItemType) string {
	t.Helper()
	b, err := from(blob.NewCache(cache))
	must(t, err)
	must(t, b.Sum(t.Context(), engine))
	must(t, b.Close())
	return b.Hash
}

func TestSum(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": "", "small": "small", "large": text("x"), "larger": text("y") + text("z")} {
		file := write(t, dir, name, content)
		for kind, from := range map[string]source{
			"file":  fileAt(file),
			"bytes": func(*blob.Cache) (*blob.Blob, error) { return blob.Bytes([]byte(content), archive.Check{}), nil },
		} {
			for engine, want := range map[message.ItemType]string{storage: sha256Of(content), ipfs: cidOf(t, content)} {
				if got := sum(t, "", from, engine); got != want {
					t.Errorf("%s, %s, %s: got %s, want %s", name, kind, engine, got, want)
				}
			}
		}
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{"": "plain", "hs": "plain", "hsqs": "squashfs", "PK\x03\x04...": "zip", "print()": "plain"} {
		b := blob.Bytes([]byte(content), archive.Check{})
		must(t, b.Sum(t.Context(), storage))
		read, err := blob.EncodingOf(strings.NewReader(content))
		must(t, err)
		if b.Encoding != want || read != want {
			t.Errorf("%q: got %s and %s, want %s", content, b.Encoding, read, want)
		}
	}
}

func TestNoSource(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	c := blob.NewCache(t.TempDir())
	if _, err := c.File(missing, archive.Check{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("file: got %v", err)
	}
	if _, err := c.Directory(t.Context(), missing, archive.Options{Format: archive.Zip}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory: got %v", err)
	}
	if _, err := c.File(t.TempDir(), archive.Check{}); err == nil || !strings.Contains(err.Error(), "use source_dir for a directory") {
		t.Errorf("directory as a file: got %v", err)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b, err := blob.NewCache("").File(write(t, t.TempDir(), "file", text("x")), archive.Check{})
	must(t, err)
	if err := b.Sum(ctx, storage); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

// TestOpen: what is read is what was summed, whatever became of the file; of another file, the last bytes never come.
func TestOpen(t *testing.T) {
	t.Parallel()
	before := text("before")
	for name, test := range map[string]struct {
		now  string
		same bool
	}{
		"unchanged": {before, true},
		"longer":    {before + "more", true},
		"other":     {"B" + before[1:], false},
		"shorter":   {before[:len(before)-1], false},
		"empty":     {"", false},
	} {
		for _, engine := range []message.ItemType{storage, ipfs} {
			t.Run(name+" in "+string(engine), func(t *testing.T) {
				t.Parallel()
				file := write(t, t.TempDir(), "file", before)
				b, err := blob.NewCache("").File(file, archive.Check{})
				must(t, err)
				must(t, b.Sum(t.Context(), engine))
				must(t, os.WriteFile(file, []byte(test.now), 0o644))
				reader, err := b.Open(t.Context())
				must(t, err)
				defer reader.Close()
				got, err := io.ReadAll(reader)
				var changed *blob.ChangedError
				switch {
				case test.same && (err != nil || string(got) != before):
					t.Errorf("got %d bytes and %v, want the file as it was", len(got), err)
				case !test.same && (!errors.As(err, &changed) || changed.Before != b.Hash || changed.Now == b.Hash):
					t.Errorf("got %v, want a ChangedError from %s", err, b.Hash)
				case !test.same && len(got) >= len(before):
					t.Error("another file was handed out")
				}
			})
		}
	}
}

// TestOpenTwice is what a second attempt of an upload does.
func TestOpenTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "main.py", "print()")
	opts := archive.Options{Format: archive.Squashfs}
	_, want := packed(t, dir, opts)
	b, err := blob.NewCache(t.TempDir()).Directory(t.Context(), dir, opts)
	must(t, err)
	for range 2 {
		requireContent(t, b, want)
	}
	must(t, b.Close())
}

func requireContent(t *testing.T, b *blob.Blob, want []byte) {
	t.Helper()
	reader, err := b.Open(t.Context())
	must(t, err)
	got, err := io.ReadAll(reader)
	must(t, err)
	must(t, reader.Close())
	if !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, want %d others", len(got), len(want))
	}
}

func TestSettled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 10, 0, time.UTC)
	for name, test := range map[string]struct {
		changed time.Time
		want    bool
	}{
		"long ago":                    {now.Add(-time.Hour + time.Nanosecond), true},
		"within a tick of the kernel": {now.Add(-10*time.Millisecond + time.Nanosecond), false},
		"after some ticks":            {now.Add(-60 * time.Millisecond), true},
		"now":                         {now, false},
		"in the future":               {now.Add(time.Minute + time.Nanosecond), false},
		"whole seconds, recently":     {now.Add(-2 * time.Second), false},
		"whole seconds, before":       {now.Add(-3 * time.Second), true},
	} {
		if got := blob.Settled(test.changed, now); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
