// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/zlib"
)

const (
	metadataBlockSize    = 8192
	metadataUncompressed = 1 << 15 // of a metadata block's header
	blockUncompressed    = 1 << 24 // of a data block's size field
)

// metadata is a table in the making: records one after the other, cut into blocks of 8 KiB, each compressed.
type metadata struct {
	deflate *deflater
	written []byte // finished blocks
	blocks  []int  // where each finished block starts in written
	pending []byte // the block being filled
	length  int    // bytes of all records
}

// position is where a record starts: its block's offset in the written table, and its offset in that block.
type position struct {
	block  uint32
	offset uint16
}

func (m *metadata) position() position {
	return position{block: uint32(len(m.written)), offset: uint16(len(m.pending))}
}

func (m *metadata) write(record []byte) error {
	m.length += len(record)
	m.pending = append(m.pending, record...)
	for len(m.pending) >= metadataBlockSize {
		if err := m.writeBlock(m.pending[:metadataBlockSize]); err != nil {
			return err
		}
		m.pending = append(m.pending[:0], m.pending[metadataBlockSize:]...)
	}
	return nil
}

// flush writes the last, shorter block.
func (m *metadata) flush() error {
	if len(m.pending) == 0 {
		return nil
	}
	err := m.writeBlock(m.pending)
	m.pending = m.pending[:0]
	return err
}

func (m *metadata) writeBlock(block []byte) error {
	compressed, err := m.deflate.compress(block)
	if err != nil {
		return err
	}
	header := uint16(len(compressed))
	if len(compressed) >= len(block) {
		compressed, header = block, uint16(len(block))|metadataUncompressed
	}
	m.blocks = append(m.blocks, len(m.written))
	m.written = binary.LittleEndian.AppendUint16(m.written, header)
	m.written = append(m.written, compressed...)
	return nil
}

// deflater compresses blocks independently of each other. The library is not the standard one, whose output may change
// with the Go that builds the provider; this one changes only with go.mod.
type deflater struct {
	buffer bytes.Buffer
	zlib   *zlib.Writer
}

func newDeflater() (*deflater, error) {
	d := &deflater{}
	var err error
	d.zlib, err = zlib.NewWriterLevel(&d.buffer, zlib.DefaultCompression)
	return d, err
}

// compress returns block compressed; the bytes are valid until the next call.
func (d *deflater) compress(block []byte) ([]byte, error) {
	d.buffer.Reset()
	d.zlib.Reset(&d.buffer)
	if _, err := d.zlib.Write(block); err != nil {
		return nil, err
	}
	if err := d.zlib.Close(); err != nil {
		return nil, err
	}
	return d.buffer.Bytes(), nil
}
