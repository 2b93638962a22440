// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package functions holds the functions of the provider: what a configuration computes of hashes, addresses, files and
// sizes. They ask no node and need no settings; those of files read the file system, the others their arguments alone.
package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// All make the functions that the provider offers. Those of files remember in a cache what they found.
func All(files *blob.Cache) []func() function.Function {
	return []func() function.Function{
		newProgramURL, newProgramHost, newHashToBase32, newBase32ToHash, newItemHash,
		func() function.Function { return newFileSHA256(files) },
		func() function.Function { return newFileCID(files) },
		func() function.Function { return newDirectoryHash(files) },
		newChecksumAddress, newParseSize, newParseDotenv,
	}
}

var _ function.Function = (*offline)(nil)

// offline is a function: its name, what it says of itself, and what it computes.
type offline struct {
	name       string
	definition function.Definition
	compute    compute
}

type compute func(context.Context, function.ArgumentsData) (any, *function.FuncError)

// Metadata implements function.Function.
func (f *offline) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition implements function.Function.
func (f *offline) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// Run implements function.Function.
func (f *offline) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	value, failure := f.compute(ctx, req.Arguments)
	if failure == nil {
		failure = resp.Result.Set(ctx, value)
	}
	resp.Error = failure
}

// ofText computes something of the only argument, a text.
func ofText[T any](result func(string) (T, error)) compute {
	return func(ctx context.Context, arguments function.ArgumentsData) (any, *function.FuncError) {
		var text string
		if failure := arguments.Get(ctx, &text); failure != nil {
			return nil, failure
		}
		value, err := result(text)
		return value, refuse(0, err)
	}
}

// refuse blames an argument, by its place from 0; nil when there is no error.
func refuse(argument int64, err error) *function.FuncError {
	if err == nil {
		return nil
	}
	return function.NewArgumentFuncError(argument, diagnostic.Sentence(err))
}

func text(name, description string) function.StringParameter {
	return function.StringParameter{Name: name, MarkdownDescription: description}
}
