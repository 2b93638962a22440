// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// oneObject is the data source of one object of a noun: what the resource has of the network, and what became of the
// message.
type oneObject struct {
	*Noun
	client *aleph.Client
}

// Metadata implements datasource.DataSource.
func (d *oneObject) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.Type
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *oneObject) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *oneObject) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	made := d.declared(ctx)
	attributes := attribute.WithStanding(attribute.ReadOnly(made.schema.Attributes))
	for _, name := range made.set.Names(attribute.RoleLocal) {
		delete(attributes, name)
	}
	for name, description := range d.Reading.Descriptions {
		attributes[name] = attribute.Described(attributes[name], description)
	}
	hash := schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Item hash of any version of the " + d.Word + ", whether it is alive or forgotten; `" + d.liveName() + "` is that of the live one.",
		Validators:          []validator.String{attribute.Check("an item hash", model.CheckItemHash)},
	}
	by, owner := "", "a forgotten one names none, so that it then defaults to the provider's `address`."
	if l := d.Reading.Lookup; l != nil {
		name := d.Reading.Name
		hash.Required, hash.Optional = false, true
		hash.MarkdownDescription += " Exactly one of `hash` and `" + name + "` is given."
		attributes[name] = schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: l.Description, Validators: []validator.String{l.Validator}}
		by, owner = " or by the name that its owner gave it", "for a `"+name+"`, and for a forgotten message, which names none, to the provider's `address`."
	}
	attributes["hash"] = hash
	attributes["channel"] = attribute.ToldChannel(d.inChannel())
	attributes["address"] = attribute.Owner("Address that owns the " + d.Word + ", in checksummed form (EIP-55). Defaults to the owner that the message of `hash` names; " + owner)
	resp.Schema = schema.Schema{
		MarkdownDescription: diagnostic.SentenceOf(diagnostic.WithArticle(d.Word) + " as the network has it now, by the item hash of any of its versions" + by +
			": the live version, and what became of it. Needs no key"),
		Attributes: attributes,
	}
}

// liveName is the attribute with the item hash of the live version.
func (n *Noun) liveName() string {
	if n.billed() {
		return "item_hash"
	}
	return "live_item_hash"
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *oneObject) ConfigValidators(context.Context) []datasource.ConfigValidator {
	if d.Reading.Lookup == nil {
		return nil
	}
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("hash"), path.MatchRoot(d.Reading.Name))}
}

// Read reads the object anew, whatever was read before.
func (d *oneObject) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var address, hash, name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("address"), &address)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("hash"), &hash)...)
	if d.Reading.Lookup != nil {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(d.Reading.Name), &name)...)
	}
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := cmp.Or(hash.ValueString(), name.ValueString())
	found, err := d.newest(ctx, address.ValueString(), hash.ValueString(), name.ValueString())
	var m Model
	if err == nil {
		resp.Diagnostics.Append(diagnostic.LeftOut(d.called(), diagnostic.WithArticle(d.Word), d.Word+" "+what, found.Doubts.Errors())...)
		m, err = d.read(ctx, d.client, found)
	}
	if completed, ok := m.(Completed); ok && err == nil {
		err = completed.Complete(ctx, d.client, d.Empty())
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "read " + d.Word + " " + what, State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	values, diags := d.values(ctx, m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	values["hash"] = tftypes.NewValue(tftypes.String, hash.ValueStringPointer())
	resp.State.Raw = plan.Only(values, resp.State.Schema.Type().TerraformType(ctx))
	resp.Diagnostics.Append(attribute.StandingOf(found.Record.Status, found.Record.Reason, found.Record.ReceivedAt, found.Record.Confirmations).Set(ctx, &resp.State)...)
}

// newest finds the object that an item hash names, or else the name that its owner gave it.
func (d *oneObject) newest(ctx context.Context, address, hash, name string) (*object.Object, error) {
	if hash != "" {
		return d.client.Newest(ctx, d.Life, address, hash)
	}
	owner, err := d.client.OwnerOr(address)
	if err != nil {
		return nil, err
	}
	return d.client.NewestNamed(ctx, d.Life, owner, name)
}

// values are a model's attributes as Terraform has them, by name.
func (n *Noun) values(ctx context.Context, m Model) (map[string]tftypes.Value, diag.Diagnostics) {
	return plan.ValuesOf(ctx, n.declared(ctx).schema, m)
}
