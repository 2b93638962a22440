// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// Model is the resource aleph_program as Terraform sees it.
type Model struct {
	Published
	KeepSuperseded types.Bool     `tfsdk:"keep_superseded"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// Published is what the network knows of a program, for the resource, the data source and the list alike.
type Published struct {
	machine.Model
	Code        *CodeModel                `tfsdk:"code"`
	Runtime     *RuntimeModel             `tfsdk:"runtime"`
	Data        *DataModel                `tfsdk:"data"`
	Export      *ExportModel              `tfsdk:"export"`
	On          *OnModel                  `tfsdk:"on"`
	Environment *machine.EnvironmentModel `tfsdk:"environment"`
	Resources   *ResourcesModel           `tfsdk:"resources"`
	AllowAmend  types.Bool                `tfsdk:"allow_amend"`
	Channel     types.String              `tfsdk:"channel"`
	Address     types.String              `tfsdk:"address"`
	ID          types.String              `tfsdk:"id"`
	ItemHash    types.String              `tfsdk:"item_hash"`
	Replaces    types.String              `tfsdk:"replaces"`
	Superseded  types.List                `tfsdk:"superseded"`
	URL         types.String              `tfsdk:"url"`
	HostURL     types.String              `tfsdk:"host_url"`
}

// IdentityModel is the resource identity.
type IdentityModel struct {
	ItemHash types.String `tfsdk:"item_hash"`
}

// content is the PROGRAM that says what the model says: every default present, no null.
func (m *Published) content() (*message.Program, error) {
	shared, err := m.ToMessage()
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

// options say how the content is published.
func (m *Published) options(content *message.Program) object.Options {
	return object.Options{Owner: m.Address.ValueString(), Channel: m.Channel.ValueString(), Needs: content.Refs()}
}

// tracked is what the state remembers, in order to find the program again.
func (m *Model) tracked(note plan.Pending) object.Tracked {
	return object.Tracked{
		Life:        object.Programs,
		Owner:       m.Address.ValueString(),
		Channel:     m.Channel.ValueString(),
		ItemHash:    m.ItemHash.ValueString(),
		Others:      append(attribute.StringsOf(m.Superseded), m.Replaces.ValueString()),
		Unconfirmed: note.Message,
	}
}

// take makes a message the live version, with older ones that are still alive.
func (m *Published) take(live *message.Message, superseded []string, domain string) diag.Diagnostics {
	m.Superseded = attribute.Strings(superseded)
	if err := m.read(live, domain); err != nil {
		return diag.Diagnostics{diagnostic.Failure{Action: "read program " + live.ItemHash, State: diagnostic.AliveAsItIs, Err: err}.Error()}
	}
	return nil
}

// take keeps the channel, unless an import knows none yet: nobody signs the channel of a message, so that what a node says
// of it must not lead to an amend.
func (m *Model) take(live *message.Message, superseded []string, domain string) diag.Diagnostics {
	channel, imported := m.Channel, m.KeepSuperseded.IsNull()
	diags := m.Published.take(live, superseded, domain)
	if !imported {
		m.Channel = channel
	}
	return diags
}

// keepSuperseded is what an import makes of keep_superseded, so that it forgets nothing that is alive.
func keepSuperseded(superseded []string) types.Bool { return types.BoolValue(len(superseded) > 0) }

// says reports whether the model, as it was read before, has nothing to take over from a message: what a message says
// never changes. An import has read nothing before.
func (m *Model) says(live *message.Message, superseded []string, domain string) bool {
	return !m.KeepSuperseded.IsNull() && m.ItemHash.ValueString() == live.ItemHash && m.URL.ValueString() == message.ProgramURL(domain, live.ItemHash) &&
		slices.Equal(attribute.StringsOf(m.Superseded), superseded)
}

// pathOf is the attribute that an error is about: the one that names a file which is not there, or the payment.
func (m *Published) pathOf(err error) path.Path {
	var dependency *object.DependencyError
	if errors.As(err, &dependency) {
		return m.pathOfRef(dependency.ItemHash)
	}
	rejected, ok := object.AsRejected(err)
	switch {
	case !ok:
		return path.Empty()
	case rejected.Code == message.CodeInvalidPayment:
		return path.Root("payment").AtName("type")
	case rejected.Code == message.CodeVMVolumeNotFound && len(rejected.Details) > 0:
		return m.pathOfRef(rejected.Texts()[0])
	}
	return path.Empty()
}

func (m *Published) pathOfRef(hash string) path.Path {
	switch {
	case m.Code.Ref.ValueString() == hash:
		return path.Root("code").AtName("ref")
	case m.Runtime.Ref.ValueString() == hash:
		return path.Root("runtime").AtName("ref")
	case m.Data != nil && m.Data.Ref.ValueString() == hash:
		return path.Root("data").AtName("ref")
	}
	return m.PathOfRef(hash)
}

func identity(hash string) IdentityModel { return IdentityModel{ItemHash: types.StringValue(hash)} }

// read takes over what a message says.
func (m *Published) read(sent *message.Message, domain string) error {
	var p message.Program
	if err := message.Decode(sent, &p); err != nil {
		return err
	}
	if err := m.FromMessage(p.Machine); err != nil {
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
	m.Channel = attribute.Text(sent.Channel)
	m.Address = types.StringValue(p.Address)
	m.Replaces = attribute.Text(p.Replaces)
	return m.named(sent.ItemHash, domain)
}

// named sets everything that follows from the item hash.
func (m *Published) named(hash, domain string) error {
	host, err := message.ProgramHost(domain, hash)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(hash)
	m.ItemHash = m.ID
	m.URL = types.StringValue(message.ProgramURL(domain, hash))
	m.HostURL = types.StringValue("https://" + host)
	return nil
}
