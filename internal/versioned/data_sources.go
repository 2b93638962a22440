// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// allObjects is the data source of all objects of a noun that an owner has.
type allObjects struct {
	*Noun
	client *aleph.Client
}

// Metadata implements datasource.DataSource.
func (d *allObjects) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.Type + "s"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *allObjects) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *allObjects) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := d.plural()
	attributes := d.filterAttributes()
	attributes[d.listName()] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The " + all + ", what was published last first; empty when there is none.",
		NestedObject:        schema.NestedAttributeObject{Attributes: d.summaryAttributes(ctx)},
	}
	what := "the live version, with the versions that it superseded"
	if !d.billed() {
		what = "the live version"
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The " + all + " of an owner that are alive now, each once: " + what + ". Needs no key.",
		Attributes:          attributes,
	}
}

func (n *Noun) plural() string { return n.Word + "s" }

// listName is the attribute with the objects.
func (n *Noun) listName() string { return strings.TrimPrefix(n.Type, "aleph_") + "s" }

// summaryAttributes are what a list shows of each object.
func (n *Noun) summaryAttributes(ctx context.Context) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"channel":      attribute.ToldChannel(n.inChannel()),
		"published_at": attribute.Told("When the live version was published, by its sender's clock, as a date by RFC 3339."),
		"status":       attribute.Told("`processed`, or `removing` when the network is about to remove it for lack of funds."),
	}
	if n.billed() {
		attributes["superseded"] = attribute.ToldTexts(n.supersededAre() + ": they are no elements of their own.")
	}
	resource := attribute.ReadOnly(n.declared(ctx).schema.Attributes)
	for name, description := range n.Reading.Summary {
		attributes[name] = attribute.At(resource, n.source(name))
		if description != "" {
			attributes[name] = attribute.Described(attributes[name], description)
		}
	}
	return attributes
}

// source is where an attribute of a summary is in the resource, with dots between names.
func (n *Noun) source(name string) string { return cmp.Or(n.Reading.From[name], name) }

// Read lists the objects anew, whatever was read before.
func (d *allObjects) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	f, diags := d.filterOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(diagnostic.RequireClient(d.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	owner, objects, err := d.list(ctx, d.client, f)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{Action: "list " + d.plural(), State: diagnostic.OnlyRead, Err: err}.Error())
		return
	}
	values := plan.AttributesOf(req.Config.Raw)
	kind, _ := resp.State.Schema.Type().TerraformType(ctx).(tftypes.Object)
	listed, _ := kind.AttributeTypes[d.listName()].(tftypes.List)
	elements := []tftypes.Value{}
	for found, told := range objects {
		resp.Diagnostics.Append(told...)
		if found != nil {
			elements = append(elements, d.summary(found, listed.ElementType))
		}
	}
	values["address"] = tftypes.NewValue(tftypes.String, owner)
	values[d.listName()] = tftypes.NewValue(listed, elements)
	resp.State.Raw = tftypes.NewValue(kind, values)
}

// summary is an object as an element of a list.
func (n *Noun) summary(found *listed, kind tftypes.Type) tftypes.Value {
	values := maps.Clone(found.values)
	for name, from := range n.Reading.From {
		at := values
		steps := strings.Split(from, ".")
		for _, step := range steps[:len(steps)-1] {
			at = plan.AttributesOf(at[step])
		}
		values[name] = at[steps[len(steps)-1]]
	}
	published := attribute.Instant(found.object.Record.Message.Time)
	values["published_at"] = tftypes.NewValue(tftypes.String, published.ValueStringPointer())
	values["status"] = tftypes.NewValue(tftypes.String, string(found.object.Record.Status))
	return plan.Only(values, kind)
}
