// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package cid computes the IPFS identifier that a node gives a file.
package cid

import (
	"crypto/sha256"

	"github.com/mr-tron/base58"
	"google.golang.org/protobuf/encoding/protowire"
)

// What kubo's `add` takes by default with CIDv0 (NETWORK.md 6.5).
const (
	chunkSize = 256 << 10
	maxLinks  = 174
)

// Hash computes the CIDv0 ("Qm" and 44 more characters) under which a node's own IPFS stores the bytes that are written
// to it (NETWORK.md 6.5). It holds one chunk of 256 KiB and the links of one path of the tree, whatever the size of
// the file. The zero value is ready to use.
type Hash struct {
	file  tree
	chunk []byte
}

// Write implements io.Writer; it never fails.
func (h *Hash) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		if len(h.chunk) == 0 && len(p) >= chunkSize {
			h.file.add(0, leaf(p[:chunkSize]))
			p = p[chunkSize:]
			continue
		}
		n := min(len(p), chunkSize-len(h.chunk))
		h.chunk, p = append(h.chunk, p[:n]...), p[n:]
		if len(h.chunk) == chunkSize {
			h.flush()
		}
	}
	return written, nil
}

func (h *Hash) flush() {
	h.file.add(0, leaf(h.chunk))
	h.chunk = h.chunk[:0]
}

// V0 ends the file, and returns its CID. Nothing can be written afterwards.
func (h *Hash) V0() string {
	if len(h.chunk) > 0 || len(h.file.levels) == 0 {
		h.flush()
	}
	return base58.Encode(h.file.root().hash)
}

// link is how a node of the tree is named by its parent.
type link struct {
	hash []byte // multihash: 0x12 (SHA-256), 0x20 (32 bytes), digest
	// fileSize is how many bytes of the file are below it, treeSize how many bytes its blocks take.
	fileSize, treeSize uint64
}

// tree is a balanced DAG in the making: at each level the links that have no parent yet, at most maxLinks of them.
type tree struct {
	levels [][]link
}

// add gives a full level a parent only when one more link comes: a file of exactly maxLinks chunks has one parent.
func (t *tree) add(level int, l link) {
	if level == len(t.levels) {
		t.levels = append(t.levels, make([]link, 0, maxLinks))
	}
	if len(t.levels[level]) == maxLinks {
		t.add(level+1, parent(t.levels[level]))
		t.levels[level] = t.levels[level][:0]
	}
	t.levels[level] = append(t.levels[level], l)
}

// root closes every level: all leaves are at the same depth, so even a single link gets a parent below the top.
func (t *tree) root() link {
	for level := 0; ; level++ {
		links := t.levels[level]
		top := level == len(t.levels)-1
		if top && len(links) == 1 {
			return links[0]
		}
		t.add(level+1, parent(links))
	}
}

func leaf(data []byte) link {
	size := uint64(len(data))
	head := appendType(nil)
	if size > 0 {
		head = protowire.AppendTag(head, unixFSData, protowire.BytesType)
		head = protowire.AppendVarint(head, size)
	}
	return block(nil, size, 0, head, data, appendVarint(nil, unixFSFileSize, size))
}

func parent(children []link) link {
	var links []byte
	var fileSize, treeSize uint64
	for _, child := range children {
		links = protowire.AppendTag(links, nodeLinks, protowire.BytesType)
		links = protowire.AppendBytes(links, child.encode())
		fileSize += child.fileSize
		treeSize += child.treeSize
	}
	unixFS := appendVarint(appendType(nil), unixFSFileSize, fileSize)
	for _, child := range children {
		unixFS = appendVarint(unixFS, unixFSBlockSizes, child.fileSize)
	}
	return block(links, fileSize, treeSize, unixFS)
}

// block hashes a node: its links come before its data (NETWORK.md 6.5), against the order of their field numbers. The
// data comes in parts, since a chunk is large to be copied.
func block(links []byte, fileSize, childrenSize uint64, unixFS ...[]byte) link {
	length := 0
	for _, part := range unixFS {
		length += len(part)
	}
	head := protowire.AppendTag(links, nodeData, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(length))
	digest := sha256.New()
	for _, part := range append([][]byte{head}, unixFS...) {
		digest.Write(part)
	}
	return link{
		hash:     digest.Sum([]byte{0x12, sha256.Size}),
		fileSize: fileSize,
		treeSize: childrenSize + uint64(len(head)+length),
	}
}

// Field numbers of dag-pb (node, link) and UnixFS (NETWORK.md 6.5).
const (
	nodeData, nodeLinks          protowire.Number = 1, 2
	linkHash, linkName, linkSize protowire.Number = 1, 2, 3

	unixFSType, unixFSData           protowire.Number = 1, 2
	unixFSFileSize, unixFSBlockSizes protowire.Number = 3, 4

	unixFSTypeFile = 2
)

func (l link) encode() []byte {
	b := protowire.AppendTag(nil, linkHash, protowire.BytesType)
	b = protowire.AppendBytes(b, l.hash)
	b = protowire.AppendTag(b, linkName, protowire.BytesType)
	b = protowire.AppendBytes(b, nil)
	return appendVarint(b, linkSize, l.treeSize)
}

func appendType(b []byte) []byte { return appendVarint(b, unixFSType, unixFSTypeFile) }

func appendVarint(b []byte, field protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), value)
}
