// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
	"github.com/aleph-im/terraform-provider-aleph/internal/redact"
)

const (
	someKey      = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
	somePhrase   = "test test test test test test test test test test test junk"
	someHash     = "ab54d286c06476a8e4ea6e9ee27ce8e5a0a1f7e4c7a3e4c3d1ad5f8ee4a0bca1"
	keystoreText = `{"version":3,"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},` +
		`"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",` +
		`"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},` +
		`"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"}}`
	keystorePass = "testpassword"
)

// without makes the process have none of the provider's variables.
func without(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ALEPH_") {
			t.Setenv(name, "")
		}
	}
}

func serve(t *testing.T) redact.Protocol {
	t.Helper()
	return provider.NewServer(provider.New("test", "", nil)())
}

// configure starts a provider with a provider block, as a plan does.
func configure(t *testing.T, settings map[string]any) (redact.Protocol, []*tfprotov6.Diagnostic) {
	t.Helper()
	server := serve(t)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.Provider.ValueType().(tftypes.Object)
	values := make(map[string]tftypes.Value)
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, settings[name])
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return server, resp.Diagnostics
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What cannot be used is refused in a plan, at the argument or by the name of the variable.
func TestSettings_refused(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	keystore := file(t, "keystore.json", keystoreText)
	for name, test := range map[string]struct {
		block map[string]any
		env   map[string]string
		// at is the argument that the error is at; empty when the value is from the environment, or may be secret: Terraform
		// prints the line.
		at   string
		says []string
	}{
		"two keys in the block":      {map[string]any{"private_key": someKey, "mnemonic": somePhrase}, nil, "", []string{"private_key and mnemonic"}},
		"two keys in variables":      {nil, map[string]string{"ALEPH_PRIVATE_KEY": someKey, "ALEPH_MNEMONIC": somePhrase}, "", []string{"ALEPH_PRIVATE_KEY and ALEPH_MNEMONIC"}},
		"two keys, other names":      {nil, map[string]string{"ALEPH_PRIVATE_KEY_STRING": someKey, "ALEPH_PRIVATE_KEY_FILE": missing}, "", []string{"ALEPH_PRIVATE_KEY_STRING and ALEPH_PRIVATE_KEY_FILE"}},
		"a key that is no hex":       {map[string]any{"private_key": strings.Repeat("z", 64)}, nil, "", []string{"private_key", "hex"}},
		"a key that is too short":    {nil, map[string]string{"ALEPH_PRIVATE_KEY": "abcd"}, "", []string{"ALEPH_PRIVATE_KEY", "64"}},
		"an empty key":               {map[string]any{"private_key": ""}, map[string]string{"ALEPH_PRIVATE_KEY": someKey}, "private_key", []string{"empty"}},
		"a key file that is missing": {map[string]any{"private_key_file": missing}, nil, "private_key_file", []string{missing, "no such file"}},
		"a missing file, variable":   {nil, map[string]string{"ALEPH_PRIVATE_KEY_FILE": missing}, "", []string{"ALEPH_PRIVATE_KEY_FILE", missing}},
		"a key file that holds none": {map[string]any{"private_key_file": file(t, "key", "not a key")}, nil, "private_key_file", []string{"9 bytes"}},
		"a directory":                {map[string]any{"private_key_file": t.TempDir()}, nil, "private_key_file", []string{"directory"}},
		"a wrong keystore password":  {map[string]any{"keystore_file": keystore, "keystore_password": "wrong"}, nil, "keystore_file", []string{"password is wrong", "keystore_password"}},
		"a wrong one, variables": {
			nil,
			map[string]string{"ALEPH_KEYSTORE_FILE": keystore, "ALEPH_PASSWORD": "wrong"},
			"",
			[]string{"ALEPH_KEYSTORE_FILE", "password is wrong", "ALEPH_PASSWORD"},
		},
		"a keystore without password": {map[string]any{"keystore_file": keystore}, nil, "keystore_file", []string{"keystore_password", "ALEPH_KEYSTORE_PASSWORD"}},
		"a password without keystore": {map[string]any{"keystore_password": "x", "private_key": someKey}, nil, "", []string{"keystore_file"}},
		"a mnemonic of other words":   {map[string]any{"mnemonic": strings.Repeat("aleph ", 12)}, nil, "", []string{"word 1"}},
		"a wrong checksum":            {nil, map[string]string{"ALEPH_MNEMONIC": strings.Repeat("test ", 12)}, "", []string{"ALEPH_MNEMONIC", "checksum"}},
		"a bad derivation path":       {map[string]any{"mnemonic": somePhrase, "derivation_path": "44/60"}, nil, "", []string{"44/60", "m/"}},
		"a path without mnemonic":     {map[string]any{"derivation_path": "m/0"}, nil, "derivation_path", []string{"mnemonic"}},
		"an URL that is none":         {map[string]any{"api_url": "api.aleph.im"}, nil, "api_url", []string{"http"}},
		"an URL of the API":           {map[string]any{"api_url": "https://api.aleph.im/api/v0/"}, nil, "api_url", []string{"leave out /api/v0"}},
		"an URL, variable":            {nil, map[string]string{"ALEPH_API_HOST": "nowhere"}, "", []string{"ALEPH_API_HOST"}},
		"an address":                  {map[string]any{"address": "0x1234"}, nil, "address", []string{"0x1234"}},
		"a channel that is too long":  {nil, map[string]string{"ALEPH_CHANNEL": strings.Repeat("x", 129)}, "", []string{"ALEPH_CHANNEL", "128"}},
		"a payment type":              {map[string]any{"payment_type": "cash"}, nil, "payment_type", []string{"cash", "credit"}},
		"a domain with a path":        {map[string]any{"domain": "https://aleph.sh/vm"}, nil, "domain", []string{`"https://aleph.sh/vm" goes on behind the host`}},
		"a domain with a scheme":      {nil, map[string]string{"ALEPH_DOMAIN": "ftp://aleph.sh"}, "", []string{"ALEPH_DOMAIN", "scheme ftp"}},
		"a domain with a port":        {map[string]any{"domain": "aleph.sh:80443"}, nil, "domain", []string{`"aleph.sh:80443" is not a host name`}},
		"a domain with a password":    {map[string]any{"domain": "https://user:pass@aleph.sh"}, nil, "", []string{"before the @"}},
		"a duration":                  {map[string]any{"request_timeout": "90"}, nil, "request_timeout", []string{"90s"}},
		"a negative duration":         {nil, map[string]string{"ALEPH_REQUEST_TIMEOUT": "-1s"}, "", []string{"ALEPH_REQUEST_TIMEOUT"}},
		"a number":                    {nil, map[string]string{"ALEPH_MAX_RETRIES": "many"}, "", []string{"ALEPH_MAX_RETRIES"}},
		"a negative number":           {map[string]any{"max_retries": "-1"}, nil, "max_retries", []string{"a whole number from 0 on"}},
	} {
		t.Run(name, func(t *testing.T) {
			without(t)
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			_, diags := configure(t, test.block)
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
				t.Fatalf("%d diagnostics, want one error: %+v", len(diags), diags)
			}
			at := ""
			if attribute := diags[0].Attribute; attribute != nil {
				at = string(attribute.Steps()[0].(tftypes.AttributeName))
			}
			if at != test.at {
				t.Errorf("the error is at %q, want %q", at, test.at)
			}
			for _, part := range test.says {
				if !strings.Contains(diags[0].Detail, part) {
					t.Errorf("the error does not say %q: %s", part, diags[0].Detail)
				}
			}
		})
	}
}

