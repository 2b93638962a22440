// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"encoding/base64"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// Model is aleph_volume as Terraform sees it.
type Model struct {
	versioned.Common
	versioned.Billed
	StorageEngine types.String            `tfsdk:"storage_engine"`
	RefName       types.String            `tfsdk:"ref_name"`
	Metadata      jsontypes.Normalized    `tfsdk:"metadata"`
	Tags          []string                `tfsdk:"tags"`
	Payment       *attribute.PaymentModel `tfsdk:"payment"`
	Ref           types.String            `tfsdk:"ref"`
	ContentHash   types.String            `tfsdk:"content_hash"`
	Size          types.Int64             `tfsdk:"size"`
	Encoding      types.String            `tfsdk:"encoding"`

	// What only Terraform knows: where the file comes from, and what a mount should say.
	SourceFile    types.String `tfsdk:"source"`
	SourceDir     types.String `tfsdk:"source_dir"`
	Content       types.String `tfsdk:"content"`
	ContentBase64 types.String `tfsdk:"content_base64"`
	FileHash      types.String `tfsdk:"file_hash"`
	ArchiveFormat types.String `tfsdk:"archive_format"`
	Excludes      []string     `tfsdk:"excludes"`
	UseLatest     types.Bool   `tfsdk:"use_latest"`
}

func (m *Model) source() Source {
	return Source{
		File:          m.SourceFile,
		Dir:           m.SourceDir,
		Content:       m.Content,
		ContentBase64: m.ContentBase64,
		FileHash:      m.FileHash,
		ArchiveFormat: m.ArchiveFormat,
		Excludes:      m.Excludes,
	}
}

// absent reports whether the source that the state names is not on this machine.
func absent(m versioned.Model) bool {
	v, _ := m.(*Model)
	return v.source().absent()
}

// ToMessage implements versioned.Model: the STORE of the file that content_hash names.
func (m *Model) ToMessage() (message.Content, error) {
	store := &message.Store{
		ItemType: message.ItemType(m.StorageEngine.ValueString()),
		ItemHash: m.ContentHash.ValueString(),
		Ref:      m.RefName.ValueString(),
		Payment:  m.Payment.ToMessage(),
		Tags:     m.Tags,
	}
	if m.Metadata.IsNull() {
		return store, nil
	}
	var err error
	store.Metadata, err = attribute.ParseJSON(m.Metadata.ValueString())
	return store, err
}

// FromMessage implements versioned.Model.
func (m *Model) FromMessage(live message.Content) error {
	store, _ := live.(*message.Store)
	m.Metadata = jsontypes.NewNormalizedNull()
	if len(store.Metadata) > 0 {
		text, err := attribute.FormatJSON(store.Metadata)
		if err != nil {
			return err
		}
		m.Metadata = jsontypes.NewNormalizedValue(text)
	}
	m.StorageEngine = types.StringValue(string(store.ItemType))
	m.Tags = store.Tags
	if m.Tags == nil {
		m.Tags = []string{}
	}
	m.Payment = attribute.PaymentFromMessage(store.Payment)
	m.RefName = types.StringNull()
	if message.ItemTypeOf(store.Ref) == "" {
		m.RefName = attribute.Text(store.Ref)
	}
	m.ContentHash = types.StringValue(store.ItemHash)
	if !m.FileHash.IsNull() {
		m.FileHash = m.ContentHash
	}
	if m.UseLatest.IsNull() { // no message says it
		m.UseLatest = types.BoolValue(true)
	}
	m.Ref = refOf(m.ID, m.ItemHash, m.RefName, m.UseLatest.ValueBool())
	return nil
}

// Imported implements versioned.Model. The file is named by its hash, which FromMessage reads; Complete finds how it is
// packed.
func (m *Model) Imported() {
	m.FileHash = types.StringUnknown()
}

// Freeze implements versioned.Freezable: one version of a file can be mounted for as long as that is alive.
func (m *Model) Freeze() { m.UseLatest = types.BoolValue(false) }

// refOf is what a mount must name: a file with a name of its own is mounted by the item hash of one version only
// (NETWORK.md 7.2).
func refOf(id, live, name types.String, useLatest bool) types.String {
	if useLatest && name.IsNull() {
		return id
	}
	return live
}

// blame finds the attribute that an error is about.
func blame(published map[string]tftypes.Value, err error) path.Path {
	source, _ := sourceOf(published)
	var tooLarge *object.TooLargeError
	var changed *blob.ChangedError
	if errors.As(err, &tooLarge) || errors.As(err, &changed) {
		return source.path()
	}
	rejected, ok := object.AsRejected(err)
	switch {
	case !ok:
		return path.Empty()
	case rejected.Code == message.CodeInvalidPayment:
		return path.Root("payment").AtName("type")
	case rejected.Code == message.CodeFileUnavailable:
		return source.path()
	}
	return path.Empty()
}

// checkBase64 says what is wrong with content_base64, without repeating any of it.
func checkBase64(text string) error {
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return errors.New("base64encode() and filebase64() write it")
	}
	return nil
}

// checkRefName says what is wrong with a name for a file: an item hash would be an amend.
func checkRefName(name string) error {
	if name == "" {
		return errors.New("it is empty, so leave the argument out instead")
	}
	if message.ItemTypeOf(name) != "" {
		return errors.New("it has the form of one, so the network would take the file for an update of that message")
	}
	return model.CheckText(name)
}
