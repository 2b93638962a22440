// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"encoding/base64"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// Model is the resource aleph_volume as Terraform sees it.
type Model struct {
	Published
	SourceFile     types.String   `tfsdk:"source"`
	SourceDir      types.String   `tfsdk:"source_dir"`
	Content        types.String   `tfsdk:"content"`
	ContentBase64  types.String   `tfsdk:"content_base64"`
	FileHash       types.String   `tfsdk:"file_hash"`
	ArchiveFormat  types.String   `tfsdk:"archive_format"`
	Excludes       []string       `tfsdk:"excludes"`
	UseLatest      types.Bool     `tfsdk:"use_latest"`
	KeepSuperseded types.Bool     `tfsdk:"keep_superseded"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// Published is what the network knows of a volume, for the resource, the data source and the list alike.
type Published struct {
	StorageEngine types.String            `tfsdk:"storage_engine"`
	RefName       types.String            `tfsdk:"ref_name"`
	Metadata      jsontypes.Normalized    `tfsdk:"metadata"`
	Tags          []string                `tfsdk:"tags"`
	Payment       *attribute.PaymentModel `tfsdk:"payment"`
	Channel       types.String            `tfsdk:"channel"`
	Address       types.String            `tfsdk:"address"`
	ID            types.String            `tfsdk:"id"`
	ItemHash      types.String            `tfsdk:"item_hash"`
	Ref           types.String            `tfsdk:"ref"`
	ContentHash   types.String            `tfsdk:"content_hash"`
	Size          types.Int64             `tfsdk:"size"`
	Encoding      types.String            `tfsdk:"encoding"`
	Superseded    types.List              `tfsdk:"superseded"`
}

// IdentityModel is the resource identity.
type IdentityModel struct {
	ID types.String `tfsdk:"id"`
}

func identity(id string) IdentityModel { return IdentityModel{ID: types.StringValue(id)} }

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

// content is the STORE that says what the model says of a file.
func (m *Model) content(fileHash string) (*message.Store, error) {
	store := &message.Store{
		ItemType: message.ItemType(m.StorageEngine.ValueString()),
		ItemHash: fileHash,
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

// read takes over what the live version says. What the network does not know (where the file came from, use_latest,
// keep_superseded, timeouts) stays as it is, and gets its default where an import left it null. So does the channel: nobody
// signs that of a message, so that what a node says of it must not lead to an amend.
func (m *Model) read(live *message.Message, superseded []string) error {
	channel, imported := m.Channel, m.ArchiveFormat.IsNull()
	if err := m.Published.read(live, superseded, imported || m.UseLatest.ValueBool()); err != nil {
		return err
	}
	if imported {
		m.imported()
		return nil
	}
	m.Channel = channel
	if !m.FileHash.IsNull() {
		m.FileHash = m.ContentHash
	}
	return nil
}

// imported gives what only Terraform knows the values by which nothing on the network changes.
func (m *Model) imported() {
	m.ArchiveFormat = types.StringValue(string(archive.Squashfs))
	m.UseLatest = types.BoolValue(true)
	m.KeepSuperseded = types.BoolValue(len(m.Superseded.Elements()) > 0)
	m.FileHash = m.ContentHash
}

// read takes over what the live version says. The network does not know whether mounts follow the latest version.
func (p *Published) read(live *message.Message, superseded []string, useLatest bool) error {
	var store message.Store
	if err := message.Decode(live, &store); err != nil {
		return err
	}
	p.Metadata = jsontypes.NewNormalizedNull()
	if len(store.Metadata) > 0 {
		text, err := attribute.FormatJSON(store.Metadata)
		if err != nil {
			return err
		}
		p.Metadata = jsontypes.NewNormalizedValue(text)
	}
	p.StorageEngine = types.StringValue(string(store.ItemType))
	p.Tags = attribute.OrEmpty(store.Tags)
	p.Payment = attribute.PaymentFromMessage(store.Payment)
	p.Channel = attribute.Text(live.Channel)
	p.Address = types.StringValue(store.Address)
	p.RefName = types.StringNull()
	if message.ItemTypeOf(store.Ref) == "" {
		p.RefName = attribute.Text(store.Ref)
	}
	p.ContentHash = types.StringValue(store.ItemHash)
	p.ItemHash = types.StringValue(live.ItemHash)
	p.Ref = p.ref(useLatest)
	p.Superseded = attribute.Strings(superseded)
	return nil
}

// ref is what a mount must name: a file with a name of its own is mounted by the item hash of one version only
// (NETWORK.md 7.2).
func (p *Published) ref(useLatest bool) types.String {
	if useLatest && p.RefName.IsNull() {
		return p.ID
	}
	return p.ItemHash
}

// tracked is what the state remembers, in order to find the volume again.
func (m *Model) tracked(note plan.Pending) object.Tracked {
	return object.Tracked{
		Life:        object.Files,
		Owner:       m.Address.ValueString(),
		Channel:     m.Channel.ValueString(),
		ItemHash:    m.ItemHash.ValueString(),
		First:       m.ID.ValueString(),
		Others:      append(attribute.StringsOf(m.Superseded), m.RefName.ValueString()),
		Unconfirmed: note.Message,
	}
}

// says reports whether the model, as it was read before, has nothing to take over from a message: what a message says
// never changes. What only the network knows of a file may still be missing.
func (m *Model) says(live *message.Message, superseded []string) bool {
	return m.ItemHash.ValueString() == live.ItemHash && !m.Size.IsNull() && slices.Equal(attribute.StringsOf(m.Superseded), superseded)
}

// pathOf is the attribute that an error is about.
func (m *Model) pathOf(err error) path.Path {
	var tooLarge *object.TooLargeError
	var changed *blob.ChangedError
	if errors.As(err, &tooLarge) || errors.As(err, &changed) {
		return m.source().path()
	}
	rejected, ok := object.AsRejected(err)
	switch {
	case !ok:
		return path.Empty()
	case rejected.Code == message.CodeInvalidPayment:
		return path.Root("payment").AtName("type")
	case rejected.Code == message.CodeFileUnavailable:
		return m.source().path()
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
