// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
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
	resp.Schema = listschema.Schema{
		MarkdownDescription: "The " + l.Word + "s of an owner, for `terraform query`. " + l.trust() + "Needs no key.\n\n" +
			"`terraform query -generate-config-out=FILE` writes a configuration and an `import` block for each: what lives on the network, from whatever tool it came, " +
			"is under Terraform after the next apply, which publishes nothing. Terraform asks for 100 results unless `limit` says otherwise. Needs Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{"address": attribute.ListOwner()},
	}
}

// List implements list.ListResource.
func (l *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var address types.String
	diags := req.Config.GetAttribute(ctx, path.Root("address"), &address)
	diags.Append(diagnostic.RequireClient(l.client)...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	_, entries, err := l.list(ctx, l.client, address.ValueString())
	if err != nil {
		diags.Append(diagnostic.Failure{Action: "list " + l.Word + "s", State: diagnostic.OnlyRead, Err: err}.Error())
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = attribute.Results(req.Limit, entries, func(m Model) list.ListResult { return l.result(ctx, req, m) })
}

// result is an entry as `terraform query` wants it.
func (l *listResource) result(ctx context.Context, req list.ListRequest, m Model) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = attribute.DisplayName(*m.Name(), l.Word)
	result.Diagnostics.Append(l.setIdentity(ctx, result.Identity, m)...)
	if req.IncludeResource {
		values, diags := l.values(ctx, m)
		result.Diagnostics.Append(diags...)
		result.Resource.Raw = tftypes.NewValue(result.Resource.Raw.Type(), values)
	}
	return result
}
