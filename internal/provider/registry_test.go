// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// secretName is an attribute that must not be shown. Public keys and paths of files may be.
var secretName = regexp.MustCompile(`(^|_)(password|passphrase|secret|private_key|mnemonic|token)$`)

// Everything that the provider offers keeps the same rules.
func TestRegistry(t *testing.T) {
	t.Parallel()
	server := serve(t)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checkBlock(t, "provider", schemas.Provider.Block)
	for name, schema := range schemas.DataSourceSchemas {
		checkBlock(t, "data."+name, schema.Block)
		if _, err := os.Stat(filepath.Join("..", "..", "examples", "data-sources", name, "data-source.tf")); err != nil {
			t.Errorf("data.%s has no example: %v", name, err)
		}
	}
	if len(schemas.ResourceSchemas) == 0 {
		t.Error("there are no resources")
	}
	for name, schema := range schemas.ResourceSchemas {
		checkBlock(t, name, schema.Block)
		if attributeOf(schema.Block.Attributes, "timeouts") == nil {
			t.Errorf("%s has no timeouts", name)
		}
		if identity := identities.IdentitySchemas[name]; identity == nil || len(identity.IdentityAttributes) == 0 {
			t.Errorf("%s has no identity", name)
		} else {
			for _, attribute := range identity.IdentityAttributes {
				if attribute.Description == "" || !attribute.RequiredForImport {
					t.Errorf("%s: identity %s is not described, or not required", name, attribute.Name)
				}
			}
		}
		for _, example := range []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
			if _, err := os.Stat(filepath.Join("..", "..", "examples", "resources", name, example)); err != nil {
				t.Errorf("%s has no example: %v", name, err)
			}
		}
	}
}

// Every resource is imported, upgrades nothing yet, and has what its life needs.
func TestResourcesImplement(t *testing.T) {
	t.Parallel()
	p := provider.New("test")()
	for _, make := range p.Resources(t.Context()) {
		r := make()
		if _, ok := r.(resource.ResourceWithImportState); !ok {
			t.Errorf("%T cannot be imported", r)
		}
		if _, ok := r.(resource.ResourceWithIdentity); !ok {
			t.Errorf("%T has no identity", r)
		}
		if _, ok := r.(resource.ResourceWithConfigure); !ok {
			t.Errorf("%T is not configured", r)
		}
	}
	for _, make := range p.DataSources(t.Context()) {
		d := make()
		if _, ok := d.(datasource.DataSourceWithConfigure); !ok {
			t.Errorf("%T is not configured", d)
		}
	}
}

func checkBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if block.Description == "" {
		t.Errorf("%s is not described", at)
	}
	for _, nested := range block.BlockTypes {
		t.Errorf("%s.%s is a block, not an attribute", at, nested.TypeName)
	}
	checkAttributes(t, at, block.Attributes)
}

func checkAttributes(t *testing.T, at string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		at := at + "." + attribute.Name
		if attribute.Description == "" {
			t.Errorf("%s is not described", at)
		}
		if attribute.Sensitive != secretName.MatchString(attribute.Name) {
			t.Errorf("%s: sensitive is %t", at, attribute.Sensitive)
		}
		kind := attribute.ValueType()
		if regexp.MustCompile(`Set\[`).MatchString(kind.String()) || (attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet) {
			t.Errorf("%s is a set: those are slow, and their elements have no address", at)
		}
		if attribute.NestedType != nil {
			checkAttributes(t, at, attribute.NestedType.Attributes)
		}
	}
}

func attributeOf(attributes []*tfprotov6.SchemaAttribute, name string) *tfprotov6.SchemaAttribute {
	for _, attribute := range attributes {
		if attribute.Name == name {
			return attribute
		}
	}
	return nil
}
