// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
	"bytes"
	"encoding/binary"
)

const (
	magic          = 0x73717368 // "hsqs"
	blockLog       = 17         // blockSize as a power of two
	compressorZlib = 1
	flagNoXattrs   = 0x0200
	noTable        = 1<<64 - 1
	superblockSize = 96
	// deviceBlock is what an image is padded to, so that it can be a block device.
	deviceBlock = 4096
)

// superblock is the head of an image, its fields in the order and the widths of the format.
type superblock struct {
	Magic, InodeCount, ModTime, BlockSize, FragmentCount uint32
	Compressor, BlockLog, Flags, IDCount, Major, Minor   uint16
	RootInode, BytesUsed                                 uint64
	IDTable, XattrTable, InodeTable, DirectoryTable      uint64
	FragmentTable, ExportTable                           uint64
}

func (s superblock) encode() []byte { return encode(s) }

// encode writes a struct of fixed-size fields as the format does: little endian, without padding.
func encode(fields any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, fields); err != nil {
		panic(err) // only for a type that has no fixed size
	}
	return b.Bytes()
}
