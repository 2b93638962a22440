// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// valueOf makes a value of a type of what a test writes: maps, slices, texts, numbers, booleans, and
// tftypes.UnknownValue. Attributes that are left out are null.
func valueOf(as tftypes.Type, from any) (tftypes.Value, error) {
	if from == nil || from == tftypes.UnknownValue {
		return tftypes.NewValue(as, from), nil
	}
	switch t := as.(type) {
	case tftypes.Object:
		return objectOf(t, from)
	case tftypes.Map:
		entries, ok := from.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%v is no map", from)
		}
		values := make(map[string]tftypes.Value, len(entries))
		for key, entry := range entries {
			var err error
			if values[key], err = valueOf(t.ElementType, entry); err != nil {
				return tftypes.Value{}, err
			}
		}
		return tftypes.NewValue(as, values), nil
	case tftypes.List:
		elements, ok := from.([]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%v is no list", from)
		}
		values := make([]tftypes.Value, len(elements))
		for i, element := range elements {
			var err error
			if values[i], err = valueOf(t.ElementType, element); err != nil {
				return tftypes.Value{}, err
			}
		}
		return tftypes.NewValue(as, values), nil
	}
	if number, ok := from.(int); ok && as.Is(tftypes.String) {
		from = strconv.Itoa(number) // as Terraform does
	}
	if err := tftypes.ValidateValue(as, from); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(as, from), nil
}

func objectOf(as tftypes.Object, from any) (tftypes.Value, error) {
	attributes, ok := from.(map[string]any)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%v is no object", from)
	}
	for name := range attributes {
		if as.AttributeTypes[name] == nil {
			return tftypes.Value{}, fmt.Errorf("there is no attribute %s", name)
		}
	}
	values := make(map[string]tftypes.Value, len(as.AttributeTypes))
	for name, attribute := range as.AttributeTypes {
		var err error
		if values[name], err = valueOf(attribute, attributes[name]); err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return tftypes.NewValue(as, values), nil
}

// attributesOf takes an object apart; the attributes of null are null, and those of what is unknown are unknown.
func attributesOf(schema []*tfprotov6.SchemaAttribute, object tftypes.Value) map[string]tftypes.Value {
	values := make(map[string]tftypes.Value, len(schema))
	var each any
	switch {
	case !object.IsKnown():
		each = tftypes.UnknownValue
	case !object.IsNull() && object.As(&values) == nil:
		return values
	}
	for _, attribute := range schema {
		values[attribute.Name] = tftypes.NewValue(attribute.ValueType(), each)
	}
	return values
}

// elementsOf takes a list or a map apart: by index, or by key.
func elementsOf(collection tftypes.Value) map[any]tftypes.Value {
	all := map[any]tftypes.Value{}
	if !collection.IsKnown() || collection.IsNull() {
		return all
	}
	var list []tftypes.Value
	if collection.Type().Is(tftypes.List{}) && collection.As(&list) == nil {
		for i, element := range list {
			all[i] = element
		}
		return all
	}
	var entries map[string]tftypes.Value
	if collection.As(&entries) == nil {
		for key, entry := range entries {
			all[key] = entry
		}
	}
	return all
}

// proposedObject merges what is computed in the prior state with the configuration (objchange.ProposedNew).
func proposedObject(schema []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, given := attributesOf(schema, prior), attributesOf(schema, config)
	values := make(map[string]tftypes.Value, len(schema))
	for _, attribute := range schema {
		values[attribute.Name] = proposed(attribute, before[attribute.Name], given[attribute.Name])
	}
	return tftypes.NewValue(config.Type(), values)
}

func proposed(attribute *tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	nested := attribute.NestedType
	switch {
	case config.IsNull() && attribute.Computed && !(attribute.Optional && nested != nil && wasConfigured(nested, prior)):
		return prior
	case nested == nil || !config.IsKnown() || config.IsNull():
		return config
	case nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
		return proposedObject(nested.Attributes, prior, config)
	}
	before := elementsOf(prior)
	element := func(key any, config tftypes.Value) tftypes.Value {
		from, ok := before[key]
		if !ok {
			return config
		}
		return proposedObject(nested.Attributes, from, config)
	}
	given := elementsOf(config)
	if nested.Nesting == tfprotov6.SchemaObjectNestingModeMap {
		values := make(map[string]tftypes.Value, len(given))
		for key, config := range given {
			values[key.(string)] = element(key, config)
		}
		return tftypes.NewValue(config.Type(), values)
	}
	values := make([]tftypes.Value, len(given))
	for i := range values {
		values[i] = element(i, given[i])
	}
	return tftypes.NewValue(config.Type(), values)
}

