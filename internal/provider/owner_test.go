// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// Acting for another owner takes the owner's leave: then all that is created is the owner's, in every step of its life.
func TestActForAnotherOwner(t *testing.T) {
	env := acctest.Start(t)
	owner := env.Stranger(t)
	address := owner.Account.Address()
	settings := env.ProviderWith("  address = \"" + address + "\"\n")
	terraform := acctest.NewCLI(t, settings+both(1, "one"))
	expectText(t, terraform.Fail("apply"), "Warning: Unable to sign for the owner", "Error: Unable to create the volume", "the sender may not act for the owner",
		env.Account.Address()+" signs for "+address+", whose aggregate `security` has no entry for that address")
	if alive := env.Messages(); len(alive) > 0 {
		t.Fatalf("%d messages were processed", len(alive))
	}

	authorise(t, owner, env, nil)
	expectNoText(t, terraform.Run("apply"), notPermitted)
	terraform.Configure(settings + both(2, "two"))
	expectText(t, terraform.Run("apply"), "0 added, 2 changed, 0 destroyed")
	expectNothingToDo(terraform)
	for _, m := range env.Messages(message.TypeProgram, message.TypeStore, message.TypeForget) {
		var content message.Base
		if err := json.Unmarshal([]byte(m.ItemContent), &content); err != nil || content.Address != address || m.Sender != env.Account.Address() {
			t.Errorf("%s is %s's, and was sent by %s (%v)", m.Type, content.Address, m.Sender, err)
		}
	}
	if got := terraform.State(program, "address"); got != address {
		t.Errorf("the state says that %s is the owner, want %s", got, address)
	}

	// The owner of what exists is not changed by the provider block.
	terraform.Configure(env.Provider() + both(2, "two"))
	expectNothingToDo(terraform)
	terraform.Run("destroy")
	if programs := env.Messages(message.TypeProgram, message.TypeStore); len(programs) > 0 {
		t.Errorf("%d messages are left alive", len(programs))
	}
}

// notPermitted is the summary of what a plan says of authorisations.
const notPermitted = "Unable to sign for the owner"

// authorise makes an owner authorise the key of the test, for what passes these filters.
func authorise(t *testing.T, owner *object.Client, env *acctest.Env, filters map[string]any) {
	t.Helper()
	entry := map[string]any{"address": env.Account.Address()}
	maps.Copy(entry, filters)
	leave := &message.Aggregate{Key: message.SecurityKey, Content: map[string]any{"authorizations": []any{entry}}}
	if _, err := owner.Publish(t.Context(), leave, object.Options{}); err != nil {
		t.Fatal(err)
	}
}

// A plan says which part of an authorisation is missing, of every kind of message, and once for all that lack the same. To
// forget takes what it took to publish.
func TestPermission_planned(t *testing.T) {
	env := acctest.Start(t)
	owner := env.Stranger(t)
	const others = `
resource "aleph_post" "test" {
  type    = "note"
  content = jsonencode({ text = "a" })
}

resource "aleph_aggregate" "test" {
  key     = "notes"
  content = jsonencode({ text = "a" })
}
`
	settings := env.ProviderWith("  address = \"" + owner.Account.Address() + "\"\n")
	terraform := acctest.NewCLI(t, settings+both(1, "one")+others)
	output := terraform.Run("plan")
	expectText(t, output, "whose aggregate `security` has no entry for that address", "Let the owner add what is missing", "4 to add")
	if n := strings.Count(output, notPermitted); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, output)
	}
	for _, missing := range []struct {
		filter, value string
		lacks         string
	}{
		{"types", "STORE", "`types` does not allow"},
		{"channels", "ANOTHER", "`channels` does not allow \"ALEPH-CLOUDSOLUTIONS\""},
		{"post_types", "blog", "`post_types` does not allow \"note\""},
		{"aggregate_keys", "blog", "`aggregate_keys` does not allow \"notes\""},
	} {
		authorise(t, owner, env, map[string]any{missing.filter: []any{missing.value}})
		expectText(t, terraform.Run("plan"), "Warning: "+notPermitted, missing.lacks)
	}
	authorise(t, owner, env, map[string]any{"chain": message.ChainSOL})
	expectText(t, terraform.Run("plan"), "`chain` does not allow \"ETH\"")

	authorise(t, owner, env, map[string]any{"types": []any{"PROGRAM", "STORE", "POST", "AGGREGATE"}, "post_types": []any{"note"}, "aggregate_keys": []any{"notes"}})
	expectNoText(t, terraform.Run("apply"), notPermitted)
	expectNoText(t, terraform.Run("destroy"), notPermitted)
}

// The state keeps the owner: another key is told so by the plan of a change and of a destroy, and by the refusal.
func TestPermission_ofAnotherKey(t *testing.T) {
	env := acctest.Start(t)
	owner := env.Stranger(t)
	authorise(t, owner, env, nil)
	terraform := acctest.NewCLI(t, env.ProviderWith("  address = \""+owner.Account.Address()+"\"\n")+both(1, "one"))
	terraform.Run("apply")
	authorise(t, owner, env, map[string]any{"types": []any{"STORE"}})

	terraform.Configure(env.Provider() + both(2, "one"))
	lacks := "whose aggregate `security` has an entry for that address of which `types` does not allow \"PROGRAM\""
	expectText(t, terraform.Run("plan"), "Warning: "+notPermitted, lacks, "What exists keeps its owner, which is in the state")
	expectText(t, terraform.Fail("apply"), "(error code 2)", lacks, "give the provider a key of the owner's")
	expectText(t, terraform.Run("plan", "-destroy"), "Warning: "+notPermitted, lacks)
	expectText(t, terraform.Fail("destroy"), "(error code 2)", lacks)

	authorise(t, owner, env, nil)
	terraform.Run("apply")
	expectNothingToDo(terraform)
	terraform.Run("destroy")
}

// What the provider block says of new objects changes nothing of those that exist, and counts for new ones.
func TestDefaults_atCreationOnly(t *testing.T) {
	acctest.OnBothSides(t, defaultsAtCreationOnly)
}

func defaultsAtCreationOnly(t *testing.T, dated core.Config, tokens bool) {
	t.Helper()
	env := acctest.StartTuned(t, dated)
	terraform := acctest.NewCLI(t, env.ProviderWith("  channel = \"ONE\"\n")+both(1, "one"))
	terraform.Run("apply")

	later := env.ProviderWith("  channel = \"TWO\"\n  payment_type = \"hold\"\n  address = \"" + env.Stranger(t).Account.Address() + "\"\n")
	terraform.Configure(later + both(1, "one"))
	expectNothingToDo(terraform)
	terraform.Configure(later + both(2, "two"))
	expectText(t, terraform.Run("apply"), "0 added, 2 changed, 0 destroyed")
	for _, at := range []string{program, volume} {
		if channel, owner := terraform.State(at, "channel"), terraform.State(at, "address"); channel != "ONE" || owner != env.Account.Address() {
			t.Errorf("%s is in channel %s, and %s's", at, channel, owner)
		}
	}
	if !tokens {
		expectText(t, terraform.Fail("plan", "-replace="+program), "Error: Payment is not accepted", "`payment_type` of the provider does as well")
		return
	}
	expectText(t, terraform.Run("plan", "-replace="+program), `"ONE" -> "TWO"`, "credit")
}
