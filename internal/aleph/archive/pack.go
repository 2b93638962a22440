// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"archive/zip"
	"context"
	"io"
	"os"

	"github.com/klauspost/compress/flate"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/archive/squashfs"
)

func packSquashfs(ctx context.Context, out *os.File, root *node) error {
	w, err := squashfs.NewWriter(out, modTime)
	if err != nil {
		return err
	}
	if err := addToSquashfs(ctx, w, root); err != nil {
		return err
	}
	return w.Close()
}

func addToSquashfs(ctx context.Context, w *squashfs.Writer, dir *node) error {
	for _, child := range dir.children {
		var err error
		switch {
		case child.target != "":
			err = w.Symlink(child.name, child.target)
		case child.isDirectory():
			err = addDirectoryToSquashfs(ctx, w, child)
		default:
			err = addFileToSquashfs(ctx, w, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func addDirectoryToSquashfs(ctx context.Context, w *squashfs.Writer, dir *node) error {
	if err := w.Begin(dir.name); err != nil {
		return err
	}
	if err := addToSquashfs(ctx, w, dir); err != nil {
		return err
	}
	return w.End()
}

func addFileToSquashfs(ctx context.Context, w *squashfs.Writer, n *node) error {
	file, err := w.Create(n.name, uint16(n.permission()))
	if err != nil {
		return err
	}
	if err := copyFile(ctx, file, n); err != nil {
		return err
	}
	return file.Close()
}

func packZip(ctx context.Context, out *os.File, root *node) error {
	// Not the standard library's compressor: what it writes may change with the Go that builds the provider. One serves
	// all entries, which follow one another: it is large.
	deflate, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		return err
	}
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		deflate.Reset(out)
		return deflate, nil
	})
	if err := addToZip(ctx, w, root); err != nil {
		return err
	}
	return w.Close()
}

func addToZip(ctx context.Context, w *zip.Writer, dir *node) error {
	for _, child := range dir.children {
		header := &zip.FileHeader{Name: child.path, Method: zip.Deflate, Modified: modTime}
		header.SetMode(child.info.Mode().Type() | child.permission())
		if child.isDirectory() {
			header.Name += "/"
			header.Method = zip.Store
		}
		entry, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if child.isDirectory() {
			err = addToZip(ctx, w, child)
		} else {
			err = copyFile(ctx, entry, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
