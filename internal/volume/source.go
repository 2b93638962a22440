// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/sources"
)

// alternatives are the attributes of which exactly one says what is stored.
var alternatives = []string{"source", "source_dir", "content", "content_base64", "file_hash"}

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
			return alternatives[i]
		}
	}
	return ""
}

// path is the attribute to blame when the file cannot be read.
func (s Source) path() path.Path { return path.Root(s.given()) }

// blame is the attribute that an error is about. One that holds a key has none: Terraform would quote it.
func (s Source) blame(err error) path.Path {
	if leak := (*account.LeakError)(nil); errors.As(err, &leak) {
		return path.Empty()
	}
	return s.path()
}

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

// origin is what a source gives: a file of this machine, or the hash of one that the network has.
type origin struct {
	// blob is nil when only the network has the file.
	blob *blob.Blob
	// hash is its SHA-256 or CID, by its engine.
	hash   string
	engine message.ItemType
}

func (o *origin) close() error {
	if o == nil || o.blob == nil {
		return nil
	}
	return o.blob.Close()
}

// certainlyStored is the size up to which every node takes a file into its own storage (NETWORK.md 6.1): a larger one
// is worth asking for the node's limit.
const certainlyStored = 25 << 20

// opener opens files, and remembers in a cache what it found out about them.
type opener struct{ files *blob.Cache }

// open reads and hashes what the source says, for the engine that is configured, or else for the one that the node
// takes a file of this size into. Close the origin after use. A source that no file can be made of is an *unusableError,
// os.ErrNotExist when it is missing; one of which only the node can say where it goes is an errNodeUnknown while the node
// is not known.
func (f opener) open(ctx context.Context, client *aleph.Client, s Source, configured types.String) (*origin, error) {
	if s.given() == "file_hash" {
		hash := s.FileHash.ValueString()
		o := &origin{hash: hash, engine: message.ItemTypeOf(hash)}
		if !configured.IsNull() && configured.ValueString() != string(o.engine) {
			return nil, fmt.Errorf("a file of this hash is kept in %s, and storage_engine says %s", o.engine, configured.ValueString())
		}
		return o, nil
	}
	b, err := s.blob(ctx, f.files, checkOf(client))
	if err != nil {
		return nil, s.unusable(err)
	}
	engine, err := fit(ctx, client, message.ItemType(configured.ValueString()), b.Size)
	if err == nil {
		err = s.sum(ctx, b, engine)
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &origin{blob: b, hash: b.Hash, engine: engine}, nil
}

// sum reads the file, unless that was done before.
func (s Source) sum(ctx context.Context, b *blob.Blob, engine message.ItemType) error {
	if err := b.Sum(ctx, engine); err != nil && ctx.Err() == nil {
		return s.unusable(err)
	}
	return ctx.Err()
}

// absent reports whether the file or the directory is not there.
func (s Source) absent() bool {
	path := cmp.Or(s.File.ValueString(), s.Dir.ValueString())
	_, err := os.Stat(path)
	return path != "" && errors.Is(err, os.ErrNotExist)
}

// unusable is the error of a source of which no file can be made. That of one with a key in it is not: it is refused whatever
// the volume has, and says itself in which attribute the key is, since no path does: see blame.
func (s Source) unusable(err error) error {
	if leak := (*account.LeakError)(nil); errors.As(err, &leak) {
		return fmt.Errorf("`%s`: %w", s.given(), err)
	}
	return &unusableError{err}
}

// unusableError is a source from which no file can be made here, whatever the network says: it is missing, or nothing that
// can be packed, or too large.
type unusableError struct{ error }

// Unwrap is the error itself.
func (e *unusableError) Unwrap() error { return e.error }

var errNodeUnknown = errors.New("the node is not known yet")

// fit chooses the engine when none is configured, and refuses a size that the engine does not take.
func fit(ctx context.Context, client *aleph.Client, configured message.ItemType, size int64) (message.ItemType, error) {
	engine := cmp.Or(configured, message.ItemTypeStorage)
	if size <= certainlyStored {
		return engine, nil
	}
	if client == nil {
		return "", errNodeUnknown
	}
	limits, err := client.Limits(ctx)
	if err != nil {
		return "", err
	}
	if configured == "" && size > limits.Storage.MaxFileSize {
		engine = message.ItemTypeIPFS
	}
	if err := object.CheckSize(limits, engine, size); err != nil {
		return "", &unusableError{err}
	}
	return engine, nil
}

// blob is the file that the source makes, which is checked when it is read.
func (s Source) blob(ctx context.Context, files *blob.Cache, check archive.Check) (*blob.Blob, error) {
	for _, path := range []types.String{s.File, s.Dir} {
		// A key in the place of a path would be quoted by the error that there is no such file.
		if err := check.Text(path.ValueString()); err != nil {
			return nil, err
		}
	}
	switch s.given() {
	case "source":
		return files.File(s.File.ValueString(), check)
	case "source_dir":
		return sources.Directory(ctx, files, s.Dir.ValueString(), archive.Format(s.ArchiveFormat.ValueString()), s.Excludes, check)
	case "content":
		return blob.Bytes([]byte(s.Content.ValueString()), check), nil
	}
	content, err := base64.StdEncoding.DecodeString(s.ContentBase64.ValueString())
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	return blob.Bytes(content, check), nil
}

// checkOf finds the key of the account that signs in what is about to be published.
func checkOf(client *aleph.Client) archive.Check {
	if client == nil || client.Account == nil {
		return archive.Check{}
	}
	return archive.Check{Name: client.Account.DetectorName(), Begin: client.Account.Detector}
}

// upload is the file as it is sent to the node.
func (o *origin) upload(ctx context.Context) *node.File {
	if o.blob == nil {
		return nil
	}
	return &node.File{Name: o.blob.Name, Size: o.blob.Size, Open: func() (io.ReadCloser, error) { return o.blob.Open(ctx) }}
}
