// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package squashfs

// block is file data: being filled, being compressed, or idle.
type block struct {
	data       []byte
	deflate    *deflater
	compressed []byte
	err        error
	done       chan struct{}
}

// newBlock is an empty one.
func (w *Writer) newBlock() (*block, error) {
	if last := len(w.idle) - 1; last >= 0 {
		b := w.idle[last]
		w.idle = w.idle[:last]
		return b, nil
	}
	deflate, err := newDeflater()
	return &block{data: make([]byte, 0, blockSize), deflate: deflate}, err
}

// compress starts to compress a block that is full. It is to be written by a later step.
func (w *Writer) compress(b *block) {
	w.inFlight++
	b.done = make(chan struct{})
	go func() {
		b.compressed, b.err = b.deflate.compress(b.data)
		close(b.done)
	}()
}

// writeBlock writes a block, compressed when that is shorter, and returns its size field.
func (w *Writer) writeBlock(b *block) (size uint32, err error) {
	<-b.done
	w.inFlight--
	if b.err != nil {
		return 0, b.err
	}
	size, data := uint32(len(b.compressed)), b.compressed
	if len(b.compressed) >= len(b.data) {
		size, data = uint32(len(b.data))|blockUncompressed, b.data
	}
	err = w.write(data)
	b.data = b.data[:0]
	w.idle = append(w.idle, b)
	return size, err
}
