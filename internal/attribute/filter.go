// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

var anAddress = Check("an address in checksummed form", message.CheckAddress)

// FilterOwner describes the address of whoever owns what is listed.
const FilterOwner = "Address that owns the objects, in checksummed form (EIP-55). Defaults to the provider's `address`."

// Owner is the address of whoever owns what a data source reads.
func Owner(description string) datasource.StringAttribute {
	return datasource.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description, Validators: []validator.String{anAddress},
	}
}

// ListOwner is the address of whoever owns what a list resource lists.
func ListOwner() list.StringAttribute {
	return list.StringAttribute{Optional: true, MarkdownDescription: FilterOwner, Validators: []validator.String{anAddress}}
}
