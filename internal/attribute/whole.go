// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Whole is a whole number of a message. The framework's own stops at a number that is none, with words for developers;
// this one is unknown then, and leaves it to ContentRules, which see the number as it was written.
type Whole struct{ types.Int64 }

// WholeValue is a number that is known.
func WholeValue(n int64) Whole { return Whole{types.Int64Value(n)} }

// Type implements attr.Value.
func (Whole) Type(context.Context) attr.Type { return WholeType{} }

// Equal implements attr.Value.
func (w Whole) Equal(o attr.Value) bool {
	other, ok := o.(Whole)
	return ok && w.Int64.Equal(other.Int64)
}

// WholeType is the type of Whole.
type WholeType struct{ basetypes.Int64Type }

var _ basetypes.Int64Typable = WholeType{}

// Equal implements attr.Type.
func (WholeType) Equal(o attr.Type) bool {
	_, ok := o.(WholeType)
	return ok
}

// String implements attr.Type.
func (WholeType) String() string { return "attribute.WholeType" }

// Validate implements xattr.TypeWithValidate, which the framework's own type does by words for developers.
func (WholeType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics { return nil }

// ValueType implements attr.Type.
func (WholeType) ValueType(context.Context) attr.Value { return Whole{} }

// ValueFromInt64 implements basetypes.Int64Typable.
func (WholeType) ValueFromInt64(_ context.Context, value basetypes.Int64Value) (basetypes.Int64Valuable, diag.Diagnostics) {
	return Whole{value}, nil
}

// ValueFromTerraform implements attr.Type.
func (t WholeType) ValueFromTerraform(ctx context.Context, raw tftypes.Value) (attr.Value, error) {
	value, err := t.Int64Type.ValueFromTerraform(ctx, raw)
	if number, ok := value.(types.Int64); ok && err == nil {
		return Whole{number}, nil
	}
	if raw.Type() != nil && raw.Type().Is(tftypes.Number) {
		return Whole{types.Int64Unknown()}, nil
	}
	return nil, err
}
