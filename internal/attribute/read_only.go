// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"fmt"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// ReadOnly are the attributes of a resource as a data source has them: computed, and described by their first sentence,
// which says what they are; the others say what leaving them out or changing them does.
func ReadOnly(attributes map[string]schema.Attribute) map[string]datasource.Attribute {
	readOnly := make(map[string]datasource.Attribute, len(attributes))
	for name, attribute := range attributes {
		readOnly[name] = readOnlyOf(name, attribute)
	}
	return readOnly
}

// readOnlyOf panics on a kind of attribute that no resource had before: a defect of the schema, found by its first test.
func readOnlyOf(name string, attribute schema.Attribute) datasource.Attribute {
	description := firstSentence(attribute.GetMarkdownDescription())
	switch a := attribute.(type) {
	case schema.StringAttribute:
		return datasource.StringAttribute{Computed: true, CustomType: a.CustomType, MarkdownDescription: description}
	case schema.BoolAttribute:
		return datasource.BoolAttribute{Computed: true, MarkdownDescription: description}
	case schema.Int64Attribute:
		return datasource.Int64Attribute{Computed: true, CustomType: a.CustomType, MarkdownDescription: description}
	case schema.ListAttribute:
		return datasource.ListAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
	case schema.MapAttribute:
		return datasource.MapAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: description}
	case schema.SingleNestedAttribute:
		return datasource.SingleNestedAttribute{Computed: true, Attributes: ReadOnly(a.Attributes), MarkdownDescription: description}
	case schema.ListNestedAttribute:
		return datasource.ListNestedAttribute{
			Computed: true, NestedObject: datasource.NestedAttributeObject{Attributes: ReadOnly(a.NestedObject.Attributes)},
			MarkdownDescription: description,
		}
	}
	panic(fmt.Sprintf("attribute %s: %T cannot be read only", name, attribute))
}

// Described is an attribute in other words.
func Described(a datasource.Attribute, description string) datasource.Attribute {
	switch a := a.(type) {
	case datasource.StringAttribute:
		a.MarkdownDescription = description
		return a
	case datasource.BoolAttribute:
		a.MarkdownDescription = description
		return a
	case datasource.ListAttribute:
		a.MarkdownDescription = description
		return a
	}
	panic(fmt.Sprintf("%T cannot be described in other words", a))
}

// At is an attribute of attributes, with dots between the names that lead to it.
func At(attributes map[string]datasource.Attribute, name string) datasource.Attribute {
	first, rest, nested := strings.Cut(name, ".")
	if !nested {
		return attributes[first]
	}
	object, _ := attributes[first].(datasource.SingleNestedAttribute)
	return At(object.Attributes, rest)
}

func firstSentence(text string) string {
	first, _, more := strings.Cut(text, ". ")
	if more {
		first += "."
	}
	return first
}
