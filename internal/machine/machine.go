// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package machine is what programs and instances share: attributes, their conversion to and from the contents of messages,
// and what is checked of them.
package machine

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
)

// Model are the attributes that programs and instances have alike. Environment and resources are not among them, because
// each noun adds something of its own to these: see EnvironmentModel and ResourcesModel.
type Model struct {
	Name           types.String            `tfsdk:"name"`
	Tags           []string                `tfsdk:"tags"`
	Metadata       jsontypes.Normalized    `tfsdk:"metadata"`
	Volumes        []VolumeModel           `tfsdk:"volumes"`
	Requirements   *RequirementsModel      `tfsdk:"requirements"`
	Variables      map[string]string       `tfsdk:"variables"`
	AuthorizedKeys []string                `tfsdk:"authorized_keys"`
	Payment        *attribute.PaymentModel `tfsdk:"payment"`
}

// ToMessage is what a content says of the machine, but for its environment and its resources: every default present, no
// null.
func (m *Model) ToMessage() (message.Machine, error) {
	metadata, err := m.metadataToMessage()
	return message.Machine{
		Metadata:       metadata,
		AuthorizedKeys: m.AuthorizedKeys,
		Variables:      m.Variables,
		Payment:        m.Payment.ToMessage(),
		Requirements:   m.Requirements.ToMessage(),
		Volumes:        volumesToMessage(m.Volumes),
	}, err
}

// FromMessage takes over what a content says of the machine, but for its environment and its resources.
func (m *Model) FromMessage(content message.Machine) error {
	m.Volumes = volumesFromMessage(content.Volumes)
	m.Requirements = requirementsFromMessage(content.Requirements)
	m.Variables = content.Variables
	if m.Variables == nil {
		m.Variables = map[string]string{}
	}
	m.AuthorizedKeys = attribute.OrEmpty(content.AuthorizedKeys)
	m.Payment = attribute.PaymentFromMessage(content.Payment)
	return m.metadataFromMessage(content.Metadata)
}

// EnvironmentModel is what the attribute `environment` of every machine has.
type EnvironmentModel struct {
	Internet     types.Bool `tfsdk:"internet"`
	AlephAPI     types.Bool `tfsdk:"aleph_api"`
	Reproducible types.Bool `tfsdk:"reproducible"`
	SharedCache  types.Bool `tfsdk:"shared_cache"`
}

// ToMessage is the environment as a content says it.
func (e *EnvironmentModel) ToMessage() message.Environment {
	return message.Environment{
		Internet:     e.Internet.ValueBool(),
		AlephAPI:     e.AlephAPI.ValueBool(),
		Reproducible: e.Reproducible.ValueBool(),
		SharedCache:  e.SharedCache.ValueBool(),
	}
}

// EnvironmentFromMessage reads the environment of a content.
func EnvironmentFromMessage(e message.Environment) EnvironmentModel {
	return EnvironmentModel{
		Internet:     types.BoolValue(e.Internet),
		AlephAPI:     types.BoolValue(e.AlephAPI),
		Reproducible: types.BoolValue(e.Reproducible),
		SharedCache:  types.BoolValue(e.SharedCache),
	}
}

// ResourcesModel is what the attribute `resources` of every machine has.
type ResourcesModel struct {
	VCPUs   attribute.Whole `tfsdk:"vcpus"`
	Memory  attribute.Whole `tfsdk:"memory"`
	Seconds attribute.Whole `tfsdk:"seconds"`
}

// ToMessage is the resources as a content says them.
func (r *ResourcesModel) ToMessage() message.Resources {
	return message.Resources{VCPUs: r.VCPUs.ValueInt64(), Memory: r.Memory.ValueInt64(), Seconds: r.Seconds.ValueInt64()}
}

// ResourcesFromMessage reads the resources of a content.
func ResourcesFromMessage(r message.Resources) ResourcesModel {
	return ResourcesModel{
		VCPUs:   attribute.WholeValue(r.VCPUs),
		Memory:  attribute.WholeValue(r.Memory),
		Seconds: attribute.WholeValue(r.Seconds),
	}
}
