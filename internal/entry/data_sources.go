// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// allEntries is the data source of all entries of a noun that an owner has.
type allEntries struct {
	*Noun
	client *aleph.Client
}

// Metadata implements datasource.DataSource.
func (s *allEntries) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = s.Type + "s"
}

// Configure implements datasource.DataSourceWithConfigure.
func (s *allEntries) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (s *allEntries) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	each := s.readOnly(ctx)
	delete(each, "address")
	delete(each, "channel")
	resp.Schema = schema.Schema{
		MarkdownDescription: "The " + s.Word + "s of an owner as the network has them now. " + s.trust() + "Needs no key.",
		Attributes: map[string]schema.Attribute{
			"address": attribute.Owner(owner),
			s.listName(): schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The " + s.Word + "s by their names; empty when there is none.",
				NestedObject: schema.NestedAttributeObject{Attributes: each},
			},
		},
	}
}

const owner = "Address that owns them, in checksummed form (EIP-55). Defaults to the provider's `address`."

// listName is the attribute with the entries.
func (n *Noun) listName() string { return strings.TrimPrefix(n.Type, "aleph_") + "s" }

// Read lists the entries anew, whatever was read before.
func (s *allEntries) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var address types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("address"), &address)...)
	resp.Diagnostics.Append(diagnostic.RequireClient(s.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	owner, entries, err := s.list(ctx, s.client, address.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "list " + s.Word + "s", State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	kind, _ := resp.State.Schema.Type().TerraformType(ctx).(tftypes.Object)
	listed, _ := kind.AttributeTypes[s.listName()].(tftypes.List)
	elements := []tftypes.Value{}
	for m, told := range entries {
		resp.Diagnostics.Append(told...)
		if m == nil {
			continue
		}
		values, diags := s.values(ctx, m)
		resp.Diagnostics.Append(diags...)
		if !diags.HasError() {
			elements = append(elements, plan.Only(values, listed.ElementType))
		}
	}
	resp.State.Raw = tftypes.NewValue(kind, map[string]tftypes.Value{
		"address": tftypes.NewValue(tftypes.String, owner), s.listName(): tftypes.NewValue(listed, elements),
	})
}

// list lists the entries of an owner by their names. One that cannot be understood is told of, in its place.
func (n *Noun) list(ctx context.Context, client *aleph.Client, address string) (string, iter.Seq2[Model, diag.Diagnostics], error) {
	owner, err := client.OwnerOr(address)
	if err != nil {
		return "", nil, err
	}
	documents, err := n.documents(ctx, client, owner)
	if err != nil {
		return "", nil, err
	}
	return owner, func(yield func(Model, diag.Diagnostics) bool) {
		for _, name := range slices.Sorted(maps.Keys(documents)) {
			m := n.Empty()
			m.common().Address, *m.Name() = types.StringValue(owner), types.StringValue(name)
			m.Complete()
			if !exists(m, documents[name].Entries) {
				continue
			}
			if err := m.FromEntries(documents[name]); err != nil {
				if !yield(nil, diagnostic.Unreadable(n.Word, name, err)) {
					return
				}
				continue
			}
			m.common().ID = types.StringValue(n.id(m))
			if !yield(m, nil) {
				return
			}
		}
	}, nil
}

// documents are those that have the entries of an owner, by the names of these.
func (n *Noun) documents(ctx context.Context, client *aleph.Client, owner string) (map[string]*entry.Document, error) {
	if n.Aggregate == "" {
		return client.Entries.All(ctx, owner)
	}
	at := entry.Place{Owner: owner, Key: n.Aggregate}
	d, err := client.Entries.ReadAnew(ctx, at)
	if err == nil && !n.Believed {
		_, err = client.Entries.Prove(ctx, at, d, slices.Sorted(maps.Keys(d.Entries))...)
	}
	if err != nil {
		return nil, err
	}
	documents := make(map[string]*entry.Document, len(d.Entries))
	for name := range d.Entries {
		documents[name] = d
	}
	return documents, nil
}
