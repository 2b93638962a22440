// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

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

// List is the list resource aleph_program.
type List struct {
	client *aleph.Client
}

// NewList makes the list resource.
func NewList() list.ListResource { return &List{} }

// Filter says which programs are meant.
type Filter struct {
	attribute.Filter
	Name types.String `tfsdk:"name"`
}

const filterName = "Only programs of exactly this name. Defaults to any."

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
		MarkdownDescription: "The programs of an owner that are alive, each once, for `terraform query`: the live version, by which it is imported. Needs no key.\n\n" + attribute.QueryDescription,
		Attributes:          attribute.ListAttributes("name", filterName),
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
	_, programs, err := filter.list(ctx, l.client)
	if err != nil {
		diags.Append(diagnostic.Failure{Action: "list programs", State: diagnostic.OnlyRead, Err: err}.Error())
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = attribute.Results(req.Limit, programs, func(p *listed) list.ListResult { return p.result(ctx, req) })
}

// listed is a program in a list.
type listed struct {
	Published
	object *object.Object
}

// list lists what the filter lets through, and whose programs these are. One that cannot be understood is told of, in
// its place.
func (f Filter) list(ctx context.Context, client *aleph.Client) (string, iter.Seq2[*listed, diag.Diagnostics], error) {
	owner, err := client.OwnerOr(f.Address.ValueString())
	if err != nil {
		return "", nil, err
	}
	objects, doubts, err := client.Objects(ctx, owner, object.Programs)
	if err != nil {
		return "", nil, err
	}
	return owner, func(yield func(*listed, diag.Diagnostics) bool) {
		if leftOut := diagnostic.LeftOut("the list of "+noun+"s", doubts.Errors()); leftOut != nil && !yield(nil, leftOut) {
			return
		}
		for _, object := range objects {
			program := &listed{object: object}
			live := object.Versions.Live()
			if err := program.read(live, client.Defaults.Domain); err != nil {
				if !yield(nil, diagnostic.Unreadable(noun, live.ItemHash, err)) {
					return
				}
				continue
			}
			program.Superseded = attribute.Strings(object.Versions.Superseded())
			if f.Accepts(program.Channel, program.Tags) && attribute.Matches(f.Name, program.Name) && !yield(program, nil) {
				return
			}
		}
	}, nil
}

// result is the program as `terraform query` wants it.
func (p *listed) result(ctx context.Context, req list.ListRequest) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = attribute.DisplayName(p.Name, p.ItemHash.ValueString())
	result.Diagnostics.Append(result.Identity.Set(ctx, IdentityModel{ItemHash: p.ItemHash})...)
	if req.IncludeResource {
		model := Model{Published: p.Published, KeepSuperseded: keepSuperseded(p.object.Versions.Superseded()), Timeouts: attribute.NoTimeouts(ctx)}
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}
	return result
}
