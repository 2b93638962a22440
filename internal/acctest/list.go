// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// List is a question to a list resource, as Terraform asks it.
type List struct {
	Resource string
	// Settings are the provider block.
	Settings, Config map[string]any
	Limit            int64
	IncludeResource  bool
}

// Listed is a result of a list resource.
type Listed struct {
	DisplayName string
	Identity    map[string]string
	// Resource is nil unless it was asked for.
	Resource    map[string]tftypes.Value
	Diagnostics []*tfprotov6.Diagnostic
}

// Ask asks a provider of its own, without a command line.
func (l List) Ask(t *testing.T) []Listed {
	t.Helper()
	server, schemas := configured(t, l.Settings)
	lister, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider lists nothing")
	}
	config := configOf(t, schemas.ListResourceSchemas[l.Resource], l.Config)
	valid, err := lister.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: l.Resource, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return []Listed{{Diagnostics: valid.Diagnostics}}
	}
	stream, err := lister.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: l.Resource, Config: config, Limit: l.Limit, IncludeResource: l.IncludeResource,
	})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var results []Listed
	for result := range stream.Results {
		listed := Listed{DisplayName: result.DisplayName, Diagnostics: result.Diagnostics}
		if result.Identity != nil {
			listed.Identity = textsOf(t, result.Identity.IdentityData, identities.IdentitySchemas[l.Resource].ValueType())
		}
		if result.Resource != nil {
			listed.Resource = partsOf(t, result.Resource, schemas.ResourceSchemas[l.Resource].ValueType())
		}
		results = append(results, listed)
	}
	return results
}

func partsOf(t *testing.T, value *tfprotov6.DynamicValue, as tftypes.Type) map[string]tftypes.Value {
	t.Helper()
	object, err := value.Unmarshal(as)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]tftypes.Value
	if err := object.As(&parts); err != nil {
		t.Fatal(err)
	}
	return parts
}

func textsOf(t *testing.T, value *tfprotov6.DynamicValue, as tftypes.Type) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for name, part := range partsOf(t, value, as) {
		var text string
		if err := part.As(&text); err != nil {
			t.Fatal(err)
		}
		texts[name] = text
	}
	return texts
}
