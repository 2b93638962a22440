// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// DataSource is the data source aleph_volume.
type DataSource struct {
	client *aleph.Client
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// ReadModel is the data source aleph_volume as Terraform sees it.
type ReadModel struct {
	Hash types.String `tfsdk:"hash"`
	Published
	attribute.Standing
}

// Metadata implements datasource.DataSource.
func (d *DataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = ResourceType
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// local are the attributes of the resource that only Terraform knows.
var local = append([]string{"archive_format", "excludes", "use_latest", "keep_superseded", "timeouts"}, alternatives...)

// Schema implements datasource.DataSource.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := attribute.WithStanding(attribute.ReadOnly(resourceSchema(ctx).Attributes))
	maps.DeleteFunc(attributes, func(name string, _ schema.Attribute) bool { return slices.Contains(local, name) })
	attributes["hash"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Item hash of any version of the volume, whether it is alive or forgotten; `item_hash` is that of the live one. " +
			"Exactly one of `hash` and `ref_name` is given.",
		Validators: []validator.String{attribute.Check("an item hash", model.CheckItemHash)},
	}
	attributes["ref_name"] = schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Name that the owner gave the file. Exactly one of `hash` and `ref_name` is given. " +
			"Defaults, for the volume of a `hash`, to what its live version says; null when it has no name.",
		Validators: []validator.String{attribute.Check("a name of at least one character that is no item hash", checkRefName)},
	}
	attributes["channel"] = attribute.ToldChannel()
	attributes["address"] = attribute.Owner("Address that owns the volume, in checksummed form (EIP-55). Defaults to the owner that the message of `hash` names; " +
		"for a `ref_name`, and for a forgotten message, which names none, to the provider's `address`.")
	attributes["ref"] = attribute.Told("What a mount must name: `id`; or the live `item_hash`, with `use_latest = false`, when the volume has a `ref_name`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A volume as the network has it now, by the item hash of any of its versions or by the name that its owner gave it: the live version, and what became of it. Needs no key.",
		Attributes:          attributes,
	}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("hash"), path.MatchRoot("ref_name"))}
}

// Read reads the volume anew, whatever was read before.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config ReadModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := config.Hash
	if what.IsNull() {
		what = config.RefName
	}
	doubts, err := config.find(ctx, d.client)
	resp.Diagnostics.Append(diagnostic.LeftOut(noun+" "+what.ValueString(), doubts.Errors())...)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read volume " + what.ValueString(), State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

// find fills the model with what the network says of the volume that it names, without the messages in doubt.
func (m *ReadModel) find(ctx context.Context, client *aleph.Client) (object.Doubts, error) {
	found, err := m.newest(ctx, client)
	if err != nil {
		return nil, err
	}
	m.Standing = attribute.StandingOf(found.Record.Status, found.Record.Reason, found.Record.ReceivedAt, found.Record.Confirmations)
	if err := m.take(found); err != nil {
		return found.Doubts, err
	}
	return found.Doubts, m.askFacts(ctx, client.Node)
}

func (m *ReadModel) newest(ctx context.Context, client *aleph.Client) (*object.Object, error) {
	address := m.Address.ValueString()
	if !m.Hash.IsNull() {
		return client.Newest(ctx, object.Files, address, m.Hash.ValueString())
	}
	owner, err := client.OwnerOr(address)
	if err != nil {
		return nil, err
	}
	return client.NewestNamed(ctx, object.Files, owner, m.RefName.ValueString())
}
