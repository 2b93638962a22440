// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/cid"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/publish"
)

// sources are the attributes of which exactly one says what is stored.
var sources = []string{"source", "source_dir", "content", "content_base64", "file_hash"}

// Source is what says where the file comes from, with the attributes that shape it.
type Source struct {
	File          types.String
	Dir           types.String
	Content       types.String
	ContentBase64 types.String
	FileHash      types.String
	ArchiveFormat types.String
	// Excludes is nil for the default ones.
	Excludes []string
}

// given is the name of the attribute that is set.
func (s Source) given() string {
	for i, value := range []types.String{s.File, s.Dir, s.Content, s.ContentBase64, s.FileHash} {
		if !value.IsNull() {
			return sources[i]
		}
	}
	return ""
}

// path is the attribute to blame when the file cannot be read.
func (s Source) path() path.Path { return path.Root(s.given()) }

// targets are the attributes that are single texts, by name.
func (s *Source) targets() map[string]*types.String {
	return map[string]*types.String{
		"source": &s.File, "source_dir": &s.Dir, "content": &s.Content, "content_base64": &s.ContentBase64, "file_hash": &s.FileHash,
		"archive_format": &s.ArchiveFormat,
	}
}

func (s *Source) unknown() bool {
	for _, value := range s.targets() {
		if value.IsUnknown() {
			return true
		}
	}
	return false
}

// blob is a file that can be read, or that the network has.
type blob struct {
	// file is nil when only the network has it.
	file *node.File
	// hash is its SHA-256 or CID, by its engine.
	hash     string
	engine   message.ItemType
	size     int64
	encoding string
	close    func() error
}

// certainlyStored is the size up to which every node takes a file into its own storage (protocol.md 6.1): a larger one
// is worth asking for the node's limit.
const certainlyStored = 25 << 20

// open reads and hashes what the source says, for the engine that is configured, or else for the one that the node
// takes a file of this size into. Close the blob after use. A file that is not there is an os.ErrNotExist, and one of
// which only the node can say where it goes is an errNodeUnknown while the node is not known.
func (r *Resource) open(ctx context.Context, s Source, configured types.String) (*blob, error) {
	b, err := s.bytes(ctx)
	if err != nil {
		return nil, err
	}
	if b.file == nil {
		b.engine = message.ItemTypeOf(b.hash)
		if !configured.IsNull() && configured.ValueString() != string(b.engine) {
			return nil, fmt.Errorf("a file of this hash is kept in %s, and storage_engine says %s", b.engine, configured.ValueString())
		}
		return b, nil
	}
	b.engine = message.ItemType(configured.ValueString())
	if err := r.fit(ctx, b); err != nil {
		return nil, errors.Join(err, b.close())
	}
	if b.hash == "" || b.engine == message.ItemTypeIPFS {
		if err := b.sum(); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	return b, nil
}

var errNodeUnknown = errors.New("the node is not known yet")

// fit chooses the engine when none is configured, and refuses a file that the engine does not take.
func (r *Resource) fit(ctx context.Context, b *blob) error {
	open := b.engine == ""
	if open {
		b.engine = message.ItemTypeStorage
	}
	if b.size <= certainlyStored {
		return nil
	}
	if r.client == nil {
		return errNodeUnknown
	}
	limits, err := r.client.Node.Limits(ctx)
	if err != nil {
		return err
	}
	if open && b.size > limits.Storage.MaxFileSize {
		b.engine = message.ItemTypeIPFS
	}
	return publish.CheckSize(limits, b.engine, b.size)
}

func (s Source) bytes(ctx context.Context) (*blob, error) {
	switch s.given() {
	case "source":
		return openFile(s.File.ValueString())
	case "source_dir":
		options := archive.Options{Format: archive.Format(s.ArchiveFormat.ValueString()), Excludes: s.Excludes}
		if options.Excludes == nil {
			options.Excludes = archive.DefaultExcludes()
		}
		return openDir(ctx, s.Dir.ValueString(), options)
	case "content":
		return openBytes([]byte(s.Content.ValueString())), nil
	case "content_base64":
		content, err := base64.StdEncoding.DecodeString(s.ContentBase64.ValueString())
		if err != nil {
			return nil, fmt.Errorf("it is not base64: %w", err)
		}
		return openBytes(content), nil
	}
	return &blob{hash: s.FileHash.ValueString(), close: func() error { return nil }}, nil
}

func openFile(name string) (*blob, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file; use source_dir for a directory", name)
	}
	return &blob{
		file:  &node.File{Name: info.Name(), Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(name) }},
		size:  info.Size(),
		close: func() error { return nil },
	}, nil
}

func openDir(ctx context.Context, dir string, options archive.Options) (*blob, error) {
	packed, err := archive.Build(ctx, dir, options)
	if err != nil {
		return nil, err
	}
	return &blob{
		file:     &node.File{Name: "archive", Size: packed.Size, Open: func() (io.ReadCloser, error) { return os.Open(packed.Path) }},
		hash:     packed.SHA256,
		size:     packed.Size,
		encoding: string(options.Format),
		close:    packed.Close,
	}, nil
}

func openBytes(content []byte) *blob {
	return &blob{
		file: &node.File{Name: "content", Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(content)), nil
		}},
		size:  int64(len(content)),
		close: func() error { return nil },
	}
}

// sum hashes the file in one pass, and tells its encoding by its first bytes.
func (b *blob) sum() error {
	reader, err := b.file.Open()
	if err != nil {
		return err
	}
	head, rest, err := peek(reader)
	if err == nil {
		if b.encoding == "" {
			b.encoding = encodingOf(head)
		}
		var size int64
		if b.hash, size, err = digest(rest, b.engine); err == nil && size != b.size {
			err = fmt.Errorf("it had %d bytes, and %d when it was read: it changes", b.size, size)
		}
	}
	return errors.Join(err, reader.Close())
}

func digest(r io.Reader, engine message.ItemType) (string, int64, error) {
	if engine == message.ItemTypeIPFS {
		return cid.V0(r)
	}
	return cid.SHA256(r)
}

// The first bytes of what is packed.
var (
	squashfsMagic = []byte("hsqs")
	zipMagic      = []byte("PK\x03\x04")
)

// peek returns the first bytes of r, and a reader of all of it.
func peek(r io.Reader) ([]byte, io.Reader, error) {
	head := make([]byte, len(squashfsMagic))
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], io.MultiReader(bytes.NewReader(head[:n]), r), err
}

func encodingOf(head []byte) string {
	switch {
	case bytes.Equal(head, squashfsMagic):
		return "squashfs"
	case bytes.Equal(head, zipMagic):
		return "zip"
	}
	return "plain"
}
