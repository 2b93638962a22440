// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ProviderData takes what the provider's Configure handed out; nil while the provider is not configured, as in
// `terraform validate`, or while its settings are not known yet.
func ProviderData[T any](data any, diags *diag.Diagnostics) *T {
	if data == nil {
		return nil
	}
	value, ok := data.(*T)
	if !ok {
		diags.AddError("Unable to use the provider's settings", fmt.Sprintf("They are a %T. Please report this to the developers of the provider.", data))
	}
	return value
}

// RequireClient fails what cannot wait until the settings of the provider are known.
func RequireClient[T any](client *T) diag.Diagnostics {
	if client != nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to read from the network yet",
		"A setting of the provider depends on a resource that does not exist yet, so that it is not known which node to ask.\n\n"+OnlyRead+"\n\n"+
			"Create that resource first (`terraform apply -target=ADDRESS`), or give the provider a value that is known.")}
}

// RequireOwner fails the plan of what would have no owner: a plan needs no key, but somebody's address. Of a client or an
// address that is not known yet, nobody can tell.
func RequireOwner[T any, C interface {
	*T
	OwnerOr(address string) (string, error)
}](client C, word string, address types.String) diag.Diagnostics {
	if client == nil || address.IsUnknown() {
		return nil
	}
	if _, err := client.OwnerOr(address.ValueString()); err != nil {
		return diag.Diagnostics{Failure{Action: "plan " + WithArticle(word), State: NothingSent, Err: err}.Error()}
	}
	return nil
}
