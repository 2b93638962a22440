// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// typed is a secret that somebody types where it does not belong.
type typed struct {
	text string
	// trace is a part of it that no output may have, in any case.
	trace string
}

// typedKey is a key that nobody uses.
const typedKey = "d3a1f0c29b8e47564c0fb7aa19e5d2c86b71f4e03d9a5c8271be60f94ad3c715"

// typedSecrets are the secrets of every kind, whole and damaged.
var typedSecrets = map[string]typed{
	"key":                  {typedKey, typedKey[8:56]},
	"key with 0x":          {"0x" + typedKey, typedKey[8:56]},
	"key in upper case":    {strings.ToUpper(typedKey), typedKey[8:56]},
	"63 digits":            {typedKey[:63], typedKey[8:56]},
	"65 digits":            {"0x" + typedKey + "0", typedKey[8:56]},
	"a mistyped digit":     {typedKey[:60] + "x" + typedKey[61:], typedKey[8:56]},
	"mnemonic":             {secretPhrase, "wave sausage worth"},
	"mnemonic, mistyped":   {secretPhrase + "ish", "wave sausage worth"},
	"password of keystore": {typedPassword, typedPassword},
	"keystore":             {keystoreText, "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46"},
}

// isNumber reports whether the secret is a key in digits, which cannot be told from an item hash where one is expected.
func (s typed) isNumber() bool { return strings.EqualFold(s.trace, typedKey[8:56]) }

const typedPassword = "tr0ub4dor & three horses"

// expectNotTold checks that diagnostics neither repeat a secret nor lead Terraform to the lines of the argument that has it.
func (s typed) expectNotTold(t *testing.T, root string, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		s.expectNotIn(t, d.Summary+"\n"+d.Detail)
		if d.Attribute != nil && len(d.Attribute.Steps()) > 0 && d.Attribute.Steps()[0] == tftypes.AttributeName(root) {
			t.Errorf("a diagnostic is at %s, of which Terraform prints the line: %s", d.Attribute, d.Summary)
		}
	}
}

func (s typed) expectNotIn(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(strings.ToLower(text), strings.ToLower(s.trace)) {
		t.Errorf("the secret is in: %s", text)
	}
}

// Every secret in every argument of the provider block, and in every variable of the environment.
func TestSecrets_inProviderArguments(t *testing.T) {
	schemas := schemasOf(t)
	if len(schemas.Provider.Block.Attributes) < 14 {
		t.Fatalf("the provider has %d arguments", len(schemas.Provider.Block.Attributes))
	}
	for _, attribute := range schemas.Provider.Block.Attributes {
		for name, secret := range typedSecrets {
			for _, companions := range []map[string]any{nil, {"mnemonic": somePhrase}} {
				without(t)
				block := map[string]any{attribute.Name: secret.text}
				for other, value := range companions {
					if other != attribute.Name {
						block[other] = value
					}
				}
				_, diagnostics := configure(t, block)
				secret.expectNotTold(t, attribute.Name, diagnostics)

				delete(block, attribute.Name)
				variable := "ALEPH_" + strings.ToUpper(attribute.Name)
				t.Setenv(variable, secret.text)
				_, diagnostics = configure(t, block)
				secret.expectNotTold(t, attribute.Name, diagnostics)
				if t.Failed() {
					t.Fatalf("%s in %s, with %v", name, attribute.Name, companions)
				}
			}
		}
	}
}

func schemasOf(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schemas, err := serve(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return schemas
}

// What looks like a key is refused where it would be published, or shown.
func TestSecrets_inPublicSettings(t *testing.T) {
	without(t)
	for _, name := range []string{"address", "channel", "payment_type", "domain", "check_balance"} {
		_, diagnostics := configure(t, map[string]any{name: typedKey})
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "looks like a private key") {
			t.Errorf("%s: %v", name, diagnostics)
		}
	}
}

