// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// nulls are the attributes of resources that are null when they are left out, by their addresses. Terraform counts them
// as computed (see attribute.NullByDefault), and does not hear of their default.
var nulls = sync.OnceValue(func() map[string]bool {
	ctx := context.Background()
	found := make(map[string]bool)
	for _, make := range provider.New("test", "", nil)().Resources(ctx) {
		var named resource.MetadataResponse
		var described resource.SchemaResponse
		make().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "aleph"}, &named)
		make().Schema(ctx, resource.SchemaRequest{}, &described)
		addNulls(ctx, found, named.TypeName, described.Schema.Attributes)
	}
	return found
})

func addNulls(ctx context.Context, found map[string]bool, at string, attributes map[string]schema.Attribute) {
	for name, attribute := range attributes {
		at := at + "." + name
		found[at] = isNullByDefault(ctx, attribute)
		switch a := attribute.(type) {
		case schema.SingleNestedAttribute:
			addNulls(ctx, found, at, a.Attributes)
		case schema.ListNestedAttribute:
			addNulls(ctx, found, at, a.NestedObject.Attributes)
		}
	}
}

func isNullByDefault(ctx context.Context, attribute schema.Attribute) bool {
	var left defaults.Describer
	switch a := attribute.(type) {
	case schema.StringAttribute:
		left = a.Default
	case schema.BoolAttribute:
		left = a.Default
	case schema.Int64Attribute:
		left = a.Default
	case schema.ListAttribute:
		left = a.Default
	case schema.SingleNestedAttribute:
		left = a.Default
	}
	return left != nil && left.Description(ctx) == "Left out by default."
}
