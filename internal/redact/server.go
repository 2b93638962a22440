// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package redact keeps keys out of what a provider tells Terraform. Whatever made a diagnostic, the provider, the
// framework or a library, passes here: a text does not repeat a secret, and a diagnostic about an argument that holds
// one does not name the argument's place, since Terraform prints the line of the configuration that it finds there.
package redact

import (
	"context"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Protocol is what Terraform calls of a provider.
type Protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// Server is a provider server whose diagnostics repeat no secret: neither the values of the provider block's sensitive
// arguments and of the environment variables named, nor what looks like a key or a mnemonic in any other argument. In an
// argument that takes item hashes, what looks like a key is a hash.
func Server(inner Protocol, variables ...string) Protocol {
	s := &server{Protocol: inner}
	for _, variable := range variables {
		s.known = append(s.known, os.Getenv(variable))
	}
	return s
}

type server struct {
	Protocol

	mu sync.Mutex
	// known are secrets that were given to the provider; some may be empty.
	known []string
	// schemas are made once, by whoever asks first.
	schemas *tfprotov6.GetProviderSchemaResponse
}

func (s *server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	s.mu.Lock()
	all := s.schemas
	s.mu.Unlock()
	if all != nil {
		return all, nil
	}
	all, err := s.Protocol.GetProviderSchema(ctx, req)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schemas = all
	return all, nil
}

func (s *server) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.Protocol.ValidateProviderConfig(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, providerSchema, req.Config)
	}
	return resp, err
}

func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.Protocol.ConfigureProvider(ctx, req)
	if err == nil {
		s.learn(s.secretsIn(ctx, providerSchema, req.Config))
		s.redact(ctx, resp.Diagnostics, providerSchema, req.Config)
	}
	return resp, err
}

func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := s.Protocol.ValidateResourceConfig(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, resourceSchema(req.TypeName), req.Config)
	}
	return resp, err
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.Protocol.ReadResource(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, resourceSchema(req.TypeName), req.CurrentState)
	}
	return resp, err
}

func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.Protocol.PlanResourceChange(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, resourceSchema(req.TypeName), req.Config, req.PriorState)
	}
	return resp, err
}

func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.Protocol.ApplyResourceChange(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, resourceSchema(req.TypeName), req.Config, req.PriorState)
	}
	return resp, err
}

func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := s.Protocol.ImportResourceState(ctx, req)
	if err == nil {
		found := s.newSecrets()
		found.look("id", "id", req.ID)
		found.redact(resp.Diagnostics)
	}
	return resp, err
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.Protocol.ValidateDataResourceConfig(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, dataSourceSchema(req.TypeName), req.Config)
	}
	return resp, err
}

func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := s.Protocol.ReadDataSource(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, dataSourceSchema(req.TypeName), req.Config)
	}
	return resp, err
}

func (s *server) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	resp, err := s.Protocol.ValidateListResourceConfig(ctx, req)
	if err == nil {
		s.redact(ctx, resp.Diagnostics, listSchema(req.TypeName), req.Config)
	}
	return resp, err
}

func (s *server) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	stream, err := s.Protocol.ListResource(ctx, req)
	if err != nil || stream == nil || stream.Results == nil {
		return stream, err
	}
	return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
		for result := range stream.Results {
			s.redact(ctx, result.Diagnostics, listSchema(req.TypeName), req.Config)
			if !yield(result) {
				return
			}
		}
	}}, nil
}

func (s *server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	resp, err := s.Protocol.CallFunction(ctx, req)
	if err == nil && resp.Error != nil {
		resp.Error.Text = s.secretsInArguments(ctx, req).hide(resp.Error.Text)
	}
	return resp, err
}

// redact takes what is secret in some values of a schema out of diagnostics about them.
func (s *server) redact(ctx context.Context, diagnostics []*tfprotov6.Diagnostic, schema pick, values ...*tfprotov6.DynamicValue) {
	if len(diagnostics) > 0 {
		s.secretsIn(ctx, schema, values...).redact(diagnostics)
	}
}

// learn keeps what is secret in the provider block.
func (s *server) learn(found *secrets) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = append(s.known, found.values...)
}

func (s *server) newSecrets() *secrets {
	s.mu.Lock()
	defer s.mu.Unlock()
	return newSecrets(s.known)
}
