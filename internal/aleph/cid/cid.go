// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package cid computes the names that a node gives a file: the SHA-256 of its own storage, and the identifier of IPFS.
package cid

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/mr-tron/base58"
	"google.golang.org/protobuf/encoding/protowire"
)

// SHA256 reads r to its end and returns the lower-case hexadecimal SHA-256 under which a node's own storage has these
// bytes, and how many bytes they are. The error is that of r.
func SHA256(r io.Reader) (digest string, size int64, err error) {
	hash := sha256.New()
	size, err = io.Copy(hash, r)
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// What kubo's `add` takes by default with CIDv0 (protocol.md 6.7).
const (
	chunkSize = 256 << 10
	maxLinks  = 174
)

// V0 reads r to its end and returns the CIDv0 ("Qm" and 44 more characters) under which a node's own IPFS stores these
// bytes (protocol.md 6.7), and how many bytes they are. It holds one chunk of 256 KiB and the links of one path of the
// tree, whatever the size of the file. The error is that of r.
func V0(r io.Reader) (cid string, size int64, err error) {
	var file tree
	chunk := make([]byte, chunkSize)
	for {
		n, err := io.ReadFull(r, chunk)
		if n > 0 || len(file.levels) == 0 {
			file.add(0, leaf(chunk[:n]))
			size += int64(n)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return "", 0, fmt.Errorf("after %d bytes: %w", size, err)
		}
	}
	return base58.Encode(file.root().hash), size, nil
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
	unixFS := appendType(make([]byte, 0, len(data)+16))
	if size > 0 {
		unixFS = protowire.AppendTag(unixFS, unixFSData, protowire.BytesType)
		unixFS = protowire.AppendBytes(unixFS, data)
	}
	unixFS = appendVarint(unixFS, unixFSFileSize, size)
	return block(nil, unixFS, size, 0)
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
	return block(links, unixFS, fileSize, treeSize)
}

// block hashes a node: its links come before its data (protocol.md 6.7), against the order of their field numbers.
func block(links, unixFS []byte, fileSize, childrenSize uint64) link {
	node := protowire.AppendTag(links, nodeData, protowire.BytesType)
	node = protowire.AppendBytes(node, unixFS)
	digest := sha256.Sum256(node)
	return link{
		hash:     append([]byte{0x12, sha256.Size}, digest[:]...),
		fileSize: fileSize,
		treeSize: childrenSize + uint64(len(node)),
	}
}

// Field numbers of dag-pb (node, link) and UnixFS (protocol.md 6.7).
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
