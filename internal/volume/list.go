// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

var _ list.ListResourceWithConfigure = (*List)(nil)

// List is the list resource aleph_volume.
type List struct {
	client *aleph.Client
}

// NewList makes the list resource.
func NewList() list.ListResource { return &List{} }

// Filter says which volumes are meant.
type Filter struct {
	attribute.Filter
	RefName types.String `tfsdk:"ref_name"`
}

const filterName = "Only the volume of this name. Defaults to any."

// Metadata implements list.ListResource.
func (l *List) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = ResourceType
}

// Configure implements list.ListResourceWithConfigure.
func (l *List) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// ListResourceConfigSchema implements list.ListResource.
func (l *List) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The volumes of an owner that are alive, each once, for `terraform query`: by their first version, the network's own stable name. Needs no key.\n\n" +
			attribute.QueryDescription + "\n\nThe file is named by `file_hash`, since its bytes are on the network and not here. " +
			"A result leaves `size` and `encoding` out, for which each file would have to be opened: the import reads them.",
		Attributes: attribute.ListAttributes("ref_name", filterName),
	}
}

// List implements list.ListResource.
func (l *List) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter Filter
	diags := req.Config.Get(ctx, &filter)
	diags.Append(diagnostic.RequireClient(l.client)...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	_, volumes, err := filter.list(ctx, l.client)
	if err != nil {
		diags.Append(diagnostic.Failure{Action: "list volumes", State: diagnostic.OnlyRead, Err: err}.Error())
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = attribute.Results(req.Limit, volumes, func(v *listed) list.ListResult { return v.result(ctx, req) })
}

// listed is a volume in a list.
type listed struct {
	Published
	object *object.Object
}

// list lists what the filter lets through, and whose volumes these are. One that cannot be understood is told of, in
// its place.
func (f Filter) list(ctx context.Context, client *aleph.Client) (string, iter.Seq2[*listed, diag.Diagnostics], error) {
	owner, err := client.OwnerOr(f.Address.ValueString())
	if err != nil {
		return "", nil, err
	}
	objects, doubts, err := client.Objects(ctx, owner, object.Files)
	if err != nil {
		return "", nil, err
	}
	return owner, func(yield func(*listed, diag.Diagnostics) bool) {
		if leftOut := diagnostic.LeftOut("the list of "+noun+"s", doubts.Errors()); leftOut != nil && !yield(nil, leftOut) {
			return
		}
		for _, object := range objects {
			volume := &listed{object: object}
			if err := volume.take(object); err != nil {
				if !yield(nil, diagnostic.Unreadable(noun, object.Record.ItemHash, err)) {
					return
				}
				continue
			}
			if f.Accepts(volume.Channel, volume.Tags) && attribute.Matches(f.RefName, volume.RefName) && !yield(volume, nil) {
				return
			}
		}
	}, nil
}

// result is the volume as `terraform query` wants it.
func (v *listed) result(ctx context.Context, req list.ListRequest) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = attribute.DisplayName(v.RefName, v.ID.ValueString())
	result.Diagnostics.Append(result.Identity.Set(ctx, IdentityModel{ID: v.ID})...)
	if req.IncludeResource {
		model := Model{Published: v.Published, Timeouts: attribute.NoTimeouts(ctx)}
		model.imported()
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}
	return result
}
