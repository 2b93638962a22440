// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package blob is what is put on the network as one file: a file of this machine, a directory that is packed, or bytes.
// A file or a directory that has not changed since is not read again to know its hash, also by another process: see
// Cache.
package blob

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Blob is one file as the network is to keep it. It is not safe for concurrent use.
type Blob struct {
	// Name is the file's own, or says what it is.
	Name string
	// Size is in bytes.
	Size int64
	// Hash is what Sum found: SHA-256 in hex, or a CIDv0.
	Hash string
	// Encoding is how the file is packed: squashfs, zip or plain. Sum finds it.
	Encoding string

	// engine is what Hash is for; empty when there is none yet.
	engine  message.ItemType
	content content
	cache   *Cache
	// state is what the content is remembered by.
	state state
}

// content is where the bytes are.
type content interface {
	open(ctx context.Context) (io.ReadCloser, error)
	close() error
}

// Bytes are a blob by themselves.
func Bytes(data []byte) *Blob {
	return &Blob{Name: "content", Size: int64(len(data)), content: held(data)}
}

type held []byte

func (h held) open(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(h)), nil
}
func (h held) close() error { return nil }

// File is a regular file as a blob. It is os.ErrNotExist when there is none.
func (c *Cache) File(name string) (*Blob, error) {
	if err := archive.CheckPath(name); err != nil {
		return nil, err
	}
	now := time.Now()
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file; use source_dir for a directory", name)
	}
	b := &Blob{Name: info.Name(), Size: info.Size(), content: file(name)}
	if b.Size >= worthRemembering {
		b.cache, b.state = c, stateOfFile(name, info, now)
	}
	return b, nil
}

// worthRemembering is the size in bytes from which a file takes longer to read than what is remembered of it.
const worthRemembering = 1 << 20

type file string

func (f file) open(context.Context) (io.ReadCloser, error) { return os.Open(string(f)) }
func (f file) close() error                                { return nil }

// Sum finds the hash by which an engine knows the file, and its encoding: what is remembered, or what the file says.
func (b *Blob) Sum(ctx context.Context, engine message.ItemType) error {
	if b.engine == engine {
		return nil
	}
	known, ok := b.cache.recall(b.state, engine)
	if !ok || known.Size != b.Size {
		var err error
		if known, err = b.read(ctx, engine); err != nil {
			return err
		}
		b.cache.remember(b.state, engine, known)
	}
	b.engine, b.Hash, b.Encoding = engine, known.Hash, known.Encoding
	return nil
}

// bufferSize is how much is read at once, in bytes.
const bufferSize = 256 << 10

// read hashes the file in one pass, and tells its encoding by its first bytes.
func (b *Blob) read(ctx context.Context, engine message.ItemType) (found record, err error) {
	reader, err := b.content.open(ctx)
	if err != nil {
		return record{}, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	buffered := bufio.NewReaderSize(until(ctx, reader), bufferSize)
	encoding, err := encodingOf(buffered)
	if err != nil {
		return record{}, err
	}
	sum := newSum(engine)
	size, err := io.Copy(sum, buffered)
	if err == nil && size != b.Size {
		err = fmt.Errorf("it had %d bytes, and %d when it was read: it changes", b.Size, size)
	}
	return record{Hash: sum.text(), Size: size, Encoding: encoding}, err
}

// Open opens the file that was summed. What comes out is that file, or the last bytes are held back, and the error is a
// *ChangedError.
func (b *Blob) Open(ctx context.Context) (io.ReadCloser, error) {
	reader, err := b.content.open(ctx)
	if err != nil {
		return nil, err
	}
	return &checked{ReadCloser: reader, left: b.Size, want: b.Hash, sum: newSum(b.engine)}, nil
}

// Keep leaves an archive that was built for the process that will upload it.
func (b *Blob) Keep() {
	if archive, ok := b.content.(*packed); ok {
		archive.keep()
	}
}

// Close gives up what the blob takes on this machine.
func (b *Blob) Close() error { return b.content.close() }
