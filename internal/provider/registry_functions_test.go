// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Every function is described, with its parameters, and has an example and a page.
func TestFunctionsRegistry(t *testing.T) {
	t.Parallel()
	definitions, err := serve(t).GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(definitions.Functions) == 0 {
		t.Error("there are no functions")
	}
	for name, definition := range definitions.Functions {
		if definition.Summary == "" || definition.Description == "" || definition.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("function %s has no summary, or no description in Markdown", name)
		}
		parameters := definition.Parameters
		if definition.VariadicParameter != nil {
			parameters = append(parameters, definition.VariadicParameter)
		}
		for _, parameter := range parameters {
			if parameter.Name == "" || parameter.Description == "" {
				t.Errorf("function %s: parameter %q is not described", name, parameter.Name)
			}
			if parameter.AllowNullValue {
				t.Errorf("function %s: parameter %s takes null, which OpenTofu cannot send", name, parameter.Name)
			}
		}
		for _, file := range []string{filepath.Join("examples", "functions", name, "function.tf"), filepath.Join("docs", "functions", name+".md")} {
			if _, err := os.Stat(filepath.Join("..", "..", file)); err != nil {
				t.Errorf("function %s: write %s", name, file)
			}
		}
	}
}
