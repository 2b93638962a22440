// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// kind is a kind of thing that the provider offers, and what each must come with. Whatever lies in the folders of examples
// is run, by the tests of internal/docs.
type kind struct {
	// folder is that of its pages in docs, and of its examples in examples; files are the examples.
	folder string
	files  []string
}

var (
	resources     = kind{"resources", []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"}}
	dataSources   = kind{"data-sources", []string{"data-source.tf"}}
	listResources = kind{"list-resources", []string{"list-resource.tfquery.hcl"}}
)

// expectFiles checks that there are a page and all examples of a type.
func (k kind) expectFiles(t *testing.T, name string) {
	t.Helper()
	expectFile(t, filepath.Join("docs", k.folder, strings.TrimPrefix(name, "aleph_")+".md"), "`make generate` does")
	for _, file := range k.files {
		expectFile(t, filepath.Join("examples", k.folder, name, file), "an example of "+name)
	}
}

// expectFile checks that a file exists, by its path from the root of the repository.
func expectFile(t *testing.T, path, purpose string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", "..", path)); err != nil {
		t.Errorf("write %s: %s", path, purpose)
	}
}

// Everything that the provider offers keeps the same rules, and comes with the same files.
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
	if len(schemas.ResourceSchemas) == 0 || len(schemas.DataSourceSchemas) == 0 || len(schemas.ListResourceSchemas) == 0 {
		t.Error("a kind is missing altogether")
	}
	checkBlock(t, "provider", schemas.Provider.Block)
	for name, schema := range schemas.ResourceSchemas {
		checkBlock(t, name, schema.Block)
		checkResource(t, name, schema.Block, identities.IdentitySchemas[name])
		resources.expectFiles(t, name)
		if schemas.ListResourceSchemas[name] == nil {
			t.Errorf("%s has no list resource", name)
		}
		for _, source := range []string{name, name + "s"} {
			if schemas.DataSourceSchemas[source] == nil {
				t.Errorf("%s has no data source %s", name, source)
			}
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		checkBlock(t, "data."+name, schema.Block)
		dataSources.expectFiles(t, name)
	}
	for name, schema := range schemas.ListResourceSchemas {
		checkBlock(t, "list."+name, schema.Block)
		listResources.expectFiles(t, name)
	}
}

// checkResource checks what only resources have: an identity and time-outs.
func checkResource(t *testing.T, name string, block *tfprotov6.SchemaBlock, identity *tfprotov6.ResourceIdentitySchema) {
	t.Helper()
	if attributeOf(block.Attributes, "timeouts") == nil {
		t.Errorf("%s has no timeouts", name)
	}
	if identity == nil || len(identity.IdentityAttributes) == 0 {
		t.Errorf("%s has no identity", name)
		return
	}
	for _, attribute := range identity.IdentityAttributes {
		if !inVoice(attribute.Description) || !attribute.RequiredForImport {
			t.Errorf("%s: identity %s is described as %q, and required for an import: %t", name, attribute.Name, attribute.Description, attribute.RequiredForImport)
		}
	}
}

// Everything implements what its life needs.
func TestOffers_implement(t *testing.T) {
	t.Parallel()
	p := provider.New("test", "", nil)()
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
	lister, ok := p.(frameworkprovider.ProviderWithListResources)
	if !ok {
		t.Fatal("the provider lists nothing")
	}
	for _, make := range lister.ListResources(t.Context()) {
		l := make()
		if _, ok := l.(list.ListResourceWithConfigure); !ok {
			t.Errorf("%T is not configured", l)
		}
	}
}

func checkBlock(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if !inVoice(block.Description) {
		t.Errorf("%s is described as %q", at, block.Description)
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
		if !inVoice(attribute.Description) {
			t.Errorf("%s is described as %q: write whole sentences", at, attribute.Description)
		}
		if attribute.Sensitive != secretName.MatchString(attribute.Name) {
			t.Errorf("%s: sensitive is %t", at, attribute.Sensitive)
		}
		if setType.MatchString(attribute.ValueType().String()) || (attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet) {
			t.Errorf("%s is a set: those are slow, and their elements have no address", at)
		}
		if attribute.Optional && attribute.Computed && !explainsDefault(at, attribute) {
			t.Errorf("%s is what the provider makes it when it is left out: describe that default", at)
		}
		if attribute.NestedType != nil {
			checkAttributes(t, at, attribute.NestedType.Attributes)
		}
	}
}

var (
	// secretName is an attribute that must not be shown. Public keys and paths of files may be.
	secretName = regexp.MustCompile(`(^|_)(password|passphrase|secret|private_key|mnemonic|token)$`)
	setType    = regexp.MustCompile(`Set\[`)
	// A description is made of sentences, of which the first says what the thing is, without an article for the attribute.
	voice     = regexp.MustCompile("(?s)^[A-Z0-9`].*[.]$")
	offVoice  = regexp.MustCompile(`(?i)^(this|the) (attribute|argument|field|value|data source|resource)\b|  |\b(please|simply|TODO)\b`)
	ofDefault = regexp.MustCompile(`(?i)\bdefaults?\b`)
)

func inVoice(description string) bool {
	return voice.MatchString(description) && !offVoice.MatchString(description)
}

// explainsDefault reports whether a description says what an attribute is when it is left out, or those within it do. One
// that is null then needs no words.
func explainsDefault(at string, attribute *tfprotov6.SchemaAttribute) bool {
	if nulls()[at] || ofDefault.MatchString(attribute.Description) {
		return true
	}
	if attribute.NestedType == nil {
		return false
	}
	for _, nested := range attribute.NestedType.Attributes {
		if nested.Optional && nested.Computed && !explainsDefault(at+"."+nested.Name, nested) {
			return false
		}
	}
	return true
}

func attributeOf(attributes []*tfprotov6.SchemaAttribute, name string) *tfprotov6.SchemaAttribute {
	for _, attribute := range attributes {
		if attribute.Name == name {
			return attribute
		}
	}
	return nil
}
