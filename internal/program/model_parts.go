// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
)

// CodeModel is the attribute `code`.
type CodeModel struct {
	Ref        types.String `tfsdk:"ref"`
	Encoding   types.String `tfsdk:"encoding"`
	Entrypoint types.String `tfsdk:"entrypoint"`
	Interface  types.String `tfsdk:"interface"`
	Args       []string     `tfsdk:"args"`
	UseLatest  types.Bool   `tfsdk:"use_latest"`
}

// ToMessage is the code as a content says it.
func (c *CodeModel) ToMessage() message.Code {
	return message.Code{
		Ref:        c.Ref.ValueString(),
		Encoding:   c.Encoding.ValueString(),
		Entrypoint: c.Entrypoint.ValueString(),
		Interface:  c.Interface.ValueString(),
		Args:       c.Args,
		UseLatest:  c.UseLatest.ValueBool(),
	}
}

func codeFromMessage(c message.Code) *CodeModel {
	return &CodeModel{
		Ref:        types.StringValue(c.Ref),
		Encoding:   types.StringValue(c.Encoding),
		Entrypoint: types.StringValue(c.Entrypoint),
		Interface:  attribute.Text(c.Interface),
		Args:       attribute.OrEmpty(c.Args),
		UseLatest:  types.BoolValue(c.UseLatest),
	}
}

// RuntimeModel is the attribute `runtime`.
type RuntimeModel struct {
	Ref       types.String `tfsdk:"ref"`
	UseLatest types.Bool   `tfsdk:"use_latest"`
	Comment   types.String `tfsdk:"comment"`
}

// ToMessage is the runtime as a content says it.
func (r *RuntimeModel) ToMessage() message.Runtime {
	return message.Runtime{Ref: r.Ref.ValueString(), UseLatest: r.UseLatest.ValueBool(), Comment: r.Comment.ValueString()}
}

func runtimeFromMessage(r message.Runtime) *RuntimeModel {
	return &RuntimeModel{
		Ref:       types.StringValue(r.Ref),
		UseLatest: types.BoolValue(r.UseLatest),
		Comment:   types.StringValue(r.Comment),
	}
}

// DataModel is the attribute `data`.
type DataModel struct {
	Ref       types.String `tfsdk:"ref"`
	Encoding  types.String `tfsdk:"encoding"`
	Mount     types.String `tfsdk:"mount"`
	UseLatest types.Bool   `tfsdk:"use_latest"`
}

// ToMessage is the data as a content says it; nil when there is none.
func (d *DataModel) ToMessage() *message.DataVolume {
	if d == nil {
		return nil
	}
	return &message.DataVolume{
		Ref:       d.Ref.ValueString(),
		Encoding:  d.Encoding.ValueString(),
		Mount:     d.Mount.ValueString(),
		UseLatest: d.UseLatest.ValueBool(),
	}
}

func dataFromMessage(d *message.DataVolume) *DataModel {
	if d == nil {
		return nil
	}
	return &DataModel{
		Ref:       types.StringValue(d.Ref),
		Encoding:  types.StringValue(d.Encoding),
		Mount:     types.StringValue(d.Mount),
		UseLatest: types.BoolValue(d.UseLatest),
	}
}

// ExportModel is the attribute `export`.
type ExportModel struct {
	Encoding types.String `tfsdk:"encoding"`
	Mount    types.String `tfsdk:"mount"`
}

// ToMessage is the export as a content says it; nil when there is none.
func (e *ExportModel) ToMessage() *message.Export {
	if e == nil {
		return nil
	}
	return &message.Export{Encoding: e.Encoding.ValueString(), Mount: e.Mount.ValueString()}
}

func exportFromMessage(e *message.Export) *ExportModel {
	if e == nil {
		return nil
	}
	return &ExportModel{Encoding: types.StringValue(e.Encoding), Mount: types.StringValue(e.Mount)}
}

// OnModel is the attribute `on`.
type OnModel struct {
	HTTP       types.Bool             `tfsdk:"http"`
	Persistent types.Bool             `tfsdk:"persistent"`
	Message    []jsontypes.Normalized `tfsdk:"message"`
}

// ToMessage is what starts the program, as a content says it.
func (o *OnModel) ToMessage() (message.Triggers, error) {
	triggers := message.Triggers{HTTP: o.HTTP.ValueBool(), Persistent: o.Persistent.ValueBool()}
	for i, text := range o.Message {
		filter, err := attribute.ParseJSON(text.ValueString())
		if err != nil {
			return triggers, fmt.Errorf("on.message[%d]: %w", i, err)
		}
		triggers.Message = append(triggers.Message, filter)
	}
	return triggers, nil
}

func onFromMessage(t message.Triggers) (*OnModel, error) {
	on := &OnModel{
		HTTP:       types.BoolValue(t.HTTP),
		Persistent: types.BoolValue(t.Persistent),
		Message:    make([]jsontypes.Normalized, len(t.Message)),
	}
	for i, filter := range t.Message {
		text, err := attribute.FormatJSON(filter)
		if err != nil {
			return nil, err
		}
		on.Message[i] = jsontypes.NewNormalizedValue(text)
	}
	return on, nil
}

// ResourcesModel is the attribute `resources`.
type ResourcesModel struct {
	machine.ResourcesModel
	PublishedPorts []PortModel `tfsdk:"published_ports"`
}

// PortModel is an element of `resources.published_ports`.
type PortModel struct {
	Protocol types.String    `tfsdk:"protocol"`
	Port     attribute.Whole `tfsdk:"port"`
}

// ToMessage is the resources as a content says them.
func (r *ResourcesModel) ToMessage() message.Resources {
	resources := r.ResourcesModel.ToMessage()
	for _, port := range r.PublishedPorts {
		resources.PublishedPorts = append(resources.PublishedPorts, message.PublishedPort{
			Protocol: port.Protocol.ValueString(), Port: port.Port.ValueInt64(),
		})
	}
	return resources
}

func resourcesFromMessage(r message.Resources) *ResourcesModel {
	resources := &ResourcesModel{ResourcesModel: machine.ResourcesFromMessage(r), PublishedPorts: make([]PortModel, len(r.PublishedPorts))}
	for i, port := range r.PublishedPorts {
		resources.PublishedPorts[i] = PortModel{Protocol: types.StringValue(port.Protocol), Port: attribute.WholeValue(port.Port)}
	}
	return resources
}
