// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// oneEntry is the data source of one entry of a noun.
type oneEntry struct {
	*Noun
	client *aleph.Client
}

// Metadata implements datasource.DataSource.
func (s *oneEntry) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = s.Type
}

// Configure implements datasource.DataSourceWithConfigure.
func (s *oneEntry) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (s *oneEntry) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := s.readOnly(ctx)
	attributes["address"] = attribute.Owner("Address that owns the " + s.Word + ", in checksummed form (EIP-55). Defaults to the provider's `address`.")
	attributes["channel"] = attribute.Told("Channel of a message that wrote the " + s.Word + ", as the node says, since no signature covers it; null when it is not known.")
	attributes[s.Named.Attribute] = schema.StringAttribute{Required: true, MarkdownDescription: s.Named.Description, Validators: []validator.String{s.Named.Validator}}
	resp.Schema = schema.Schema{
		MarkdownDescription: diagnostic.SentenceOf(diagnostic.WithArticle(s.Word) + " as the network has it now. " + s.trust() + "Needs no key"),
		Attributes:          attributes,
	}
}

// trust says in the docs what is verified.
func (n *Noun) trust() string {
	if n.Believed {
		return "The node makes it of the owner's messages, and its word is taken for it. "
	}
	return ""
}

// readOnly are the attributes of the resource that data sources have.
func (n *Noun) readOnly(ctx context.Context) map[string]schema.Attribute {
	made := n.declared(ctx)
	attributes := attribute.ReadOnly(made.schema.Attributes)
	for _, name := range made.set.Names(attribute.RoleLocal) {
		delete(attributes, name)
	}
	return attributes
}

// Read reads the entry anew, whatever was read before.
func (s *oneEntry) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m := s.Empty()
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("address"), &m.common().Address)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(s.Named.Attribute), m.Name())...)
	resp.Diagnostics.Append(diagnostic.RequireClient(s.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := s.find(ctx, m); err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: s.reading(m), State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	values, diags := s.values(ctx, m)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.State.Raw = plan.Only(values, resp.State.Schema.Type().TerraformType(ctx))
	}
}

// reading is what is tried when an entry is read, as it follows "Unable to".
func (n *Noun) reading(m Model) string {
	return fmt.Sprintf("read %s %q", n.Word, m.Name().ValueString())
}

// find fills the model with what the network says of the entry that it names.
func (s *oneEntry) find(ctx context.Context, m Model) error {
	owner, err := s.client.OwnerOr(m.common().Address.ValueString())
	if err != nil {
		return err
	}
	m.common().Address = types.StringValue(owner)
	m.Complete()
	at := s.place(m)
	d, err := s.client.Entries.ReadAnew(ctx, at)
	if err != nil {
		return err
	}
	whole := s.Aggregate == ""
	if !exists(m, d.Entries) && !(whole && d.Exists()) {
		return &AbsentError{Owner: owner, Word: s.Word, Name: m.Name().ValueString(), Whole: whole}
	}
	channel := ""
	if !s.Believed {
		if channel, err = s.client.Entries.Prove(ctx, at, d, m.Keys(d.Entries)...); err != nil {
			return err
		}
	}
	if err := m.FromEntries(d); err != nil {
		return err
	}
	m.common().ID, m.common().Channel = types.StringValue(s.id(m)), attribute.Text(channel)
	return nil
}

// values are a model's attributes as Terraform has them, by name.
func (n *Noun) values(ctx context.Context, m Model) (map[string]tftypes.Value, diag.Diagnostics) {
	m.common().Timeouts = attribute.NoTimeouts(ctx)
	return plan.ValuesOf(ctx, n.declared(ctx).schema, m)
}

// AbsentError is an entry that is not there.
type AbsentError struct {
	Owner, Word, Name string
	// Whole says that the name is that of a whole aggregate.
	Whole bool
}

func (e *AbsentError) Error() string {
	if e.Whole {
		return fmt.Sprintf("%s keeps nothing under the key %q", e.Owner, e.Name)
	}
	return fmt.Sprintf("%s has no %s %q", e.Owner, e.Word, e.Name)
}

// Remedy says what to do.
func (e *AbsentError) Remedy() string {
	return "Check what it is called, and whose it is. What was published a moment ago through another node may take a while to arrive."
}
