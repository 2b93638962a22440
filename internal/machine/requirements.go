// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package machine

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

func (w Words) requirements() schema.Attribute {
	notEmpty := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: []validator.String{attribute.NotEmpty()}}
	}
	demanded := func(description string) schema.StringAttribute { return text(description + " Must be given.") } // see plan.ContentRules.Demanded
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: w.content("Which hosts may run the " + w.Noun + "."),
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

// ToMessage is the requirements as a content says them; nil when there are none.
func (r *RequirementsModel) ToMessage() *message.Requirements {
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

func requirementsFromMessage(r *message.Requirements) *RequirementsModel {
	if r == nil {
		return nil
	}
	requirements := &RequirementsModel{GPU: make([]GPUModel, len(r.GPU))}
	if r.CPU != nil {
		requirements.CPU = &CPUModel{
			Architecture: attribute.Text(r.CPU.Architecture),
			Vendor:       attribute.Text(r.CPU.Vendor),
			Features:     attribute.OrEmpty(r.CPU.Features),
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
