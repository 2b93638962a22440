// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// openPlanned opens the file of the plan, and checks that it is the one that was planned. One that the volume has already
// need not be here.
func (f opener) openPlanned(ctx context.Context, client *aleph.Client, planned, before versioned.Model) (*node.File, func() error, error) {
	m, _ := planned.(*Model)
	was, _ := before.(*Model)
	stored := was != nil && m.ContentHash.Equal(was.ContentHash) && m.StorageEngine.Equal(was.StorageEngine)
	configured := m.StorageEngine
	if configured.IsUnknown() {
		configured = types.StringNull()
	}
	o, err := f.open(ctx, client, m.source(), configured)
	unusable := (*unusableError)(nil)
	isOther := err == nil && !m.ContentHash.IsUnknown() && m.ContentHash.ValueString() != o.hash
	switch {
	case stored && (isOther || errors.As(err, &unusable)):
		return nil, o.close, nil
	case err != nil:
		return nil, nil, err
	case isOther:
		return nil, nil, errors.Join(&blob.ChangedError{Before: m.ContentHash.ValueString(), Now: o.hash}, o.close())
	}
	m.ContentHash, m.StorageEngine = types.StringValue(o.hash), types.StringValue(string(o.engine))
	m.Size, m.Encoding = types.Int64Unknown(), types.StringUnknown()
	if o.blob != nil {
		m.Size, m.Encoding = types.Int64Value(o.blob.Size), types.StringValue(o.blob.Encoding)
	}
	return o.upload(ctx), o.close, nil
}

// Complete implements versioned.Completed: what a file says that is not here, when it is another one than before. It is noted
// for the programs that mount it.
func (m *Model) Complete(ctx context.Context, client *aleph.Client, was versioned.Model) error {
	before, _ := was.(*Model)
	err := m.complete(ctx, client, before)
	facts := stored.Facts{Encoding: m.Encoding.ValueString(), Size: m.Size.ValueInt64Pointer()}
	client.Files.Note(stored.Mount{Ref: m.ID.ValueString(), UseLatest: true}, facts)
	client.Files.Note(stored.Mount{Ref: m.ItemHash.ValueString()}, facts)
	return err
}

func (m *Model) complete(ctx context.Context, client *aleph.Client, before *Model) error {
	known := !m.Size.IsUnknown() && !m.Size.IsNull()
	if known && (before.ContentHash.IsUnknown() || before.ContentHash.Equal(m.ContentHash)) {
		return nil
	}
	m.Size, m.Encoding = types.Int64Null(), types.StringNull()
	hash := m.ContentHash.ValueString()
	size, stored, err := client.Node.HasFile(ctx, hash)
	if err != nil || !stored {
		return err
	}
	body, err := client.Node.Download(ctx, hash)
	if err != nil {
		return err
	}
	buffered := bufio.NewReader(body)
	encoding, err := blob.EncodingOf(buffered)
	if err == nil {
		m.Size, m.Encoding = types.Int64Value(size), types.StringValue(encoding)
		m.takeFormat(encoding)
		err = m.takeText(ctx, buffered)
	}
	return errors.Join(err, body.Close())
}

// takeFormat says of a volume that was imported how it is packed: a directory that is named as its source is then packed
// in the same way, which is how its programs open it.
func (m *Model) takeFormat(encoding string) {
	if !m.ArchiveFormat.IsNull() {
		return
	}
	m.ArchiveFormat = types.StringValue(string(archive.Squashfs))
	if encoding == string(archive.Zip) {
		m.ArchiveFormat = types.StringValue(encoding)
	}
}

// maxText is the size in bytes of a text that a state shows, when somebody else has published it.
const maxText = 1 << 20

// takeText gives `content`, or `content_base64`, what somebody else published in its place, so that the plan shows the
// difference, and ignore_changes keeps it. What is longer, no text, or not what its hash says is null.
func (m *Model) takeText(ctx context.Context, file io.Reader) error {
	if m.Content.IsNull() && m.ContentBase64.IsNull() {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err != nil {
		return err
	}
	b := blob.Bytes(data, archive.Check{})
	if err := b.Sum(ctx, message.ItemTypeOf(m.ContentHash.ValueString())); err != nil {
		return err
	}
	genuine := b.Hash == m.ContentHash.ValueString()
	isText, isBytes := !m.Content.IsNull(), !m.ContentBase64.IsNull()
	m.Content, m.ContentBase64 = types.StringNull(), types.StringNull()
	switch {
	case genuine && isText && utf8.Valid(data):
		m.Content = types.StringValue(string(data))
	case genuine && isBytes:
		m.ContentBase64 = types.StringValue(base64.StdEncoding.EncodeToString(data))
	}
	return nil
}
