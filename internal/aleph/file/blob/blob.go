// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package blob is what is put on the network as one file: a file of this machine, a directory that is packed, or bytes.
// A file or a directory that has not changed since is not read again to know its hash, also by another process: see
// Cache.
package blob

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
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
	check   archive.Check
	cache   *Cache
	// state is what the content is remembered by.
	state state
}

// content is where the bytes are.
type content interface {
	open(ctx context.Context) (io.ReadCloser, error)
	// parts yields the files that it is made of.
	parts(yield func(Part, error) bool)
	close() error
}

// Part is a file as the user has it, of which a blob is made.
type Part struct {
	// Name is the path below a directory, or what the blob is called.
	Name string
	// Wanted is set when an exclude pattern that begins with ! names it.
	Wanted bool
	// Size is in bytes.
	Size    int64
	Content io.ReaderAt
}

// Parts are the files that the blob is made of: those of a directory, or one. Each is open until the next one.
func (b *Blob) Parts() iter.Seq2[Part, error] { return b.content.parts }

// yieldFile yields a file while it is open.
func yieldFile(open func() (*os.File, error), part Part, yield func(Part, error) bool) bool {
	file, err := open()
	if err != nil {
		return yield(part, err)
	}
	part.Content = file
	goOn := yield(part, nil)
	return file.Close() == nil && goOn
}

// Bytes are a blob by themselves.
func Bytes(data []byte, check archive.Check) *Blob {
	return &Blob{Name: "content", Size: int64(len(data)), content: held(data), check: check}
}

type held []byte

func (h held) open(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(h)), nil
}
func (h held) close() error { return nil }

func (h held) parts(yield func(Part, error) bool) {
	yield(Part{Name: "content", Size: int64(len(h)), Content: bytes.NewReader(h)}, nil)
}

// File is a regular file as a blob, of which the content is checked when it is read. It is os.ErrNotExist when there is
// none.
func (c *Cache) File(name string, check archive.Check) (*Blob, error) {
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
	b := &Blob{Name: info.Name(), Size: info.Size(), content: file{name, info}, check: check}
	if b.Size >= worthRemembering {
		entry := slices.Values([]archive.Entry{{Info: info}})
		b.cache, b.state = c, stateOf(name, archive.Options{Check: check}, entry, now)
	}
	return b, nil
}

// worthRemembering is the size in bytes from which a file takes longer to read than what is remembered of it.
const worthRemembering = 1 << 20

type file struct {
	name string
	info os.FileInfo
}

func (f file) open(context.Context) (io.ReadCloser, error) { return os.Open(f.name) }
func (f file) close() error                                { return nil }

func (f file) parts(yield func(Part, error) bool) {
	yieldFile(func() (*os.File, error) { return os.Open(f.name) }, Part{Name: f.info.Name(), Size: f.info.Size()}, yield)
}

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

// read hashes and checks the file in one pass, and tells its encoding by its first bytes.
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
	sum, check := newSum(engine), b.check.Start()
	size, err := io.Copy(io.MultiWriter(sum, check), buffered)
	err = cmp.Or(err, check.Close())
	if err == nil && encoding == "zip" {
		err = b.checkZip(ctx)
	}
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
