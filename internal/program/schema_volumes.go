// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// The kinds of an element of `volumes`, told apart by what they set.
var (
	immutableVolume  = attribute.Sibling{Present: "ref"}
	persistentVolume = attribute.Sibling{Absent: []string{"ref", "ephemeral"}}
)

// defaultPersistence is what compute nodes run (NETWORK.md 12.1).
const defaultPersistence = "host"

func volumesAttribute() schema.Attribute {
	return attribute.DefaultedList("Volumes to mount, at most 256. Each is exactly one kind, told apart by what it sets: **immutable** (`ref`, `use_latest`), a file of the network, read-only; "+
		"**ephemeral** (`ephemeral = true`, `size_mib`), empty at every start; or **persistent** (`size_mib`, with `persistence`, `name`, `parent`), "+
		"kept by the node that runs the program: an amended program starts with an empty one. Defaults to none. A change amends.",
		schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"mount":   volumeText("Directory at which the volume appears, at most 256 characters."),
			"comment": volumeText("Free text, at most 256 characters."),
			"ref": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Immutable volumes: item hash of the STORE message to mount, `ref` of an `aleph_volume`.",
			},
			"use_latest": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Immutable volumes: whether the newest version of the file is mounted (`true`, the default), or exactly the version that `ref` names. " +
					"`false` of a mutable program changes by an amend, of an immutable one by a replacement.",
				PlanModifiers: []planmodifier.Bool{attribute.DefaultBool(immutableVolume, true)},
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
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Persistent volumes: `host` (the default: kept by the node), or `store`, which no compute node runs today.",
				PlanModifiers:       []planmodifier.String{attribute.DefaultString(persistentVolume, defaultPersistence)},
			},
			"name": volumeText("Persistent volumes: name of the volume, at most 256 characters."),
			"parent": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Persistent volumes: the file that the volume starts from.",
				Attributes: map[string]schema.Attribute{
					"ref":        reference("Item hash of the STORE message of the file."),
					"use_latest": flag(true, "Whether the newest version of the file is taken. Defaults to `true`."),
				},
			},
		}})
}

func volumeText(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
	}
}

func requirementsAttribute() schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	notEmpty := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{attribute.NotEmpty()}}
	}
	demanded := func(description string) schema.StringAttribute { return text(description + " Must be given.") } // see rules.Demanded
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Which hosts may run the program. A change amends.",
		Attributes: map[string]schema.Attribute{
			"cpu": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The processor.",
				Attributes: map[string]schema.Attribute{
					"architecture": text("`x86_64` or `arm64`."),
					"vendor":       notEmpty("Vendor, such as `AuthenticAMD`."),
					"features":     attribute.StringList("Features, such as `sev_snp`. Defaults to none."),
				},
			},
			"node": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The compute node.",
				Attributes: map[string]schema.Attribute{
					"owner":                notEmpty("Address of the node's owner."),
					"address_regex":        notEmpty("Python regular expression for the node's address."),
					"node_hash":            text("Hash of the node."),
					"terms_and_conditions": text("Item hash of the terms and conditions that are accepted."),
				},
			},
			"gpu": attribute.DefaultedList("Graphics processors. Defaults to none.", schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"vendor":       demanded("Vendor, such as `NVIDIA`."),
				"device_name":  demanded("Name of the device."),
				"device_class": demanded("`0300` (VGA) or `0302` (3D)."),
				"device_id":    demanded("PCI id, `vendor:device` in hexadecimal."),
			}}),
		},
	}
}
