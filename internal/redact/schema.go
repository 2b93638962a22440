// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package redact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// pick finds a schema among those of the provider; nil when there is none.
type pick func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema

func providerSchema(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.Provider }

func resourceSchema(name string) pick {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.ResourceSchemas[name] }
}

func dataSourceSchema(name string) pick {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.DataSourceSchemas[name] }
}

func listSchema(name string) pick {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.ListResourceSchemas[name] }
}

// secretsIn are the secrets in some values of a schema. Of what cannot be read, no place and nothing that looks secret
// is told.
func (s *server) secretsIn(ctx context.Context, schema pick, values ...*tfprotov6.DynamicValue) *secrets {
	found := s.newSecrets()
	all, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		found.unreadable = true
		return found
	}
	of := schema(all)
	for _, value := range values {
		if value == nil {
			continue
		}
		if of == nil {
			found.unreadable = true
			continue
		}
		for _, attribute := range of.Block.Attributes {
			found.sensitive[attribute.Name] = attribute.Sensitive
		}
		found.lookInto(value, of.ValueType(), "")
	}
	return found
}

// secretsInArguments are the secrets among the arguments of a function.
func (s *server) secretsInArguments(ctx context.Context, req *tfprotov6.CallFunctionRequest) *secrets {
	found := s.newSecrets()
	all, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || all.Functions[req.Name] == nil {
		found.unreadable = true
		return found
	}
	function := all.Functions[req.Name]
	for i, argument := range req.Arguments {
		parameter := function.VariadicParameter
		if i < len(function.Parameters) {
			parameter = function.Parameters[i]
		}
		found.lookInto(argument, parameter.Type, parameter.Name)
	}
	return found
}
