// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// ContentRules checks a configuration by the rules that its message must obey, so that each is stated once, in the
// model package, and is broken at plan and not at apply.
type ContentRules struct {
	Type message.Type
	// Attributes are those that stand in the content under the same name.
	Attributes []string
	// Fixed are fields of the content that no attribute sets.
	Fixed map[string]any
	// Texts are attributes, by their path as text, that hold JSON: the content has what they mean.
	Texts map[string]bool
	// Demanded are attributes of list elements that must be given. The schema leaves them optional, because the framework
	// takes what an element that is not known yet does not have for missing.
	Demanded []string
	// Metadata are attributes that the content keeps as keys of `metadata`.
	Metadata []string
}

// Check reports every rule that a value breaks, of a configuration or of a plan. What is not known yet, or left out,
// breaks none.
func (r ContentRules) Check(attributes map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, violation := range model.CheckContent(string(r.Type), r.content(attributes)) {
		remedy := " " + violation.Rule.Remedy()
		if violation.Rule == model.RuleSize {
			diags.AddError("Too much for one message", "Everything in this resource is one message, which "+violation.Problem+"."+remedy)
			continue
		}
		place := r.inAttributes(attributes, violation.Path)
		if at, ok := locate(attributes, place, r.isDemanded(violation)); ok {
			// Terraform does not show the line of a nested attribute, so the text names it.
			diags.AddAttributeError(at, diagnostic.InvalidValue, diagnostic.SentenceOf("`"+place.String()+"` "+violation.Problem)+remedy)
		}
	}
	return diags
}

// CheckPayment refuses to plan a message whose payment the network no longer takes. What was published in time, and
// stays as it is, may be paid as ever.
func CheckPayment(payment tftypes.Value, what string, persistent bool, now time.Time) diag.Diagnostics {
	kind := TextOf(AttributesOf(payment)["type"])
	if kind.IsNull() || kind.IsUnknown() || message.TakesPayment(kind.ValueString(), persistent, now) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("payment").AtName("type"), "Payment is not accepted", fmt.Sprintf(
		"The network takes only credits for %s any more, not `%s`. Set `payment = { type = \"credit\" }`; for what is created, `payment_type` of the provider does as well.",
		what, kind.ValueString()))}
}

func (r ContentRules) content(attributes map[string]tftypes.Value) map[string]any {
	content := map[string]any{"address": "", "time": json.Number("0")}
	for name, value := range r.Fixed {
		content[name] = value
	}
	for _, name := range r.Attributes {
		if value, ok := r.plain(attributes[name], path.Root(name)); ok {
			content[name] = value
		}
	}
	for _, name := range r.Metadata {
		value, ok := r.plain(attributes[name], path.Root(name))
		if !ok {
			continue
		}
		metadata, isObject := content["metadata"].(map[string]any)
		if !isObject {
			metadata = map[string]any{}
			content["metadata"] = metadata
		}
		metadata[name] = value
	}
	return content
}

// plain is a value as JSON has it; false when it is null, unknown, or a text that is not the JSON that it should be.
func (r ContentRules) plain(value tftypes.Value, at path.Path) (any, bool) {
	if !value.IsKnown() || value.IsNull() {
		return nil, false
	}
	switch {
	case value.Type().Is(tftypes.String):
		var text string
		ok := value.As(&text) == nil
		if r.Texts[at.String()] {
			object, err := attribute.ParseJSON(text)
			return object, err == nil
		}
		return text, ok
	case value.Type().Is(tftypes.Bool):
		var flag bool
		ok := value.As(&flag) == nil
		return flag, ok
	case value.Type().Is(tftypes.Number):
		var number big.Float
		ok := value.As(&number) == nil
		return json.Number(number.Text('f', -1)), ok
	case value.Type().Is(tftypes.List{}):
		return r.plainList(value, at)
	}
	return r.plainObject(value, at)
}

func (r ContentRules) plainList(value tftypes.Value, at path.Path) (any, bool) {
	var elements []tftypes.Value
	if value.As(&elements) != nil || len(elements) == 0 {
		// A message leaves an empty list out: to count it would be to refuse what is just short enough.
		return nil, false
	}
	list := make([]any, len(elements))
	for i, element := range elements {
		if element.IsNull() {
			continue
		}
		var ok bool
		if list[i], ok = r.plain(element, at); !ok {
			// Without this one, the others would move: nothing can be said of the list.
			return nil, false
		}
	}
	return list, true
}

func (r ContentRules) plainObject(value tftypes.Value, at path.Path) (any, bool) {
	var attributes map[string]tftypes.Value
	if value.As(&attributes) != nil {
		return nil, false
	}
	object := make(map[string]any, len(attributes))
	isMap := value.Type().Is(tftypes.Map{})
	for name, attribute := range attributes {
		// An attribute that is null is left out, an element that is null is not.
		if plain, ok := r.plain(attribute, at.AtName(name)); ok || isMap && attribute.IsNull() {
			object[name] = plain
		}
	}
	return object, true
}

// inAttributes is a place in the content as the attributes have it: a key of `metadata` comes from the argument of that
// name, if it is given.
func (r ContentRules) inAttributes(attributes map[string]tftypes.Value, place model.Path) model.Path {
	if len(place) > 1 && place[0] == "metadata" {
		if name, ok := place[1].(string); ok && slices.Contains(r.Metadata, name) && !attributes[name].IsNull() {
			return place[1:]
		}
	}
	return place
}

// isDemanded reports whether what is missing must be given; of anything else the provider writes the default.
func (r ContentRules) isDemanded(v model.Violation) bool {
	name, ok := v.Path[len(v.Path)-1].(string)
	return ok && v.Rule == model.RuleRequired && slices.Contains(r.Demanded, name)
}

// locate finds the attribute at a place; false when the configuration does not fully know it, or leaves it out and may.
func locate(attributes map[string]tftypes.Value, place model.Path, demanded bool) (path.Path, bool) {
	name := fmt.Sprint(place[0])
	value, ok := attributes[name]
	at := path.Root(name)
	isElement := false
	for _, step := range place[1:] {
		if !ok || value.IsNull() || value.Type().Is(tftypes.String) {
			break
		}
		isElement = !value.Type().Is(tftypes.Object{})
		var next tftypes.Value
		if at, next, ok = descend(at, value, step); ok {
			value = next
		}
	}
	return at, ok && (isElement || demanded || !value.IsNull()) && value.IsFullyKnown()
}

// descend takes one step into a value.
func descend(at path.Path, value tftypes.Value, step any) (path.Path, tftypes.Value, bool) {
	switch key := step.(type) {
	case int:
		var elements []tftypes.Value
		if value.As(&elements) == nil && key < len(elements) {
			return at.AtListIndex(key), elements[key], true
		}
	case string:
		var attributes map[string]tftypes.Value
		if value.As(&attributes) != nil {
			break
		}
		if next, ok := attributes[key]; ok {
			if value.Type().Is(tftypes.Map{}) {
				return at.AtMapKey(key), next, true
			}
			return at.AtName(key), next, true
		}
	}
	return at, value, false
}
