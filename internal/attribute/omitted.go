// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NullByDefault gives null as the default to every attribute that can be left out and has no other. Plans are the same with
// it and without; but Terraform then counts the attribute as computed, and recent versions write no `x = null` for such in a
// configuration that they generate for an import, which would be full of them.
func NullByDefault(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.StringAttribute:
			if a.Optional && !a.Computed {
				a.Computed, a.Default = true, nullDefault{}
			}
			attribute = a
		case schema.BoolAttribute:
			if a.Optional && !a.Computed {
				a.Computed, a.Default = true, nullDefault{}
			}
			attribute = a
		case schema.Int64Attribute:
			if a.Optional && !a.Computed {
				a.Computed, a.Default = true, nullDefault{}
			}
			attribute = a
		case schema.ListAttribute:
			if a.Optional && !a.Computed {
				a.Computed, a.Default = true, nullDefault{element: a.ElementType}
			}
			attribute = a
		case schema.ListNestedAttribute:
			a.NestedObject.Attributes = NullByDefault(a.NestedObject.Attributes)
			attribute = a
		case schema.SingleNestedAttribute:
			a.Attributes = NullByDefault(a.Attributes)
			if object, ok := a.GetType().(attr.TypeWithAttributeTypes); ok && a.Optional && !a.Computed {
				a.Computed, a.Default = true, nullDefault{attributes: object.AttributeTypes()}
			}
			attribute = a
		}
		attributes[name] = attribute
	}
	return attributes
}

// nullDefault is null, of a list's element type or an object's attribute types where there are such.
type nullDefault struct {
	element    attr.Type
	attributes map[string]attr.Type
}

func (nullDefault) Description(context.Context) string { return "Left out by default." }

func (d nullDefault) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

func (nullDefault) DefaultString(_ context.Context, _ defaults.StringRequest, resp *defaults.StringResponse) {
	resp.PlanValue = types.StringNull()
}

func (nullDefault) DefaultBool(_ context.Context, _ defaults.BoolRequest, resp *defaults.BoolResponse) {
	resp.PlanValue = types.BoolNull()
}

func (nullDefault) DefaultInt64(_ context.Context, _ defaults.Int64Request, resp *defaults.Int64Response) {
	resp.PlanValue = types.Int64Null()
}

func (d nullDefault) DefaultList(_ context.Context, _ defaults.ListRequest, resp *defaults.ListResponse) {
	resp.PlanValue = types.ListNull(d.element)
}

func (d nullDefault) DefaultObject(_ context.Context, _ defaults.ObjectRequest, resp *defaults.ObjectResponse) {
	resp.PlanValue = types.ObjectNull(d.attributes)
}
