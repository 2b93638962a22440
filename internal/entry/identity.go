// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *theResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"address":         identityschema.StringAttribute{RequiredForImport: true, Description: "Address that owns the " + r.Word + ", in checksummed form (EIP-55)."},
		r.Named.Attribute: identityschema.StringAttribute{RequiredForImport: true, Description: r.Named.Description},
	}}
}

func (n *Noun) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, m Model) diag.Diagnostics {
	diags := identity.SetAttribute(ctx, path.Root("address"), m.common().Address)
	return append(diags, identity.SetAttribute(ctx, path.Root(n.Named.Attribute), *m.Name())...)
}

// ImportState takes a name, of an entry of the provider's own address, or an address and a name with a slash between them;
// or the identity.
func (r *theResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var address, name string
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("address"), &address)...)
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(r.Named.Attribute), &name)...)
	} else {
		address, name = parseID(req.ID)
	}
	resp.Diagnostics.Append(diagnostic.RequireClient(r.client)...)
	if resp.Diagnostics.HasError() {
		return
	}
	owner, err := r.client.OwnerOr(address)
	if err == nil {
		err = message.CheckAddress(owner)
	}
	if err == nil && name == "" {
		err = errors.New("no name was given")
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Failure{
			Action: "import the " + r.Word, State: diagnostic.NothingSent, Err: err, Otherwise: "Import by `" + r.Named.Attribute + "`, or by address and `" + r.Named.Attribute + "` with a slash between them.",
		}.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("address"), types.StringValue(owner))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.Named.Attribute), types.StringValue(name))...)
}

// importedByHash is the error of an import by what looks like the item hash of a message, where no entry has that name.
func (n *Noun) importedByHash() diag.Diagnostic {
	return diagnostic.Failure{
		Action: "import the " + n.Word, State: diagnostic.NothingSent, Err: errors.New("there is none of this name, which has the form of an item hash"),
		Otherwise: "An entry of an aggregate has no item hash: import it by `" + n.Named.Attribute + "`, or by address and `" + n.Named.Attribute + "` with a slash between them. " +
			"`data \"aleph_message\"` tells of what type the message is.",
	}.Error()
}

// parseID takes an id apart. A name may have slashes of its own.
func parseID(id string) (address, name string) {
	before, after, ok := strings.Cut(id, "/")
	if ok && message.CheckAddress(before) == nil {
		return before, after
	}
	return "", id
}
