// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// ParseJSON reads a JSON object with its numbers as they are written.
func ParseJSON(text string) (map[string]any, error) {
	var object map[string]any
	if err := decode(text, &object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, errNoObject
	}
	return object, nil
}

// ParseAnyJSON reads any JSON value with its numbers as they are written.
func ParseAnyJSON(text string) (value any, err error) {
	err = decode(text, &value)
	return value, err
}

var errNoObject = errors.New("it is not a JSON object: write it with jsonencode({ ... })")

func decode(text string, into any) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return errNoObject
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// FormatJSON writes a JSON value as Terraform's jsonencode does: compact, keys sorted.
func FormatJSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

func checkJSONObject(text string) error {
	object, err := ParseJSON(text)
	if err == nil && len(object) == 0 {
		return errors.New("the object is empty: leave the argument out instead")
	}
	return err
}

// CheckJSON says what is wrong with a text that should be a JSON object, or nil.
func CheckJSON(text string) error {
	_, err := ParseJSON(text)
	return err
}

// KeepEqualJSON plans the prior text when the configured one means the same, so that white space changes nothing.
func KeepEqualJSON() planmodifier.String { return keepEqualJSON{} }

// KeepEqualJSONs does the same for a list, as a whole: a mix of prior and configured texts is not a valid plan.
func KeepEqualJSONs() planmodifier.List { return keepEqualJSON{} }

type keepEqualJSON struct{}

func (keepEqualJSON) Description(context.Context) string {
	return "JSON that means the same is not a change."
}

func (m keepEqualJSON) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepEqualJSON) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if sameJSON(ctx, req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

func (keepEqualJSON) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	prior, planned := req.StateValue.Elements(), req.PlanValue.Elements()
	if req.PlanValue.IsUnknown() || req.PlanValue.IsNull() || req.StateValue.IsNull() || len(prior) != len(planned) {
		return
	}
	for i := range prior {
		if !sameJSON(ctx, prior[i], planned[i]) {
			return
		}
	}
	resp.PlanValue = req.StateValue
}

// sameJSON compares two known texts by meaning, as jsontypes does after a read.
func sameJSON(ctx context.Context, prior, planned attr.Value) bool {
	before, ok := jsonText(prior)
	if !ok {
		return false
	}
	after, ok := jsonText(planned)
	if !ok {
		return false
	}
	same, diags := jsontypes.NewNormalizedValue(before).StringSemanticEquals(ctx, jsontypes.NewNormalizedValue(after))
	return same && !diags.HasError()
}

func jsonText(value attr.Value) (string, bool) {
	text, ok := value.(interface{ ValueString() string })
	if !ok || value.IsNull() || value.IsUnknown() {
		return "", false
	}
	return text.ValueString(), json.Valid([]byte(text.ValueString()))
}
