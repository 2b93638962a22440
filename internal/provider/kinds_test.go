// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// What is imported as something else is refused with the type that it is.
func TestImport_asAnotherType(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "some code")+`
resource "aleph_post" "test" {
  type    = "note"
  content = jsonencode("text")
}

resource "aleph_ssh_key" "test" {
  key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6ufBwLv4PQfMTwbMoaqzoMXiEkMI8GVvL5nPSPkpVj"
}
`)
	terraform.Run("apply")
	ids := map[string]string{}
	for _, at := range []string{program, volume, "aleph_post.test", "aleph_ssh_key.test"} {
		ids[at] = terraform.State(at, "item_hash")
	}
	publish := func(content message.Content) string {
		sent, err := env.OtherTool(t).Publish(t.Context(), content, object.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return sent.ItemHash
	}
	aggregate := publish(&message.Aggregate{Key: "k", Content: map[string]any{"n": 1}})
	forget := publish(message.NewForget("test", publish(&message.Aggregate{Key: "gone", Content: map[string]any{"n": 2}})))
	for _, test := range []struct{ as, id, says string }{
		{"aleph_program", ids[volume], "It is an `aleph_volume`"},
		{"aleph_program", ids["aleph_post.test"], "It is an `aleph_post`"},
		{"aleph_volume", ids[program], "It is an `aleph_program`"},
		{"aleph_volume", ids["aleph_ssh_key.test"], "It is an `aleph_post`"},
		{"aleph_volume", aggregate, "An entry of an aggregate is an `aleph_aggregate` or an `aleph_domain`"},
		{"aleph_post", ids[program], "It is an `aleph_program`"},
		{"aleph_post", forget, "The provider manages no FORGET"},
		{"aleph_ssh_key", ids[volume], "It is an `aleph_volume`"},
		{"aleph_ssh_key", ids["aleph_post.test"], "It is an `aleph_post`: import or read it as that. Name the item hash of a POST of type `ALEPH-SSH`."},
		{"aleph_program", env.Account.Address() + "/k", "Only entries of an aggregate, `aleph_aggregate` and `aleph_domain`, are imported by a name."},
		{"aleph_aggregate", ids[program], "An entry of an aggregate has no item hash"},
		{"aleph_domain", env.Account.Address() + "/" + ids[program], "An entry of an aggregate has no item hash"},
	} {
		plan := acctest.NewCLI(t, env.Provider()+fmt.Sprintf("import {\n  to = %s.other\n  id = %q\n}\n", test.as, test.id))
		expectText(t, plan.Fail("plan", "-generate-config-out=generated.tf"), test.says)
	}
}
