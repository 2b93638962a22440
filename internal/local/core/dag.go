// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
)

// The shape of a file on IPFS as nodes add it: chunks of one size, balanced, links in groups (NETWORK.md 6.5).
const (
	chunkSize = 262_144
	maxLinks  = 174
)

// dagNode is a block of a file on IPFS: its multihash, the size of its subtree, and the bytes of the file under it.
type dagNode struct {
	hash       []byte
	cumulative int
	fileSize   int
}

// dagBuilder makes the CIDv0 of what is written to it.
type dagBuilder struct {
	chunk  []byte
	leaves []dagNode
}

// Write implements io.Writer.
func (b *dagBuilder) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(chunkSize-len(b.chunk), len(rest))
		b.chunk, rest = append(b.chunk, rest[:n]...), rest[n:]
		if len(b.chunk) == chunkSize {
			b.flush()
		}
	}
	return len(p), nil
}

func (b *dagBuilder) flush() {
	b.leaves = append(b.leaves, newBlock(nil, b.chunk))
	b.chunk = b.chunk[:0]
}

// root ends the file.
func (b *dagBuilder) root() string {
	if len(b.chunk) > 0 || len(b.leaves) == 0 {
		b.flush()
	}
	level := b.leaves
	for len(level) > 1 {
		var parents []dagNode
		for start := 0; start < len(level); start += maxLinks {
			parents = append(parents, newBlock(level[start:min(start+maxLinks, len(level))], nil))
		}
		level = parents
	}
	return base58(level[0].hash)
}

// newBlock encodes a block as dag-pb: the links first, then the UnixFS data.
func newBlock(children []dagNode, data []byte) dagNode {
	size, cumulative := len(data), 0
	var links, sizes []byte
	for _, child := range children {
		var link []byte
		link = field(link, 1, child.hash)
		link = field(link, 2, nil)
		link = number64(link, 3, child.cumulative)
		links = field(links, 2, link)
		sizes = number64(sizes, 4, child.fileSize)
		size += child.fileSize
		cumulative += child.cumulative
	}
	const typeFile = 2
	unixFS := number64(nil, 1, typeFile)
	if len(data) > 0 {
		unixFS = field(unixFS, 2, data)
	}
	unixFS = append(number64(unixFS, 3, size), sizes...)
	block := field(links, 1, unixFS)
	sum := sha256.Sum256(block)
	return dagNode{hash: append([]byte{0x12, sha256.Size}, sum[:]...), cumulative: cumulative + len(block), fileSize: size}
}

// field appends a length-delimited field of a protobuf message.
func field(to []byte, id int, value []byte) []byte {
	to = append(to, byte(id<<3|2))
	to = binary.AppendUvarint(to, uint64(len(value)))
	return append(to, value...)
}

// number64 appends an integer field of a protobuf message.
func number64(to []byte, id, value int) []byte {
	to = append(to, byte(id<<3))
	return binary.AppendUvarint(to, uint64(value))
}

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58 writes a multihash, which never begins with a zero byte.
func base58(value []byte) string {
	n, base, digit := new(big.Int).SetBytes(value), big.NewInt(int64(len(base58Digits))), new(big.Int)
	var text []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		text = append(text, base58Digits[digit.Int64()])
	}
	for i, j := 0, len(text)-1; i < j; i, j = i+1, j-1 {
		text[i], text[j] = text[j], text[i]
	}
	return string(text)
}
