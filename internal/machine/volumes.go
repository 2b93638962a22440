// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// The kinds of an element of `volumes`, told apart by what they set.
var (
	defaultedByKind  = []string{"use_latest", "persistence"}
	immutableVolume  = attribute.Sibling{Present: "ref", Defaulted: defaultedByKind}
	persistentVolume = attribute.Sibling{Absent: []string{"ref", "ephemeral"}, Defaulted: defaultedByKind}
)

// defaultPersistence is what compute nodes run (NETWORK.md 12.1).
const defaultPersistence = "host"

func (w Words) volumes() schema.Attribute {
	return attribute.DefaultedList(w.content("Volumes to mount, at most 256. Each is exactly one kind, told apart by what it sets: **immutable** (`ref`, `use_latest`), a file of the network, read-only; "+
		"**ephemeral** (`ephemeral = true`, `size_mib`), empty at every start; or **persistent** (`size_mib`, with `persistence`, `name`, `parent`), "+
		"kept by the node that runs the "+w.Noun+": "+w.Successor+" starts with an empty one. Defaults to none."),
		schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"mount":   text("Directory at which the volume appears, at most 256 characters. No compute node starts a machine with a volume that has none."),
			"comment": text("Free text, at most 256 characters."),
			"ref": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Immutable volumes: item hash of the STORE message to mount, `ref` of an `aleph_volume`. The file has to be a squashfs.",
			},
			"use_latest": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Immutable volumes: whether the newest version of the file is mounted (`true`, the default), or exactly the version that `ref` names. " + w.UseLatest,
				PlanModifiers:       []planmodifier.Bool{attribute.DefaultBool(immutableVolume, true)},
			},
			"ephemeral": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Ephemeral volumes: `true`.",
			},
			"size_mib": schema.Int64Attribute{
				CustomType:          attribute.WholeType{},
				Optional:            true,
				MarkdownDescription: "Ephemeral and persistent volumes: size in MiB, 1 to 1,000 for an ephemeral and 1 to 1,953,125 for a persistent one.",
			},
			"persistence": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Persistent volumes: `host` (the default: kept by the node), or `store`, which no compute node runs today. " +
					"A volume that another tool published without it, which none runs either, stays so until the element changes.",
				PlanModifiers: []planmodifier.String{attribute.DefaultString(persistentVolume, defaultPersistence)},
			},
			"name": text("Persistent volumes: name of the volume, at most 256 characters."),
			"parent": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Persistent volumes: the file that the volume starts from.",
				Attributes: map[string]schema.Attribute{
					"ref":        schema.StringAttribute{Required: true, MarkdownDescription: "Item hash of the STORE message of the file."},
					"use_latest": attribute.Flag(true, "Whether the newest version of the file is taken. Defaults to `true`."),
				},
			},
		}})
}

// VolumeModel is an element of `volumes`: one of three kinds, told apart by what is not null.
type VolumeModel struct {
	Mount       types.String    `tfsdk:"mount"`
	Comment     types.String    `tfsdk:"comment"`
	Ref         types.String    `tfsdk:"ref"`
	UseLatest   types.Bool      `tfsdk:"use_latest"`
	Ephemeral   types.Bool      `tfsdk:"ephemeral"`
	SizeMiB     attribute.Whole `tfsdk:"size_mib"`
	Persistence types.String    `tfsdk:"persistence"`
	Name        types.String    `tfsdk:"name"`
	Parent      *ParentModel    `tfsdk:"parent"`
}

// ParentModel is the attribute `parent` of a persistent volume.
type ParentModel struct {
	Ref       types.String `tfsdk:"ref"`
	UseLatest types.Bool   `tfsdk:"use_latest"`
}

func volumesToMessage(models []VolumeModel) []message.Volume {
	volumes := make([]message.Volume, len(models))
	for i, m := range models {
		volumes[i] = message.Volume{
			Mount:       m.Mount.ValueStringPointer(),
			Comment:     m.Comment.ValueStringPointer(),
			Ref:         m.Ref.ValueString(),
			UseLatest:   m.UseLatest.ValueBoolPointer(),
			Ephemeral:   m.Ephemeral.ValueBool(),
			SizeMiB:     m.SizeMiB.ValueInt64(),
			Persistence: m.Persistence.ValueStringPointer(),
			Name:        m.Name.ValueStringPointer(),
		}
		if m.Parent != nil {
			volumes[i].Parent = &message.Parent{Ref: m.Parent.Ref.ValueString(), UseLatest: m.Parent.UseLatest.ValueBool()}
		}
	}
	return volumes
}

func volumesFromMessage(volumes []message.Volume) []VolumeModel {
	models := make([]VolumeModel, len(volumes))
	for i, v := range volumes {
		models[i] = VolumeModel{
			Mount:       types.StringPointerValue(v.Mount),
			Comment:     types.StringPointerValue(v.Comment),
			Ref:         attribute.Text(v.Ref),
			UseLatest:   types.BoolPointerValue(v.UseLatest),
			Persistence: types.StringPointerValue(v.Persistence),
			Name:        types.StringPointerValue(v.Name),
		}
		if v.Ephemeral {
			models[i].Ephemeral = types.BoolValue(true)
		}
		if v.SizeMiB != 0 {
			models[i].SizeMiB = attribute.WholeValue(v.SizeMiB)
		}
		if v.Parent != nil {
			models[i].Parent = &ParentModel{Ref: types.StringValue(v.Parent.Ref), UseLatest: types.BoolValue(v.Parent.UseLatest)}
		}
	}
	return models
}
