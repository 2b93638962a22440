// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
)

// maxUnpacked bounds how much of a zip is unpacked to be looked at, in bytes: a small one can hold more than any disk.
const maxUnpacked = 256 << 20

// checkZip shows the check what is in a zip: it is compressed there. What only looks like a zip has passed as it is.
func (b *Blob) checkZip(ctx context.Context) error {
	if b.check.Begin == nil {
		return nil
	}
	for part, err := range b.Parts() {
		if err != nil {
			return err
		}
		archive, err := zip.NewReader(part.Content, part.Size)
		if err != nil {
			return nil
		}
		left := int64(maxUnpacked)
		for _, entry := range archive.File {
			read, err := b.checkEntry(ctx, entry, left)
			if err != nil {
				return fmt.Errorf("%q in the zip: %w", entry.Name, err)
			}
			if left -= read; left == 0 {
				return nil
			}
		}
	}
	return nil
}

// checkEntry shows the check up to limit bytes of an entry, and returns how many there were. An entry that cannot be
// unpacked holds nothing for anybody.
func (b *Blob) checkEntry(ctx context.Context, entry *zip.File, limit int64) (int64, error) {
	check := b.check.Start()
	content, err := entry.Open()
	if err != nil {
		return 0, check.Close()
	}
	unpacked := &failing{Reader: until(ctx, content)}
	read, err := io.Copy(check, io.LimitReader(unpacked, limit))
	if unpacked.err != nil && ctx.Err() == nil {
		err = nil
	}
	return read, errors.Join(cmp.Or(err, check.Close()), content.Close())
}

// failing notes an error of the reader, which a copy does not tell from one of the writer.
type failing struct {
	io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}
