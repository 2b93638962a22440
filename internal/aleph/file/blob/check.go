// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/cid"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// ChangedError is a file that is not the one that it was.
type ChangedError struct {
	// Before and Now are hashes of the file.
	Before, Now string
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("the file changed since the plan: its hash was %s, and is %s now", e.Before, e.Now)
}

// Remedy says what to do.
func (e *ChangedError) Remedy() string {
	return "Plan again. When another resource makes the file during the apply, let the path depend on that resource's id, so that it is not known before."
}

// checked reads a file of which size and hash are known.
type checked struct {
	io.ReadCloser
	left int64
	want string
	sum  sum
	done bool
}

// Read implements io.Reader. Who knows the size does not ask for the end, so the check comes with the last byte.
func (c *checked) Read(p []byte) (int, error) {
	if c.done {
		return 0, io.EOF
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	if _, err := c.sum.Write(p[:n]); err != nil {
		return 0, err
	}
	c.left -= int64(n)
	if c.left > 0 && !errors.Is(err, io.EOF) {
		return n, err
	}
	c.done = true
	if now := c.sum.text(); now != c.want {
		return 0, &ChangedError{Before: c.want, Now: now}
	}
	return n, io.EOF
}

// sum computes the hash by which an engine knows what is written to it.
type sum interface {
	io.Writer
	// text ends the file.
	text() string
}

func newSum(engine message.ItemType) sum {
	if engine == message.ItemTypeIPFS {
		return &ipfsSum{}
	}
	return storageSum{sha256.New()}
}

type ipfsSum struct{ cid.Hash }

func (s *ipfsSum) text() string { return s.V0() }

type storageSum struct{ hash.Hash }

func (s storageSum) text() string { return hex.EncodeToString(s.Sum(nil)) }

// until is a reader that ends with its context, for what may take long.
func until(ctx context.Context, r io.Reader) io.Reader { return &bounded{ctx, r} }

type bounded struct {
	ctx context.Context
	io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.Reader.Read(p)
}

// The first bytes of what is packed.
var (
	squashfsMagic = []byte("hsqs")
	zipMagic      = []byte("PK\x03\x04")
)

// EncodingOf tells squashfs, zip and plain files by how they begin. It reads more than that.
func EncodingOf(r io.Reader) (string, error) { return encodingOf(bufio.NewReader(r)) }

// encodingOf leaves everything to be read.
func encodingOf(r *bufio.Reader) (string, error) {
	head, err := r.Peek(len(squashfsMagic))
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case bytes.Equal(head, squashfsMagic):
		return "squashfs", nil
	case bytes.Equal(head, zipMagic):
		return "zip", nil
	}
	return "plain", nil
}
