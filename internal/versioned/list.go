// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// listResource is the list resource of a noun, for `terraform query`.
type listResource struct {
	*Noun
	client *aleph.Client
}

// Metadata implements list.ListResource.
func (l *listResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.Type
}

// Configure implements list.ListResourceWithConfigure.
func (l *listResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// ListResourceConfigSchema implements list.ListResource.
func (l *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	by := "the live version, by which it is imported"
	if l.Life.KeepsFirst {
		by = "by their first version, the network's own stable name"
	}
	description := "The " + l.plural() + " of an owner that are alive, each once, for `terraform query`: " + by + ". Needs no key.\n\n" + attribute.QueryDescription
	if l.Reading.Query != "" {
		description += "\n\n" + l.Reading.Query
	}
	resp.Schema = listschema.Schema{MarkdownDescription: description, Attributes: l.listAttributes()}
}

// List implements list.ListResource.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	f, diags := l.filterOf(ctx, req.Config)
	diags.Append(diagnostic.RequireClient(l.client)...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	_, objects, err := l.list(ctx, l.client, f)
	if err != nil {
		diags.Append(diagnostic.Failure{Action: "list " + l.plural(), State: diagnostic.OnlyRead, Err: err}.Error())
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = attribute.Results(req.Limit, objects, func(found *listed) list.ListResult { return l.result(ctx, req, found) })
}

// result is an object as `terraform query` wants it.
func (l *listResource) result(ctx context.Context, req list.ListRequest, found *listed) list.ListResult {
	result := req.NewListResult(ctx)
	id := found.model.common().ID
	result.DisplayName = attribute.DisplayName(plan.TextOf(found.values[l.Reading.Name]), id.ValueString())
	result.Diagnostics.Append(result.Identity.SetAttribute(ctx, path.Root(l.identity()), id)...)
	if req.IncludeResource {
		result.Resource.Raw = tftypes.NewValue(result.Resource.Raw.Type(), found.values)
	}
	return result
}

// listed is an object in a list.
type listed struct {
	object *object.Object
	model  Model
	// values are the model's attributes, by name.
	values map[string]tftypes.Value
}

// list lists what the filter lets through, and whose objects these are. One that cannot be understood is told of, in its
// place.
func (n *Noun) list(ctx context.Context, client *aleph.Client, f filter) (string, iter.Seq2[*listed, diag.Diagnostics], error) {
	owner, err := client.OwnerOr(f.address.ValueString())
	if err != nil {
		return "", nil, err
	}
	objects, doubts, err := client.Objects(ctx, owner, n.Life)
	if err != nil {
		return "", nil, err
	}
	return owner, func(yield func(*listed, diag.Diagnostics) bool) {
		if leftOut := diagnostic.LeftOut(n.called(), "the list of "+n.plural(), "", doubts.Errors()); leftOut != nil && !yield(nil, leftOut) {
			return
		}
		for _, found := range objects {
			m, err := n.read(ctx, client, found)
			if err != nil {
				if !yield(nil, diagnostic.Unreadable(n.Word, found.Record.ItemHash, err)) {
					return
				}
				continue
			}
			values, diags := n.values(ctx, m)
			if f.accepts(values, n.Reading.Name) && !yield(&listed{found, m, values}, diags) {
				return
			}
		}
	}, nil
}
