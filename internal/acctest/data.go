// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ReadData has a provider of its own read a data source, without a command line, and returns what it tells.
func ReadData(t *testing.T, name string, settings, config map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	server, schemas := configured(t, settings)
	asked := configOf(t, schemas.DataSourceSchemas[name], config)
	valid, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: asked})
	if err != nil {
		t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return valid.Diagnostics
	}
	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: asked})
	if err != nil {
		t.Fatal(err)
	}
	return read.Diagnostics
}

// configured is a provider with its settings, and its schemas.
func configured(t *testing.T, settings map[string]any) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	server, err := Factories(t)["aleph"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: configOf(t, schemas.Provider, settings)})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("configuring the provider: %v, %v", err, resp.Diagnostics)
	}
	return server, schemas
}

// configOf is a configuration as Terraform sends it.
func configOf(t *testing.T, schema *tfprotov6.Schema, from map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := valueOf(schema.ValueType(), from)
	if err != nil {
		t.Fatal(err)
	}
	return dynamic(value)
}
