// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// Model is aleph_program as Terraform sees it.
type Model struct {
	versioned.Common
	versioned.Billed
	machine.Model
	Code        *CodeModel                `tfsdk:"code"`
	Runtime     *RuntimeModel             `tfsdk:"runtime"`
	Data        *DataModel                `tfsdk:"data"`
	Export      *ExportModel              `tfsdk:"export"`
	On          *OnModel                  `tfsdk:"on"`
	Environment *machine.EnvironmentModel `tfsdk:"environment"`
	Resources   *ResourcesModel           `tfsdk:"resources"`
	AllowAmend  types.Bool                `tfsdk:"allow_amend"`
	Replaces    types.String              `tfsdk:"replaces"`
	URL         types.String              `tfsdk:"url"`
	HostURL     types.String              `tfsdk:"host_url"`
}

// ToMessage implements versioned.Model.
func (m *Model) ToMessage() (message.Content, error) { return m.program() }

func (m *Model) program() (*message.Program, error) {
	shared, err := m.Model.ToMessage()
	if err != nil {
		return nil, err
	}
	shared.Environment = m.Environment.ToMessage()
	shared.Resources = m.Resources.ToMessage()
	triggers, err := m.On.ToMessage()
	if err != nil {
		return nil, err
	}
	return &message.Program{
		Type:       message.ProgramKind,
		AllowAmend: m.AllowAmend.ValueBool(),
		Machine:    shared,
		Code:       m.Code.ToMessage(),
		Runtime:    m.Runtime.ToMessage(),
		Data:       m.Data.ToMessage(),
		Export:     m.Export.ToMessage(),
		On:         triggers,
	}, nil
}

// FromMessage implements versioned.Model.
func (m *Model) FromMessage(live message.Content) error {
	p, _ := live.(*message.Program)
	if err := m.Model.FromMessage(p.Machine); err != nil {
		return err
	}
	on, err := onFromMessage(p.On)
	if err != nil {
		return err
	}
	environment := machine.EnvironmentFromMessage(p.Environment)
	m.Code = codeFromMessage(p.Code)
	m.Runtime = runtimeFromMessage(p.Runtime)
	m.Data = dataFromMessage(p.Data)
	m.Export = exportFromMessage(p.Export)
	m.On = on
	m.Environment = &environment
	m.Resources = resourcesFromMessage(p.Resources)
	m.AllowAmend = types.BoolValue(p.AllowAmend)
	m.Replaces = attribute.Text(p.Replaces)
	return nil
}

// Imported implements versioned.Model: there is nothing of a program that only Terraform knows.
func (*Model) Imported() {}

// files are what a program's values name of files.
func files(values map[string]tftypes.Value) []machine.File {
	return machine.Files(values, "code", "runtime", "data")
}

// blame finds the attribute that an error is about: the one that names a file which is not there, or the payment.
func blame(published map[string]tftypes.Value, err error) path.Path {
	missing := ""
	var dependency *object.DependencyError
	if errors.As(err, &dependency) {
		missing = dependency.ItemHash
	} else if rejected, ok := object.AsRejected(err); ok {
		switch {
		case rejected.Code == message.CodeInvalidPayment:
			return path.Root("payment").AtName("type")
		case rejected.Code == message.CodeVMVolumeNotFound && len(rejected.Details) > 0:
			missing = rejected.Texts()[0]
		}
	}
	for _, f := range files(published) {
		if f.Ref.ValueString() == missing {
			return f.At.AtName("ref")
		}
	}
	return path.Empty()
}