// place is an argument that takes text.
type place struct {
	root, name string
	// value is one of the whole block, with a text in this place and nothing elsewhere.
	value func(text string) tftypes.Value
}

// hash reports whether the argument takes item hashes, of which a key cannot be told apart.
func (p place) hash() bool {
	return strings.HasSuffix(p.name, "hash") || strings.HasSuffix(p.name, "ref") || p.name == "message_id"
}

// placesIn are the arguments of a block that take text, nested ones too.
func placesIn(block *tfprotov6.SchemaBlock) []place {
	kind := block.ValueType().(tftypes.Object)
	var places []place
	for _, attribute := range block.Attributes {
		if !attribute.Optional && !attribute.Required {
			continue
		}
		for _, inner := range placesOf(attribute.Name, kind.AttributeTypes[attribute.Name]) {
			places = append(places, place{attribute.Name, inner.name, func(text string) tftypes.Value {
				return withOne(kind, attribute.Name, inner.value(text))
			}})
		}
	}
	return places
}

func placesOf(name string, kind tftypes.Type) []place {
	var places []place
	switch kind := kind.(type) {
	case tftypes.Object:
		for attribute, of := range kind.AttributeTypes {
			for _, inner := range placesOf(attribute, of) {
				places = append(places, place{name, inner.name, func(text string) tftypes.Value { return withOne(kind, attribute, inner.value(text)) }})
			}
		}
	case tftypes.List:
		for _, inner := range placesOf(name, kind.ElementType) {
			places = append(places, place{name, inner.name, func(text string) tftypes.Value {
				return tftypes.NewValue(kind, []tftypes.Value{inner.value(text)})
			}})
		}
	case tftypes.Map:
		for _, inner := range placesOf(name, kind.ElementType) {
			places = append(places, place{name, inner.name, func(text string) tftypes.Value {
				return tftypes.NewValue(kind, map[string]tftypes.Value{"key": inner.value(text)})
			}})
		}
	default:
		if kind.Is(tftypes.String) {
			places = append(places, place{name, name, func(text string) tftypes.Value { return tftypes.NewValue(kind, text) }})
		}
	}
	return places
}

// withOne is an object of which only one attribute is set.
func withOne(kind tftypes.Object, name string, value tftypes.Value) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for other, of := range kind.AttributeTypes {
		attributes[other] = tftypes.NewValue(of, nil)
	}
	attributes[name] = value
	return tftypes.NewValue(kind, attributes)
}

func dynamic(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// completed is a resource with the code that a program must have to be planned.
func completed(t *testing.T, kind string, config tftypes.Value) tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := config.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if kind != "aleph_program" || !attributes["code"].IsNull() {
		return config
	}
	code := withOne(attributes["code"].Type().(tftypes.Object), "ref", tftypes.NewValue(tftypes.String, someHash))
	attributes["code"] = code
	return tftypes.NewValue(config.Type(), attributes)
}

