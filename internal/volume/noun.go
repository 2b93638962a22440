// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package volume is aleph_volume: a file on the network, published as a STORE message and changed by messages that amend
// it.
package volume

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// ResourceType is the name of the resource in configurations.
const ResourceType = "aleph_volume"

// New makes the noun, which remembers in a cache what it found out about files.
func New(files *blob.Cache, clock message.Clock) *versioned.Noun {
	f := opener{files}
	return &versioned.Noun{
		Type: ResourceType, Word: "volume", Life: object.Files,
		Empty: func() versioned.Model { return &Model{} }, Content: func() message.Content { return &message.Store{} },
		Description: description, Attributes: attributes, Mutable: "use_latest",
		Texts: versioned.Texts{
			StillLive: "The version in the state is still the live one, what programs mount, and paid as before.",
			Poor: "The first version stays as long as the volume lives, so an amend needs enough for both; when there is not, " +
				"`terraform apply -replace=ADDRESS` forgets the volume first, and stores the file as a new one, which a program must then mount anew.",
			Incomplete: "the file", Without: "`size` and `encoding`",
		},
		Reading:  reading,
		Validate: validate,
		Check: func(planned map[string]tftypes.Value) diag.Diagnostics {
			return check(planned, clock.Now())
		},
		Absent: absent,
		Draft:  f.draft,
		Derive: derive,
		Warn:   warn,
		Open:   f.openPlanned,
		Blame:  blame,
	}
}

var reading = versioned.Reading{
	Name: "ref_name", Filter: "Only the volume of this name. Defaults to any.",
	Lookup: &versioned.Lookup{
		Description: "Name that the owner gave the file. Exactly one of `hash` and `ref_name` is given. " +
			"Defaults, for the volume of a `hash`, to what its live version says; null when it has no name.",
		Validator: aRefName,
	},
	Descriptions: map[string]string{
		"ref": "What a mount must name: `id`; or the live `item_hash`, with `use_latest = false`, when the volume has a `ref_name`.",
	},
	Summary: map[string]string{
		"id":             "Item hash of the first STORE message: the network's own stable name for the file.",
		"item_hash":      "Item hash of the live STORE message, for `hash` of an `aleph_volume`.",
		"ref":            "What a mount must name: `id`; or `item_hash`, with `use_latest = false`, when the volume has a `ref_name`.",
		"ref_name":       "Name that the owner gave the file; null when it has none.",
		"tags":           "Tags of the volume.",
		"content_hash":   "Hash of the file itself: SHA-256 in hexadecimal, or a CID on IPFS.",
		"storage_engine": "Where the file is kept: `storage` or `ipfs`.",
	},
	Query: "The file is named by `file_hash`, since its bytes are on the network and not here. " +
		"A result leaves `size`, `encoding` and `archive_format` out, for which each file would have to be opened: the import reads them.",
}

// Names implements versioned.Named.
func (m *Model) Names() []string { return []string{m.RefName.ValueString()} }

// Item implements versioned.Priced: nil while the payment is not known. Of a size that is not known yet, the least counts.
func (m *Model) Item() money.Item {
	if m.Payment == nil || m.Payment.Type.IsNull() {
		return nil
	}
	size := int64(1)
	if !m.Size.IsNull() {
		size = m.Size.ValueInt64()
	}
	return money.File{PaymentType: m.Payment.Type.ValueString(), Bytes: size, Engine: message.ItemType(m.StorageEngine.ValueString())}
}

var aRefName = attribute.Check("a name of at least one character that is no item hash", checkRefName)
