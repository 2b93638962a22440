// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/redact"
)

// bounded is a provider each of whose calls ends in bounded time: those of resources that have `timeouts` by these, all
// others by limits that are set here.
type bounded struct{ redact.Protocol }

// What reads from the network has the time that a resource has for it. What a plan needs may have to read and pack
// large files as well, and has the time of an apply.
const (
	readLimit = attribute.ReadTimeout
	planLimit = attribute.WriteTimeout
)

func within[Request, Response any](ctx context.Context, limit time.Duration, call func(context.Context, Request) (Response, error), req Request) (Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return call(ctx, req)
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (b *bounded) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return within(ctx, readLimit, b.Protocol.ConfigureProvider, req)
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (b *bounded) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return within(ctx, readLimit, b.Protocol.ReadDataSource, req)
}

// ListResource implements tfprotov6.ListResourceServer. The limit includes the time in which Terraform takes the results.
func (b *bounded) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	stream, err := b.Protocol.ListResource(ctx, req)
	if err != nil {
		cancel()
		return nil, err
	}
	results := stream.Results
	stream.Results = func(push func(tfprotov6.ListResourceResult) bool) {
		defer cancel()
		results(push)
	}
	return stream, nil
}

// ValidateDataResourceConfig implements tfprotov6.ProviderServer.
func (b *bounded) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return within(ctx, planLimit, b.Protocol.ValidateDataResourceConfig, req)
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (b *bounded) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return within(ctx, planLimit, b.Protocol.ValidateResourceConfig, req)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (b *bounded) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return within(ctx, planLimit, b.Protocol.PlanResourceChange, req)
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (b *bounded) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return within(ctx, readLimit, b.Protocol.ImportResourceState, req)
}

// CallFunction implements tfprotov6.ProviderServer.
func (b *bounded) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return within(ctx, planLimit, b.Protocol.CallFunction, req)
}
