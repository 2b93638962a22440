// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

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

func volumeMessages(models []VolumeModel) []message.Volume {
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

func readVolumes(volumes []message.Volume) []VolumeModel {
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

// RequirementsModel is the attribute `requirements`.
type RequirementsModel struct {
	CPU  *CPUModel  `tfsdk:"cpu"`
	Node *NodeModel `tfsdk:"node"`
	GPU  []GPUModel `tfsdk:"gpu"`
}

// CPUModel is the attribute `requirements.cpu`.
type CPUModel struct {
	Architecture types.String `tfsdk:"architecture"`
	Vendor       types.String `tfsdk:"vendor"`
	Features     []string     `tfsdk:"features"`
}

// NodeModel is the attribute `requirements.node`.
type NodeModel struct {
	Owner              types.String `tfsdk:"owner"`
	AddressRegex       types.String `tfsdk:"address_regex"`
	NodeHash           types.String `tfsdk:"node_hash"`
	TermsAndConditions types.String `tfsdk:"terms_and_conditions"`
}

// GPUModel is an element of `requirements.gpu`.
type GPUModel struct {
	Vendor      types.String `tfsdk:"vendor"`
	DeviceName  types.String `tfsdk:"device_name"`
	DeviceClass types.String `tfsdk:"device_class"`
	DeviceID    types.String `tfsdk:"device_id"`
}

func (r *RequirementsModel) message() *message.Requirements {
	if r == nil {
		return nil
	}
	requirements := &message.Requirements{}
	if r.CPU != nil {
		requirements.CPU = &message.CPURequirements{
			Architecture: r.CPU.Architecture.ValueString(),
			Vendor:       r.CPU.Vendor.ValueString(),
			Features:     r.CPU.Features,
		}
	}
	if r.Node != nil {
		requirements.Node = &message.NodeRequirements{
			Owner:              r.Node.Owner.ValueString(),
			AddressRegex:       r.Node.AddressRegex.ValueString(),
			NodeHash:           r.Node.NodeHash.ValueString(),
			TermsAndConditions: r.Node.TermsAndConditions.ValueString(),
		}
	}
	for _, gpu := range r.GPU {
		requirements.GPU = append(requirements.GPU, message.GPURequirement{
			Vendor:      gpu.Vendor.ValueString(),
			DeviceName:  gpu.DeviceName.ValueString(),
			DeviceClass: gpu.DeviceClass.ValueString(),
			DeviceID:    gpu.DeviceID.ValueString(),
		})
	}
	return requirements
}

func readRequirements(r *message.Requirements) *RequirementsModel {
	if r == nil {
		return nil
	}
	requirements := &RequirementsModel{GPU: make([]GPUModel, len(r.GPU))}
	if r.CPU != nil {
		requirements.CPU = &CPUModel{
			Architecture: attribute.Text(r.CPU.Architecture),
			Vendor:       attribute.Text(r.CPU.Vendor),
			Features:     orEmpty(r.CPU.Features),
		}
	}
	if r.Node != nil {
		requirements.Node = &NodeModel{
			Owner:              attribute.Text(r.Node.Owner),
			AddressRegex:       attribute.Text(r.Node.AddressRegex),
			NodeHash:           attribute.Text(r.Node.NodeHash),
			TermsAndConditions: attribute.Text(r.Node.TermsAndConditions),
		}
	}
	for i, gpu := range r.GPU {
		requirements.GPU[i] = GPUModel{
			Vendor:      types.StringValue(gpu.Vendor),
			DeviceName:  types.StringValue(gpu.DeviceName),
			DeviceClass: types.StringValue(gpu.DeviceClass),
			DeviceID:    types.StringValue(gpu.DeviceID),
		}
	}
	return requirements
}
