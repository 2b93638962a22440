// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// read are data sources about all that is managed, with outputs of what they say.
const read = `
resource "aleph_volume" "named" {
  content  = "named"
  ref_name = "models"
}

data "aleph_program" "it" {
  hash = aleph_program.test.item_hash
}

data "aleph_volume" "it" {
  hash = aleph_volume.code.id
}

data "aleph_volume" "named" {
  ref_name   = "models"
  depends_on = [aleph_volume.named]
}

data "aleph_programs" "all" {
  depends_on = [aleph_program.test]
}

data "aleph_volumes" "all" {
  depends_on = [aleph_volume.code, aleph_volume.named]
}

output "read" {
  value = [data.aleph_program.it.item_hash, data.aleph_volume.it.content_hash, data.aleph_volume.named.content_hash]
}

output "all" {
  value = concat(data.aleph_programs.all.programs[*].item_hash, data.aleph_volumes.all.volumes[*].content_hash)
}
`

// What a stranger signed in the owner's name is never taken for the owner's, whatever reads it: it is in no value, and what
// Terraform manages is amended and destroyed without it.
func TestMessage_ofStranger(t *testing.T) {
	t.Parallel()
	unauthorised := "authorises that address as of"
	for name, c := range map[string]struct {
		sign func(*acctest.Env, *testing.T) acctest.Signer
		told string
	}{
		"another key":       {func(env *acctest.Env, t *testing.T) acctest.Signer { return acctest.ByKey(env.Stranger(t).Account) }, unauthorised},
		"a key of Solana's": {func(*acctest.Env, *testing.T) acctest.Signer { sign, _ := acctest.OnSolana(); return sign }, unauthorised},
		"a chain that cannot be checked": {
			func(*acctest.Env, *testing.T) acctest.Signer { return acctest.OnTezos }, `signatures of chain "TEZOS" cannot be checked`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewCLI(t, env.Provider()+both(1, "one")+read)
			terraform.Run("apply")
			expectNothingToDo(terraform)
			live := terraform.State(program, "item_hash")
			foisted := map[string]string{}
			for resource, versions := range map[string][]string{"aleph_volume": {terraform.State(volume, "id"), "models", ""}, "aleph_program": {live, ""}} {
				for _, amends := range versions {
					foisted[env.Foist(t, acctest.Claim(resource, amends), c.sign(env, t))] = resource
				}
			}

			// Whatever reads says what it said before, and warns of what is left out.
			told := terraform.Run("plan", "-detailed-exitcode")
			expectText(t, told, "No changes", "Messages are left out of a program", "Of program "+live+": ", "Messages are left out of the list of volumes", c.told)
			for hash := range foisted {
				expectText(t, told, hash)
			}
			// Who asks for that very message is refused it.
			settings := map[string]any{"api_url": env.URL, "private_key": env.PrivateKey}
			for hash, resource := range foisted {
				terraform, err := acctest.NewCore(t.Context(), resource, settings, acctest.Factories(t)["aleph"])
				if err != nil {
					t.Fatal(err)
				}
				expectRefused(t, "import "+resource, terraform.Import(t.Context(), hash).Diagnostics, c.told)
				expectRefused(t, "data "+resource, acctest.ReadData(t, resource, settings, map[string]any{"hash": hash}), c.told)
				expectRefused(t, "data aleph_message", acctest.ReadData(t, "aleph_message", settings, map[string]any{"item_hash": hash}), c.told)
			}
			expectLists(t, env, foisted, c.told)

			terraform.Configure(env.Provider() + both(2, "two") + read)
			terraform.Run("apply")
			if got := terraform.State(program, "replaces"); got != live {
				t.Errorf("the amend replaces %s, want %s", got, live)
			}
			expectNothingToDo(terraform)
			terraform.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

func expectRefused(t *testing.T, what string, diagnostics []*tfprotov6.Diagnostic, told string) {
	t.Helper()
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(diagnostics[0].Detail, told) {
		t.Errorf("%s: %v, want an error that says %q", what, diagnostics, told)
	}
}

// expectLists checks that list resources leave messages out, and say so.
func expectLists(t *testing.T, env *acctest.Env, foisted map[string]string, told string) {
	t.Helper()
	for _, resource := range []string{"aleph_volume", "aleph_program"} {
		list := acctest.List{Resource: resource, Settings: map[string]any{"api_url": env.URL}, Config: map[string]any{"address": env.Account.Address()}}
		warned := false
		for _, listed := range list.Ask(t) {
			for _, d := range listed.Diagnostics {
				warned = warned || d.Severity == tfprotov6.DiagnosticSeverityWarning && strings.Contains(d.Detail, told)
			}
			for _, name := range []string{"id", "item_hash"} {
				if _, claim := foisted[listed.Identity[name]]; claim {
					t.Errorf("%s lists %s", resource, listed.Identity[name])
				}
			}
		}
		if !warned {
			t.Errorf("%s does not say what is left out", resource)
		}
	}
}

// A delegate's version counts in every command, and so it does once the delegate's leave is over.
func TestMessage_ofDelegate(t *testing.T) {
	env := acctest.Start(t)
	owner, delegate := env.OtherTool(t), env.Stranger(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("apply")
	leave := func(entries ...any) {
		t.Helper()
		content := map[string]any{"authorizations": append([]any{}, entries...)}
		if _, err := owner.Publish(t.Context(), &message.Aggregate{Key: message.SecurityKey, Content: content}, object.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	leave(map[string]any{"address": delegate.Account.Address(), "types": []any{"PROGRAM"}})
	record, err := delegate.Fetch(t.Context(), terraform.State(program, "item_hash"))
	if err != nil {
		t.Fatal(err)
	}
	var amend message.Program
	if err := message.Decode(record.Message, &amend); err != nil {
		t.Fatal(err)
	}
	amend.Resources.VCPUs, amend.Replaces = 2, record.ItemHash
	theirs, err := delegate.Publish(t.Context(), &amend, object.Options{Owner: env.Account.Address()})
	if err != nil {
		t.Fatal(err)
	}
	leave()
	expectText(t, terraform.Run("plan"), "~ vcpus = 2 -> 1")
	terraform.Run("apply")
	if got := terraform.State(program, "replaces"); got != theirs.ItemHash {
		t.Errorf("the amend replaces %s, want %s", got, theirs.ItemHash)
	}
	expectNothingToDo(terraform)
}

// What no signature covers changes nothing: a node, or something on the way to it, may say anything there.
func TestUnsignedFields(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.ProviderWith("  channel = \"MINE\"\n")+both(1, "one"))
	terraform.Run("apply")
	env.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages", Times: -1, Do: core.Alter("channel", func(string) string { return "THEIRS" })})
	env.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/messages", Times: -1, Do: core.AlterNumber("time", func(float64) float64 { return 4e9 })})
	expectNothingToDo(terraform)
	for _, address := range []string{program, volume} {
		if got := terraform.State(address, "channel"); got != "MINE" {
			t.Errorf("%s is in channel %q", address, got)
		}
	}
	terraform.Configure(env.ProviderWith("  channel = \"MINE\"\n") + both(2, "two"))
	terraform.Run("apply")
	for _, m := range env.Messages(message.TypeProgram, message.TypeStore) {
		if m.Channel != "MINE" || float64(m.Time) > 3e9 {
			t.Errorf("%s was published in %q at %v", m.Type, m.Channel, m.Time)
		}
	}
}
