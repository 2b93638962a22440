// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestSecretsTyped has Terraform itself report what is wrong with a secret in each argument of the provider block, where
// it is typed literally and where it comes from a variable: Terraform prints the line of what an error is at, and the
// value of a variable in it. Each block is of a provider process of its own.
func TestSecretsTyped(t *testing.T) {
	env := acctest.Start(t)
	schemas := schemasOf(t)
	kinds := slices.Sorted(maps.Keys(typedSecrets))
	var config strings.Builder
	for i, attribute := range schemas.Provider.Block.Attributes {
		for j, kind := range []string{kinds[i%len(kinds)], kinds[(i+len(kinds)/2)%len(kinds)]} {
			secret := typedSecrets[kind]
			alias, value := fmt.Sprintf("%s_%d", attribute.Name, j), fmt.Sprintf("%q", secret.text)
			if j == 1 {
				fmt.Fprintf(&config, "variable %q {\n  default = %s\n}\n\n", alias, value)
				value = "var." + alias
			}
			fmt.Fprintf(&config, "provider \"aleph\" {\n  alias = %[1]q\n  %[2]s = %[3]s\n}\n\ndata \"aleph_node\" %[1]q {\n  provider = aleph.%[1]s\n}\n\n",
				alias, attribute.Name, value)
		}
	}
	terraform := acctest.NewBuiltCLI(t, acctest.Build(t), config.String())
	log := filepath.Join(terraform.Dir, "trace.log")
	terraform.Env = append(terraform.Env, "ALEPH_API_URL="+env.URL, "ALEPH_MAX_RETRIES=0", "TF_LOG=TRACE", "TF_LOG_PATH="+log)
	printed := terraform.Run("validate") + terraform.Fail("plan", "-out=plan")
	if n := strings.Count(printed, "Error: "); n < len(schemas.Provider.Block.Attributes) {
		t.Errorf("%d errors were printed:\n%s", n, printed)
	}
	written, err := os.ReadFile(log)
	if err != nil || !strings.Contains(string(written), "Response contains error diagnostic") {
		t.Errorf("the log is not the provider's (%v)", err)
	}
	for kind, secret := range typedSecrets {
		for where, text := range map[string]string{"what was printed": printed, "the log": string(written)} {
			if at := strings.Index(strings.ToLower(text), strings.ToLower(secret.trace)); at >= 0 {
				t.Errorf("%s is in %s: ...%s[here]", kind, where, text[max(0, at-600):at])
			}
		}
	}
}

// TestSecrets_inPlans plans and applies with a key that is given in each way. Terraform itself keeps a copy of the
// configuration in a plan, and the values of variables, but for ephemeral ones: nothing else of it has the key.
func TestSecrets_inPlans(t *testing.T) {
	built := acctest.Build(t)
	const variable = "variable \"key\" {\n  type      = string\n  sensitive = true\n  ephemeral = true\n}\n\n"
	for name, test := range map[string]struct {
		declared, argument string
		env                []string
		// copied says that the key is in the configuration, which Terraform copies.
		copied bool
	}{
		"literal":         {"", fmt.Sprintf("private_key = %q", core.Accounts()[0].PrivateKey), nil, true},
		"variable":        {variable, "private_key = var.key", []string{"TF_VAR_key=" + core.Accounts()[0].PrivateKey}, false},
		"the environment": {"", "", []string{"ALEPH_PRIVATE_KEY=" + core.Accounts()[0].PrivateKey}, false},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			env.Fund(t, core.Accounts()[0].Address)
			config := fmt.Sprintf("%sprovider \"aleph\" {\n  api_url = %q\n  %s\n}\n", test.declared, env.URL, test.argument)
			terraform := acctest.NewBuiltCLI(t, built, config+both(1, "one"))
			log := filepath.Join(terraform.Dir, "trace.log")
			terraform.Env = append(append(terraform.Env, test.env...), "TF_LOG=TRACE", "TF_LOG_PATH="+log)
			printed := []string{
				terraform.Run("plan", "-out=create.tfplan"), terraform.Run("apply", "create.tfplan"),
				terraform.Raw("show"), terraform.Raw("show", "-json"),
			}
			secrets := spellings(t, env.PrivateKey)
			expectKept(t, "what was printed", strings.Join(printed, "\n"), secrets)
			expectKeptInFiles(t, terraform.Dir, map[string]string{"main.tf": ""}, secrets)
			expectKeptInPlan(t, filepath.Join(terraform.Dir, "create.tfplan"), test.copied, secrets)
		})
	}
}

// expectKeptInPlan looks into a saved plan, but for the configuration in it when the key was copied from there.
func expectKeptInPlan(t *testing.T, path string, copied bool, secrets []string) {
	t.Helper()
	plan, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	if len(plan.File) < 3 {
		t.Errorf("there are %d files in the plan", len(plan.File))
	}
	for _, entry := range plan.File {
		if copied && strings.HasPrefix(entry.Name, "tfconfig/") {
			continue
		}
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		expectKept(t, entry.Name, string(text), secrets)
	}
}

// TestSecrets_inMessages gives the key that signs to what becomes a part of a message: no message is sent, and nothing is
// left to pay for.
func TestSecrets_inMessages(t *testing.T) {
	for name, arguments := range map[string]string{
		"a variable": "variables = { KEY = %q }", "metadata": "metadata = jsonencode({ key = %q })", "a tag": "tags = [%q]", "the channel": "channel = %q",
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewCLI(t, env.Provider()+some(1, fmt.Sprintf(arguments, strings.ToUpper(env.PrivateKey[2:]))))
			output := terraform.Fail("apply")
			expectText(t, output, "was not sent", "the private key of "+env.Account.Address())
			if sent := env.Messages(); len(sent) > 0 {
				t.Errorf("%d messages were sent", len(sent))
			}
		})
	}
}
