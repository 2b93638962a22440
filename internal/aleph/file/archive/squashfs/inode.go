// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
	"encoding/binary"
	"math"
)

// The types of inodes. A directory's listing always names the basic type.
const (
	typeDirectory         = 1
	typeFile              = 2
	typeSymlink           = 3
	typeExtendedDirectory = 8
	typeExtendedFile      = 9
)

const (
	directoryPermission = 0o755
	symlinkPermission   = 0o777
	noXattr             = math.MaxUint32
)

// inodeHeader starts every inode. Owner and group are index 0 of the table of ids.
type inodeHeader struct {
	Type, Permission, Owner, Group uint16
	ModTime, Number                uint32
}

// addInode writes an inode and returns where it is. body is a struct of fixed-size fields, tail follows it.
func (w *Writer) addInode(inodeType, permission uint16, number uint32, body any, tail []byte) (position, error) {
	at := w.inodes.position()
	inode := encode(inodeHeader{Type: inodeType, Permission: permission, ModTime: w.modTime, Number: number})
	inode = append(append(inode, encode(body)...), tail...)
	return at, w.inodes.write(inode)
}

func (w *Writer) addFile(f *file, fragment, offset uint32) error {
	var sizes []byte
	for _, size := range f.blockSizes {
		sizes = binary.LittleEndian.AppendUint32(sizes, size)
	}
	inodeType := uint16(typeFile)
	var body any = struct{ Start, Fragment, Offset, Size uint32 }{uint32(f.start), fragment, offset, uint32(f.size)}
	if f.start > math.MaxUint32 || f.size > math.MaxUint32 {
		inodeType = typeExtendedFile
		body = struct {
			Start, Size, Sparse             uint64
			Links, Fragment, Offset, Xattrs uint32
		}{uint64(f.start), f.size, 0, 1, fragment, offset, noXattr}
	}
	w.inodeCount++
	at, err := w.addInode(inodeType, f.permission, w.inodeCount, body, sizes)
	w.list(entry{name: f.name, inodeType: typeFile, number: w.inodeCount, inode: at})
	return err
}

// Symlink adds a symbolic link to the directory being filled.
func (w *Writer) Symlink(name, target string) error {
	return w.later(func() error {
		w.inodeCount++
		body := struct{ Links, Size uint32 }{1, uint32(len(target))}
		at, err := w.addInode(typeSymlink, symlinkPermission, w.inodeCount, body, []byte(target))
		w.list(entry{name: name, inodeType: typeSymlink, number: w.inodeCount, inode: at})
		return err
	})
}

func (w *Writer) addDirectory(d *directory, parent uint32, listing position, listingSize int) (position, error) {
	links := uint32(2 + d.subdirectories)
	size := listingSize + 3 // the format counts "." and ".." so
	if size <= math.MaxUint16 {
		return w.addInode(typeDirectory, directoryPermission, d.number, struct {
			Block, Links uint32
			Size, Offset uint16
			Parent       uint32
		}{listing.block, links, uint16(size), listing.offset, parent}, nil)
	}
	return w.addInode(typeExtendedDirectory, directoryPermission, d.number, struct {
		Links, Size, Block, Parent uint32
		IndexCount, Offset         uint16
		Xattrs                     uint32
	}{links, uint32(size), listing.block, parent, 0, listing.offset, noXattr}, nil)
}
