// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
	"encoding/binary"
	"math"
)

// directory is a directory being filled.
type directory struct {
	name           string
	number         uint32
	entries        []entry
	subdirectories int
}

// entry is what a directory's listing says of one name.
type entry struct {
	name      string
	inodeType uint16
	number    uint32
	inode     position
}

// Begin adds a directory to the one being filled, and fills that from now on.
func (w *Writer) Begin(name string) error {
	return w.later(func() error {
		w.inodeCount++
		w.open = append(w.open, &directory{name: name, number: w.inodeCount})
		return nil
	})
}

// End goes back to the parent of the directory being filled.
func (w *Writer) End() error {
	return w.later(func() error {
		ended := w.open[len(w.open)-1]
		at, err := w.end()
		w.list(entry{name: ended.name, inodeType: typeDirectory, number: ended.number, inode: at})
		return err
	})
}

// end writes the listing and the inode of the directory being filled.
func (w *Writer) end() (position, error) {
	last := len(w.open) - 1
	d := w.open[last]
	w.open = w.open[:last]
	parent := w.inodeCount + 1 // of the root: a number that no inode has
	if last > 0 {
		parent = w.open[last-1].number
	}
	at, listing := w.directories.position(), d.listing()
	if err := w.directories.write(listing); err != nil {
		return position{}, err
	}
	return w.addDirectory(d, parent, at, len(listing))
}

func (w *Writer) list(e entry) {
	d := w.open[len(w.open)-1]
	d.entries = append(d.entries, e)
	if e.inodeType == typeDirectory {
		d.subdirectories++
	}
}

// maxRun is how many entries may share a header.
const maxRun = 256

// listing is the directory as the format has it: runs of entries whose inodes are in the same block, numbered within
// 16 bits of the first.
func (d *directory) listing() []byte {
	var b []byte
	for rest := d.entries; len(rest) > 0; {
		first, n := rest[0], 1
		for n < len(rest) && n < maxRun && rest[n].sharesHeader(first) {
			n++
		}
		b = append(b, encode(struct{ Count, Block, Number uint32 }{uint32(n - 1), first.inode.block, first.number})...)
		for _, e := range rest[:n] {
			b = binary.LittleEndian.AppendUint16(b, e.inode.offset)
			b = binary.LittleEndian.AppendUint16(b, uint16(e.number-first.number))
			b = binary.LittleEndian.AppendUint16(b, e.inodeType)
			b = binary.LittleEndian.AppendUint16(b, uint16(len(e.name)-1))
			b = append(b, e.name...)
		}
		rest = rest[n:]
	}
	return b
}

// sharesHeader holds for a later entry of the same directory, whose number is never smaller: numbers are given in the
// order of the walk.
func (e entry) sharesHeader(first entry) bool {
	return e.inode.block == first.inode.block && e.number-first.number <= math.MaxInt16
}
