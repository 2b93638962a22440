// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DefaultedObject is a nested attribute whose children all have a default: the object's own default is made of theirs,
// because with the children's alone an object that is left out would be unknown until apply.
func DefaultedObject(ctx context.Context, description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	kinds := make(map[string]attr.Type, len(attributes))
	values := make(map[string]attr.Value, len(attributes))
	for name, attribute := range attributes {
		kinds[name] = attribute.GetType()
		values[name] = defaultOf(ctx, name, attribute)
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: description,
		Default:             objectdefault.StaticValue(types.ObjectValueMust(kinds, values)),
		Attributes:          attributes,
	}
}

// defaultOf panics on an attribute without a default: that is a defect of the schema, found by its first test.
func defaultOf(ctx context.Context, name string, attribute schema.Attribute) attr.Value {
	switch a := attribute.(type) {
	case schema.BoolAttribute:
		var resp defaults.BoolResponse
		a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
		return resp.PlanValue
	case schema.Int64Attribute:
		var resp defaults.Int64Response
		a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
		return Whole{resp.PlanValue}
	case schema.StringAttribute:
		var resp defaults.StringResponse
		a.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
		return resp.PlanValue
	case schema.ListAttribute:
		return defaultList(ctx, a.Default)
	case schema.ListNestedAttribute:
		return defaultList(ctx, a.Default)
	}
	panic(fmt.Sprintf("attribute %s: no default of type %T", name, attribute))
}

// DefaultedList is a list of nested objects, empty when it is left out.
func DefaultedList(description string, element schema.NestedAttributeObject) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional:            true,
		Computed:            true,
		Default:             EmptyList(element.Type()),
		MarkdownDescription: description,
		NestedObject:        element,
	}
}

func defaultList(ctx context.Context, list defaults.List) attr.Value {
	var resp defaults.ListResponse
	list.DefaultList(ctx, defaults.ListRequest{}, &resp)
	return resp.PlanValue
}
