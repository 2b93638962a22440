// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package archive

import (
	"archive/zip"
	"io"
	"os"

	"github.com/klauspost/compress/flate"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive/squashfs"
)

func packSquashfs(out *os.File, root *node, read reader) error {
	w, err := squashfs.NewWriter(out, modTime)
	if err != nil {
		return err
	}
	if err := addToSquashfs(w, root, read); err != nil {
		return err
	}
	return w.Close()
}

func addToSquashfs(w *squashfs.Writer, dir *node, read reader) error {
	for _, child := range dir.children {
		var err error
		switch {
		case child.target != "":
			err = w.Symlink(child.name, child.target)
		case child.isDirectory():
			err = addDirectoryToSquashfs(w, child, read)
		default:
			err = addFileToSquashfs(w, child, read)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func addDirectoryToSquashfs(w *squashfs.Writer, dir *node, read reader) error {
	if err := w.Begin(dir.name); err != nil {
		return err
	}
	if err := addToSquashfs(w, dir, read); err != nil {
		return err
	}
	return w.End()
}

func addFileToSquashfs(w *squashfs.Writer, n *node, read reader) error {
	file, err := w.Create(n.name, uint16(n.permission()))
	if err != nil {
		return err
	}
	if err := read(file, n); err != nil {
		return err
	}
	return file.Close()
}

func packZip(out *os.File, root *node, read reader) error {
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
	if err := addToZip(w, root, read); err != nil {
		return err
	}
	return w.Close()
}

func addToZip(w *zip.Writer, dir *node, read reader) error {
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
			err = addToZip(w, child, read)
		} else {
			err = read(entry, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
