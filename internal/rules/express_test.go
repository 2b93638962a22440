// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package rules_test

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Why no configuration says what a case says.
const (
	notJSON    = "it is not JSON, and the provider writes nothing else"
	written    = "the provider writes it itself"
	asNull     = "an empty text is written as null: the provider reads the two alike"
	nulls      = "null in a configuration means that it is left out"
	noArgument = "there is no such argument"
	otherType  = "Terraform's types do not hold it"
	oneNumber  = "Terraform writes a float without a fraction as a whole number"
)

// express makes a configuration of a case, or says why there is none.
func express(c fixture, schema *tfprotov6.Schema) (config map[string]any, reason string) {
	var content map[string]any
	dec := json.NewDecoder(strings.NewReader(c.Envelope.ItemContent))
	dec.UseNumber()
	if c.ContentVerdict == "" || dec.Decode(&content) != nil {
		return nil, notJSON
	}
	for _, e := range c.Errors {
		if e.Loc = e.Loc[min(1, len(e.Loc)):]; len(e.Loc) > 0 && c.ContentVerdict == "reject" && isWritten(e.Loc, e.Type == "missing", schema) {
			return nil, written
		}
	}
	if content["address"] == c.Envelope.Sender {
		delete(content, "address") // the owner is whoever signs
	}
	for _, name := range []string{"time", "type", "replaces"} {
		delete(content, name)
	}
	if c.Envelope.Type == message.TypeProgram {
		reshapeProgram(content)
	} else if reason = reshapeStore(content); reason != "" {
		return nil, reason
	}
	for _, a := range schema.Block.Attributes {
		if _, ok := content[a.Name]; ok && !a.Optional && !a.Required {
			return nil, noArgument
		}
	}
	e := expression{rejected: c.ContentVerdict == "reject"}
	value := e.of(schema.ValueType(), content)
	config, _ = value.(map[string]any)
	return config, e.reason
}

// isWritten reports whether what is wrong is at a place that no argument sets: a field of the message itself, or one
// that has a default when it is left out.
func isWritten(loc []any, missing bool, schema *tfprotov6.Schema) bool {
	if slices.Contains([]any{"address", "time", "type", "replaces"}, loc[0]) {
		return true
	}
	if !missing || loc[0] == "volumes" {
		return false
	}
	attributes := schema.Block.Attributes
	var found *tfprotov6.SchemaAttribute
	for _, step := range loc {
		name, ok := step.(string)
		if !ok {
			continue
		}
		i := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
		if i < 0 {
			return name == "item_type" // told by the form of the hash
		}
		if found = attributes[i]; found.NestedType != nil {
			attributes = found.NestedType.Attributes
		}
	}
	return found != nil && !found.Required
}

// reshapeProgram moves what has other names in a configuration than in a message, or is text there.
func reshapeProgram(content map[string]any) {
	if metadata, ok := content["metadata"].(map[string]any); ok {
		for _, name := range []string{"name", "tags"} {
			_, isText := metadata[name].(string)
			list, isList := metadata[name].([]any)
			if (name == "name" && isText) || (name == "tags" && isList && onlyTexts(list)) {
				content[name] = metadata[name]
				delete(metadata, name)
			}
		}
	}
	metadataAsText(content)
	if on, ok := content["on"].(map[string]any); ok {
		if filters, ok := on["message"].([]any); ok {
			for i := range filters {
				filters[i] = asText(filters[i])
			}
		}
	}
}

func reshapeStore(content map[string]any) (reason string) {
	metadataAsText(content)
	for name, argument := range map[string]string{"item_type": "storage_engine", "item_hash": "file_hash", "ref": "ref_name"} {
		if value, ok := content[name]; ok {
			content[argument] = value
			delete(content, name)
		}
	}
	if content["ref_name"] == "" {
		return asNull
	}
	return ""
}

// metadataAsText writes metadata as JSON text; without any key it is left out.
func metadataAsText(content map[string]any) {
	metadata, ok := content["metadata"]
	if object, isObject := metadata.(map[string]any); !ok || metadata == nil || (isObject && len(object) == 0) {
		delete(content, "metadata")
		return
	}
	content["metadata"] = asText(metadata)
}

func asText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(text)
}

func onlyTexts(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(string); return !ok })
}

// expression turns JSON into what a test configures a resource with, and notes why it cannot.
type expression struct {
	rejected bool
	reason   string
}

func (e *expression) fail(reason string) any {
	if e.reason == "" {
		e.reason = reason
	}
	return nil
}

func (e *expression) of(as tftypes.Type, v any) any {
	switch t := as.(type) {
	case tftypes.Object:
		object, ok := v.(map[string]any)
		if !ok {
			return e.fail(otherType)
		}
		return e.object(t, object)
	case tftypes.List:
		list, ok := v.([]any)
		if !ok {
			return e.fail(otherType)
		}
		values := make([]any, len(list))
		for i := range list {
			values[i] = e.of(t.ElementType, list[i])
		}
		return values
	case tftypes.Map:
		object, ok := v.(map[string]any)
		if !ok {
			return e.fail(otherType)
		}
		values := make(map[string]any, len(object))
		for key, entry := range object {
			if values[key] = nil; entry != nil {
				values[key] = e.of(t.ElementType, entry)
			}
		}
		return values
	}
	return e.scalar(as, v)
}

func (e *expression) object(as tftypes.Object, object map[string]any) any {
	values := make(map[string]any, len(object))
	for name, value := range object {
		attribute, known := as.AttributeTypes[name]
		switch {
		case !known:
			return e.fail(noArgument)
		case value == nil && e.rejected:
			return e.fail(nulls)
		case value == nil:
		case value == "" && name == "address_regex":
			return e.fail(asNull)
		default:
			values[name] = e.of(attribute, value)
		}
	}
	return values
}

func (e *expression) scalar(as tftypes.Type, v any) any {
	switch v := v.(type) {
	case string:
		if as.Is(tftypes.String) {
			return v
		}
	case bool:
		if as.Is(tftypes.Bool) {
			return v
		}
	case json.Number:
		if e.rejected && strings.HasSuffix(v.String(), ".0") {
			return e.fail(oneNumber)
		}
		number, _, err := big.ParseFloat(v.String(), 10, 512, big.ToNearestEven)
		if err == nil && as.Is(tftypes.Number) {
			return number
		}
	}
	return e.fail(otherType)
}