// Every kind of key is taken from the block and from the environment, together with what belongs to it.
func TestSettings_accepted(t *testing.T) {
	keystore, key := file(t, "keystore.json", keystoreText), file(t, "key", someKey)
	for name, test := range map[string]struct {
		block map[string]any
		env   map[string]string
	}{
		"nothing": {nil, nil},
		"everything": {map[string]any{
			"api_url": "http://127.0.0.1:1", "private_key": "0x" + strings.ToUpper(someKey), "address": "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4",
			"channel": "TEST", "payment_type": "hold", "domain": "example.org", "request_timeout": "2m", "max_retries": "0",
		}, nil},
		"a key file":                       {map[string]any{"private_key_file": key}, nil},
		"a keystore":                       {map[string]any{"keystore_file": keystore, "keystore_password": keystorePass}, nil},
		"its password as a variable":       {map[string]any{"keystore_file": keystore}, map[string]string{"ALEPH_PASSWORD": keystorePass}},
		"its file as a variable":           {map[string]any{"keystore_password": keystorePass}, map[string]string{"ALEPH_KEYSTORE_FILE": keystore}},
		"a mnemonic":                       {map[string]any{"mnemonic": somePhrase, "derivation_path": "m/44'/60'/0'/0/1"}, nil},
		"its path, the phrase a variable":  {map[string]any{"derivation_path": "m/44'/60'/0'/0/1"}, map[string]string{"ALEPH_MNEMONIC": somePhrase}},
		"a path that is for another tool":  {map[string]any{"private_key": someKey}, map[string]string{"ALEPH_DERIVATION_PATH": "m/0", "ALEPH_PASSWORD": "x"}},
		"a key and a bad one in variables": {map[string]any{"private_key": someKey}, map[string]string{"ALEPH_MNEMONIC": "bad", "ALEPH_PRIVATE_KEY_FILE": "missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			without(t)
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			if _, diags := configure(t, test.block); len(diags) > 0 {
				t.Errorf("%s: %s", diags[0].Summary, diags[0].Detail)
			}
		})
	}
}

// Without a key and without an address nobody knows whose an object is to be, and resources say once what to give.
func TestNoKey(t *testing.T) {
	without(t)
	server, diags := configure(t, map[string]any{"api_url": "http://127.0.0.1:1"})
	if len(diags) > 0 {
		t.Fatal(diags[0])
	}
	for _, resource := range []string{"aleph_program", "aleph_volume"} {
		diags := planCreation(t, server, resource)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "No address was given") || !strings.Contains(diags[0].Detail, "or a key") {
			t.Errorf("%s: %d diagnostics, want one that says what to give: %+v", resource, len(diags), diags)
		}
	}
}

// planCreation plans a resource of which nothing but what is required is configured.
func planCreation(t *testing.T, server tfprotov6.ProviderServer, resource string) []*tfprotov6.Diagnostic {
	t.Helper()
	ctx := context.Background()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := schemas.ResourceSchemas[resource].ValueType()
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	text := func(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }
	switch resource {
	case "aleph_volume":
		values["content"] = text("hello")
	case "aleph_program":
		code := kind.(tftypes.Object).AttributeTypes["code"].(tftypes.Object)
		inner := map[string]tftypes.Value{}
		for name, attribute := range code.AttributeTypes {
			inner[name] = tftypes.NewValue(attribute, nil)
		}
		inner["ref"], inner["encoding"], inner["entrypoint"] = text(someHash), text("plain"), text("main")
		values["code"] = tftypes.NewValue(code, inner)
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: resource, Config: &config, ProposedNewState: &config, PriorState: &none,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}
