// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
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
	start      int64 // of its first block
	size       uint64
	blockSizes []uint32
	pending    []byte // the block being filled
}

// Create adds a regular file with these permission bits to the directory being filled. The file is complete when it is
// closed, which must come before the next call to the Writer.
func (w *Writer) Create(name string, permission uint16) io.WriteCloser {
	return &file{w: w, name: name, permission: permission, start: w.offset, pending: w.block[:0]}
}

// Write implements io.Writer.
func (f *file) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		k := min(len(p), blockSize-len(f.pending))
		f.pending = append(f.pending, p[:k]...)
		n, p = n+k, p[k:]
		if len(f.pending) == blockSize {
			if err := f.flush(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// Close implements io.Closer: it writes what remains, and the inode.
func (f *file) Close() error {
	fragment, offset := uint32(noFragment), uint32(0)
	var err error
	if len(f.blockSizes) == 0 && len(f.pending) > 0 {
		f.size += uint64(len(f.pending))
		fragment, offset, err = f.w.addFragment(f.pending)
	} else if len(f.pending) > 0 {
		err = f.flush()
	}
	if err != nil {
		return err
	}
	return f.w.addFile(f, fragment, offset)
}

func (f *file) flush() error {
	size, err := f.w.writeBlock(f.pending)
	if err != nil {
		return err
	}
	f.blockSizes = append(f.blockSizes, size)
	f.size += uint64(len(f.pending))
	f.pending = f.pending[:0]
	return nil
}

// addFragment returns the number of the fragment block that will hold data, and where in it.
func (w *Writer) addFragment(data []byte) (number, offset uint32, err error) {
	if len(w.fragment)+len(data) > blockSize {
		if err := w.flushFragment(); err != nil {
			return 0, 0, err
		}
	}
	number, offset = uint32(w.fragments.length/fragmentEntrySize), uint32(len(w.fragment))
	w.fragment = append(w.fragment, data...)
	return number, offset, nil
}

func (w *Writer) flushFragment() error {
	if len(w.fragment) == 0 {
		return nil
	}
	start := uint64(w.offset)
	size, err := w.writeBlock(w.fragment)
	if err != nil {
		return err
	}
	w.fragment = w.fragment[:0]
	return w.fragments.write(encode(struct {
		Start        uint64
		Size, Unused uint32
	}{Start: start, Size: size}))
}
