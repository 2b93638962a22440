// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// KnownPart is a value without what is not known yet: that is null in it, and left out of lists and maps, whose elements
// are never null in a model.
func KnownPart(raw tftypes.Value) (tftypes.Value, error) { return tftypes.Transform(raw, knownPart) }

func knownPart(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
	kind := value.Type()
	switch {
	case !value.IsKnown():
		return tftypes.NewValue(kind, nil), nil
	case value.IsNull():
		return value, nil
	case kind.Is(tftypes.List{}):
		var elements []tftypes.Value
		err := value.As(&elements)
		return tftypes.NewValue(kind, slices.DeleteFunc(elements, tftypes.Value.IsNull)), err
	case kind.Is(tftypes.Map{}):
		var elements map[string]tftypes.Value
		err := value.As(&elements)
		maps.DeleteFunc(elements, func(_ string, element tftypes.Value) bool { return element.IsNull() })
		return tftypes.NewValue(kind, elements), err
	}
	return value, nil
}
