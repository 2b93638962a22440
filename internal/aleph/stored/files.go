// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package stored is what is known of the files that mounts give: as a run plans them, or as a node has them, which is asked
// once for each.
package stored

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// Files asks one node, and remembers what it said and what was noted.
type Files struct {
	Node *node.Client

	kept      shared.Memo[Mount, *node.StoredFile]
	encodings shared.Memo[string, string]
	// timeout is how plans wait.
	timeout shared.Timeout

	mu      sync.Mutex
	noted   map[Mount]Facts
	amended map[string]bool
	created []Facts
}

// Mount names a file by a STORE: its newest version, or the very one.
type Mount struct {
	Ref       string
	UseLatest bool
}

// Facts are what a mount gives, as far as it is known.
type Facts struct {
	// Encoding is how the file is packed: squashfs, zip or plain; empty when that is not known.
	Encoding string
	// Size is in bytes; nil when it is not known.
	Size *int64
}

// Size is the size in bytes of the file that a mount gives; nil when the node does not know it, and then it bills nothing
// for it either.
func (f *Files) Size(ctx context.Context, m Mount) (*int64, error) {
	file, err := f.find(ctx, m)
	if file == nil {
		return nil, err
	}
	return &file.Size, nil
}

// FactsSoon is what a mount gives, as it was noted or as the node says, for a plan that does no more than warn: it waits for a
// moment only, and fails once per process at most.
func (f *Files) FactsSoon(ctx context.Context, m Mount) (Facts, error) {
	if facts, ok := f.Noted(m); ok {
		return facts, nil
	}
	facts, err := shared.Wait(ctx, &f.timeout, shared.WarningLimit, func(ctx context.Context) (Facts, error) {
		file, err := f.find(ctx, m)
		if file == nil {
			return Facts{}, err
		}
		encoding, err := f.encodings.Get(ctx, file.FileHash, func(ctx context.Context) (string, error) { return f.readEncoding(ctx, file.FileHash) })
		return Facts{Encoding: encoding, Size: &file.Size}, err
	})
	return facts, f.timeout.Once(err)
}

// AmendSoon is the item hash of the first STORE of a file when ref is a later one; empty otherwise, and when the node does
// not know it. It waits as FactsSoon does.
func (f *Files) AmendSoon(ctx context.Context, ref string) (first string, err error) {
	file, err := shared.Wait(ctx, &f.timeout, shared.WarningLimit, func(ctx context.Context) (*node.StoredFile, error) {
		return f.find(ctx, Mount{ref, true})
	})
	if file == nil || file.Ref == ref || message.ItemTypeOf(file.Ref) == "" {
		return "", err
	}
	return file.Ref, nil
}

// find is the file that a mount gives, asked for once; nil when the node does not know it.
func (f *Files) find(ctx context.Context, m Mount) (*node.StoredFile, error) {
	if m.Ref == "" {
		return nil, nil
	}
	return f.kept.Get(ctx, m, func(ctx context.Context) (*node.StoredFile, error) {
		var file node.StoredFile
		err := node.ErrNotFound
		if m.UseLatest {
			file, err = f.Node.FileByRef(ctx, m.Ref)
		}
		if errors.Is(err, node.ErrNotFound) {
			// Some nodes know a file by its first STORE only once there is an amend (NETWORK.md 13.2).
			file, err = f.Node.FileByMessage(ctx, m.Ref)
		}
		switch {
		case errors.Is(err, node.ErrNotFound):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("unable to read the size of the file of %s: %w", m.Ref, err)
		}
		return &file, nil
	})
}

// readEncoding reads how a file begins, and no more of it; the encoding is empty when the node does not have the file.
func (f *Files) readEncoding(ctx context.Context, hash string) (encoding string, err error) {
	body, err := f.Node.Download(ctx, hash)
	switch {
	case errors.Is(err, node.ErrNotFound):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("unable to read the file %s: %w", hash, err)
	}
	defer body.Close() //nolint:errcheck // nothing is written through it
	return blob.EncodingOf(body)
}
