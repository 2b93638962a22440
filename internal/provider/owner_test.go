// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// Acting for another owner takes the owner's leave: then all that is created is the owner's, in every step of its life.
func TestActForAnotherOwner(t *testing.T) {
	env := acctest.Start(t)
	owner := env.Stranger(t)
	address := owner.Account.Address()
	settings := env.ProviderWith("  address = \"" + address + "\"\n")
	terraform := acctest.NewCLI(t, settings+both(1, "one"))
	expectText(t, terraform.Fail("apply"), "Error: Unable to create the volume", "the sender may not act for the owner", "`security` aggregate")
	if alive := env.Messages(); len(alive) > 0 {
		t.Fatalf("%d messages were processed", len(alive))
	}

	leave := &message.Aggregate{Key: message.SecurityKey, Content: map[string]any{
		"authorizations": []any{map[string]any{"address": env.Account.Address()}},
	}}
	if _, err := owner.Publish(t.Context(), leave, object.Options{}); err != nil {
		t.Fatal(err)
	}
	terraform.Run("apply")
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

// What the provider block says of new objects changes nothing of those that exist, and counts for new ones.
func TestDefaults_atCreationOnly(t *testing.T) {
	env := acctest.Start(t)
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
	expectText(t, terraform.Run("plan", "-replace="+program), `"ONE" -> "TWO"`, "credit")
}

// Without a key everything is read, and a change says how to give one.
func TestReadWithoutKey(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("apply")
	keyless := "provider \"aleph\" {\n  api_url = \"" + env.URL + "\"\n}\n"
	terraform.Configure(keyless + both(1, "one"))
	expectNothingToDo(terraform)
	terraform.Configure(keyless + both(2, "one"))
	for _, command := range []string{"plan", "destroy"} {
		expectText(t, terraform.Fail(command), "No key was given to sign with", "ALEPH_PRIVATE_KEY_FILE")
	}
	terraform.Configure(keyless)
	expectText(t, terraform.Fail("apply"), "No key was given to sign with")
}