// wasConfigured reports whether a prior value has something that only a configuration can have given it, at any depth.
func wasConfigured(nested *tfprotov6.SchemaObject, prior tftypes.Value) bool {
	if prior.IsNull() {
		return false
	}
	objects := []tftypes.Value{prior}
	if nested.Nesting != tfprotov6.SchemaObjectNestingModeSingle {
		objects = slices.Collect(maps.Values(elementsOf(prior)))
	}
	return slices.ContainsFunc(objects, func(object tftypes.Value) bool {
		values := attributesOf(nested.Attributes, object)
		return slices.ContainsFunc(nested.Attributes, func(a *tfprotov6.SchemaAttribute) bool {
			value := values[a.Name]
			return !value.IsNull() && (!a.Computed || a.NestedType != nil && wasConfigured(a.NestedType, value))
		})
	})
}

// invalidPlan says what in a plan is neither what was configured nor computed; empty when nothing is
// (objchange.AssertPlanValid).
func invalidPlan(schema []*tfprotov6.SchemaAttribute, prior, config, plan tftypes.Value) string {
	before, given, values := attributesOf(schema, prior), attributesOf(schema, config), attributesOf(schema, plan)
	for _, attribute := range schema {
		name := attribute.Name
		if problem := invalidAttribute(attribute, before[name], given[name], values[name]); problem != "" {
			return "." + name + problem
		}
	}
	return ""
}

func invalidAttribute(attribute *tfprotov6.SchemaAttribute, prior, config, plan tftypes.Value) string {
	nested := attribute.NestedType
	switch {
	case plan.Equal(config), !prior.IsNull() && !config.IsNull() && plan.Equal(prior), attribute.Computed && (!attribute.Optional || config.IsNull()):
		return ""
	case nested == nil || config.IsNull() || plan.IsNull() || !plan.IsKnown():
		return fmt.Sprintf(": planned %s for a configured %s", plan, config)
	case nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
		return invalidPlan(nested.Attributes, prior, config, plan)
	}
	before, given, values := elementsOf(prior), elementsOf(config), elementsOf(plan)
	if len(given) != len(values) {
		return fmt.Sprintf(": planned %d elements for %d that are configured", len(values), len(given))
	}
	for key, config := range given {
		from, ok := before[key]
		if !ok {
			from = tftypes.NewValue(config.Type(), nil)
		}
		if problem := invalidPlan(nested.Attributes, from, config, values[key]); problem != "" {
			return fmt.Sprintf("[%v]%s", key, problem)
		}
	}
	return ""
}

// incompatible says where a result is not what was planned; empty when it is (objchange.AssertObjectCompatible).
func incompatible(at string, plan, result tftypes.Value) string {
	var before, after map[string]tftypes.Value
	switch {
	case !plan.IsKnown(), plan.Equal(result):
		return ""
	case plan.IsNull() || result.IsNull():
	case plan.Type().Is(tftypes.Object{}) && plan.As(&before) == nil && result.As(&after) == nil:
		for _, name := range slices.Sorted(maps.Keys(before)) {
			if problem := incompatible(at+"."+name, before[name], after[name]); problem != "" {
				return problem
			}
		}
		return ""
	case plan.Type().Is(tftypes.List{}) || plan.Type().Is(tftypes.Map{}):
		elements, results := elementsOf(plan), elementsOf(result)
		if len(elements) != len(results) {
			break
		}
		for key, element := range elements {
			got, ok := results[key]
			if !ok {
				return fmt.Sprintf("%s[%v]: it is gone", at, key)
			}
			if problem := incompatible(fmt.Sprintf("%s[%v]", at, key), element, got); problem != "" {
				return problem
			}
		}
		return ""
	}
	return fmt.Sprintf("%s: was %s, but now %s", at, plan, result)
}

// Text is a text in the state; empty when it is null, or there is no resource.
func (i Instance) Text(name string) string {
	var attributes map[string]tftypes.Value
	var text string
	if i.Value.IsNull() || i.Value.As(&attributes) != nil || attributes[name].IsNull() || attributes[name].As(&text) != nil {
		return ""
	}
	return text
}