// Every secret in every argument of every resource, data source and list resource. A key in digits
// may be repeated where item hashes are expected, since nobody can tell the two apart.
func TestSecrets_inArguments(t *testing.T) {
	env := acctest.Start(t)
	server, diagnostics := configure(t, map[string]any{
		"api_url": env.URL, "max_retries": "0", "check_balance": "off",
		"keystore_file": file(t, "keystore.json", keystoreText), "keystore_password": keystorePass,
	})
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics[0])
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]typed{"password": {keystorePass, keystorePass}}
	for name, secret := range typedSecrets {
		if secret.text != typedPassword { // which the provider has not been told
			secrets[name] = secret
		}
	}
	tried := 0
	each := func(schemas map[string]*tfprotov6.Schema, try func(kind string, config tftypes.Value) []*tfprotov6.Diagnostic) {
		for kind, schema := range schemas {
			for _, place := range placesIn(schema.Block) {
				for name, secret := range secrets {
					if place.hash() && secret.isNumber() {
						continue
					}
					tried++
					secret.expectNotTold(t, place.root, try(kind, place.value(secret.text)))
					if t.Failed() {
						t.Fatalf("%s in %s of %s", name, place.name, kind)
					}
				}
			}
		}
	}
	each(schemas.ResourceSchemas, func(kind string, config tftypes.Value) []*tfprotov6.Diagnostic {
		validated, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: kind, Config: dynamic(t, config)})
		if err != nil {
			t.Fatal(err)
		}
		if len(validated.Diagnostics) > 0 {
			return validated.Diagnostics // as Terraform, which then plans nothing
		}
		config = completed(t, kind, config)
		none := tftypes.NewValue(config.Type(), nil)
		planned, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: kind, Config: dynamic(t, config), ProposedNewState: dynamic(t, config), PriorState: dynamic(t, none),
		})
		if err != nil {
			t.Fatal(err)
		}
		return planned.Diagnostics
	})
	each(schemas.DataSourceSchemas, func(kind string, config tftypes.Value) []*tfprotov6.Diagnostic {
		validated, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: kind, Config: dynamic(t, config)})
		if err != nil {
			t.Fatal(err)
		}
		read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: kind, Config: dynamic(t, config)})
		if err != nil {
			t.Fatal(err)
		}
		return append(validated.Diagnostics, read.Diagnostics...)
	})
	each(schemas.ListResourceSchemas, func(kind string, config tftypes.Value) []*tfprotov6.Diagnostic {
		validated, err := server.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: kind, Config: dynamic(t, config)})
		if err != nil {
			t.Fatal(err)
		}
		stream, err := server.ListResource(t.Context(), &tfprotov6.ListResourceRequest{TypeName: kind, Config: dynamic(t, config), Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for result := range stream.Results {
			validated.Diagnostics = append(validated.Diagnostics, result.Diagnostics...)
		}
		return validated.Diagnostics
	})
	if tried < 500 {
		t.Errorf("only %d arguments were tried", tried)
	}
}

// Every secret as every argument of every function, and as what is imported.
func TestSecrets_inFunctionsAndImports(t *testing.T) {
	env := acctest.Start(t)
	server, diagnostics := configure(t, map[string]any{"api_url": env.URL, "private_key": someKey})
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics[0])
	}
	functions, err := server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range typedSecrets {
		if secret.text == typedPassword {
			continue
		}
		for function, definition := range functions.Functions {
			for i, parameter := range definition.Parameters {
				if !parameter.Type.Is(tftypes.String) || strings.HasSuffix(parameter.Name, "hash") && secret.isNumber() {
					continue
				}
				var arguments []*tfprotov6.DynamicValue
				for j, other := range definition.Parameters {
					value := tftypes.NewValue(other.Type, nil)
					if other.Type.Is(tftypes.String) {
						value = tftypes.NewValue(other.Type, map[bool]string{true: secret.text, false: "x"}[i == j])
					}
					arguments = append(arguments, dynamic(t, value))
				}
				result, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: function, Arguments: arguments})
				if err != nil {
					t.Fatal(err)
				}
				if result.Error != nil {
					secret.expectNotIn(t, result.Error.Text)
				}
				if t.Failed() {
					t.Fatalf("%s as %s of %s", name, parameter.Name, function)
				}
			}
		}
		for _, resource := range []string{"aleph_program", "aleph_volume"} {
			imported, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: resource, ID: secret.text})
			if err != nil {
				t.Fatal(err)
			}
			if !secret.isNumber() {
				secret.expectNotIn(t, fmt.Sprint(texts(imported.Diagnostics)))
			}
		}
	}
}

func texts(diagnostics []*tfprotov6.Diagnostic) []string {
	lines := make([]string, len(diagnostics))
	for i, d := range diagnostics {
		lines[i] = d.Summary + ": " + d.Detail
	}
	return lines
}
