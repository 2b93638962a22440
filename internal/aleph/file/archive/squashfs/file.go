// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
	"bytes"
	"errors"
	"io"
	"math"
)

const (
	noFragment        = math.MaxUint32
	fragmentEntrySize = 16
)

// file is a regular file being written: full blocks go out at once; what remains of a file smaller than a block shares
// a fragment block with other small files.
type file struct {
	w          *Writer
	name       string
	permission uint16
	size       uint64
	pending    *block // the block being filled; nil before the first byte
	isLarge    bool   // at least one block was filled

	// Steps find these.
	start      int64 // of its first block
	blockSizes []uint32
}

// Create adds a regular file with these permission bits to the directory being filled. The file is complete when it is
// closed, which must come before the next call to the Writer.
func (w *Writer) Create(name string, permission uint16) (io.WriteCloser, error) {
	f := &file{w: w, name: name, permission: permission}
	return f, w.later(func() error { f.start = w.offset; return nil })
}

// Write implements io.Writer.
func (f *file) Write(p []byte) (int, error) {
	n, err := f.ReadFrom(bytes.NewReader(p))
	return int(n), err
}

// ReadFrom implements io.ReaderFrom, which spares io.Copy a buffer for each of many small files.
func (f *file) ReadFrom(r io.Reader) (read int64, err error) {
	for {
		if f.pending == nil {
			if f.pending, err = f.w.newBlock(); err != nil {
				return read, err
			}
		}
		data := f.pending.data
		n, err := r.Read(data[len(data):blockSize])
		f.pending.data = data[:len(data)+n]
		read += int64(n)
		f.size += uint64(n)
		if len(f.pending.data) == blockSize {
			if err := f.flush(); err != nil {
				return read, err
			}
		}
		if errors.Is(err, io.EOF) {
			return read, nil
		}
		if err != nil {
			return read, err
		}
	}
}

// Close implements io.Closer: it writes what remains, and the inode.
func (f *file) Close() error {
	fragment, offset := uint32(noFragment), uint32(0)
	var err error
	switch {
	case f.pending == nil:
	case len(f.pending.data) == 0:
		f.w.idle = append(f.w.idle, f.pending)
	case f.isLarge:
		err = f.flush()
	default:
		fragment, offset, err = f.w.addFragment(f.pending.data)
		f.pending.data = f.pending.data[:0]
		f.w.idle = append(f.w.idle, f.pending)
	}
	if err != nil {
		return err
	}
	return f.w.later(func() error { return f.w.addFile(f, fragment, offset) })
}

func (f *file) flush() error {
	full := f.pending
	f.pending, f.isLarge = nil, true
	f.w.compress(full)
	return f.w.later(func() error {
		size, err := f.w.writeBlock(full)
		f.blockSizes = append(f.blockSizes, size)
		return err
	})
}

// addFragment returns the number of the fragment block that will hold data, and where in it.
func (w *Writer) addFragment(data []byte) (number, offset uint32, err error) {
	if len(w.fragment.data)+len(data) > blockSize {
		if err := w.flushFragment(); err != nil {
			return 0, 0, err
		}
	}
	offset = uint32(len(w.fragment.data))
	w.fragment.data = append(w.fragment.data, data...)
	return w.fragmentCount, offset, nil
}

func (w *Writer) flushFragment() (err error) {
	full := w.fragment
	if len(full.data) == 0 {
		return nil
	}
	if w.fragment, err = w.newBlock(); err != nil {
		return err
	}
	w.fragmentCount++
	w.compress(full)
	return w.later(func() error {
		start := uint64(w.offset)
		size, err := w.writeBlock(full)
		if err != nil {
			return err
		}
		return w.fragments.write(encode(struct {
			Start        uint64
			Size, Unused uint32
		}{Start: start, Size: size}))
	})
}
