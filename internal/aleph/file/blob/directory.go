// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Directory is a directory as a blob: its archive, which is built only if it is not known what comes of it. It is
// os.ErrNotExist when there is no directory.
func (c *Cache) Directory(ctx context.Context, dir string, opts archive.Options) (*Blob, error) {
	now := time.Now()
	if opts.LeaveOut != nil {
		opts.LeaveOut = c.leftOut(dir, opts, now)
	}
	tree, err := archive.Scan(ctx, dir, opts)
	if err != nil {
		return nil, err
	}
	p := &packed{tree: tree, cache: c, state: stateOf(dir, opts, tree.Entries(), now)}
	known, ok := c.recall(p.state, message.ItemTypeStorage)
	if !ok {
		if p.built, err = c.pack(ctx, tree); err != nil {
			return nil, err
		}
		known = record{Hash: p.built.SHA256, Size: p.built.Size, Encoding: string(opts.Format)}
		c.remember(p.state, message.ItemTypeStorage, known)
	}
	p.known = known
	return &Blob{
		Name: "archive", Size: known.Size, Hash: known.Hash, Encoding: known.Encoding, engine: message.ItemTypeStorage,
		content: p, cache: c, state: p.state,
	}, nil
}

// leftOut is opts.LeaveOut, which reads files, with what was remembered of them.
func (c *Cache) leftOut(dir string, opts archive.Options, now time.Time) func(context.Context, []archive.Entry) ([]string, error) {
	return func(ctx context.Context, files []archive.Entry) (paths []string, err error) {
		s := stateOf(dir, archive.Options{}, slices.Values(files), now)
		if c.load(s, leftOutSuffix, maxListSize, &paths) {
			return paths, nil
		}
		if paths, err = opts.LeaveOut(ctx, files); err == nil {
			c.save(s, leftOutSuffix, paths)
		}
		return paths, err
	}
}

// packed is a directory's archive.
type packed struct {
	tree  *archive.Tree
	cache *Cache
	state state
	known record
	// built is the archive while it is this blob's to remove.
	built *archive.Archive
	// file is the archive once it was opened. It is open until the end: another process may remove the file by its name.
	file *os.File
}

func (p *packed) open(ctx context.Context) (io.ReadCloser, error) {
	if p.file == nil {
		var err error
		if p.file, err = p.find(ctx); err != nil {
			return nil, err
		}
	}
	return io.NopCloser(io.NewSectionReader(p.file, 0, p.known.Size)), nil
}

// find opens the archive that the plan left, or builds it.
func (p *packed) find(ctx context.Context) (*os.File, error) {
	if p.built == nil {
		if file := p.cache.take(ctx, p.state, p.known); file != nil {
			return file, nil
		}
		var err error
		if p.built, err = p.cache.pack(ctx, p.tree); err != nil {
			return nil, err
		}
		if p.built.SHA256 != p.known.Hash {
			return nil, &ChangedError{Before: p.known.Hash, Now: p.built.SHA256}
		}
	}
	return os.Open(p.built.Path)
}

func (p *packed) parts(yield func(Part, error) bool) {
	for entry := range p.tree.Entries() {
		if entry.Target != "" || !entry.Info.Mode().IsRegular() {
			continue
		}
		if !yieldFile(entry.Open, Part{Name: entry.Path, Wanted: entry.TakenBack, Size: entry.Info.Size()}, yield) {
			return
		}
	}
}

func (p *packed) keep() {
	if p.built != nil && p.cache.keep(p.state, p.built) {
		p.built = nil
	}
}

func (p *packed) close() error {
	var errs []error
	if p.file != nil {
		errs = append(errs, p.file.Close())
	}
	if p.built != nil {
		errs = append(errs, p.built.Close())
	}
	return errors.Join(errs...)
}
