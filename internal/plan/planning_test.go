// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

var (
	lists = tftypes.List{ElementType: tftypes.String}
	maps  = tftypes.Map{ElementType: tftypes.String}
	root  = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"list": lists, "map": maps}}
)

// The plan keeps the elements that it has, with those unknown that the configuration does not know, whether it has as many
// as the configuration, fewer or more.
func TestNewPlanning_ofUnknownElements(t *testing.T) {
	unknown, a, b := tftypes.NewValue(tftypes.String, tftypes.UnknownValue), text("a"), text("b")
	for name, test := range map[string]struct{ configured, planned, want []tftypes.Value }{
		"as many": {[]tftypes.Value{a, unknown}, []tftypes.Value{a, b}, []tftypes.Value{a, unknown}},
		"fewer":   {[]tftypes.Value{unknown, unknown}, []tftypes.Value{a}, []tftypes.Value{unknown}},
		"none":    {[]tftypes.Value{unknown}, nil, nil},
		"more":    {[]tftypes.Value{unknown}, []tftypes.Value{a, b}, []tftypes.Value{unknown, b}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan.NewPlanning(t.Context(), resource.ModifyPlanRequest{
				Config: tfsdk.Config{Raw: value(test.configured)}, Plan: tfsdk.Plan{Raw: value(test.planned)}, State: tfsdk.State{Raw: tftypes.NewValue(root, nil)},
			}, &resource.ModifyPlanResponse{})
			if got, want := tftypes.NewValue(root, p.Planned), value(test.want); !got.Equal(want) {
				t.Errorf("planned %s, want %s", got, want)
			}
		})
	}
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// value has the elements in a list, and by their index in a map.
func value(elements []tftypes.Value) tftypes.Value {
	byIndex := make(map[string]tftypes.Value)
	for i, element := range elements {
		byIndex[string(rune('0'+i))] = element
	}
	return tftypes.NewValue(root, map[string]tftypes.Value{"list": tftypes.NewValue(lists, elements), "map": tftypes.NewValue(maps, byIndex)})
}
