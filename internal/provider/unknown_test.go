// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// Settings that are not known yet are waited for: until then nothing falls back to a default, and nobody is asked.
func TestUnknown_settings(t *testing.T) {
	env := acctest.Start(t)
	// Whatever the provider asks of another host than this one goes through here.
	var elsewhere atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)

	terraform := acctest.NewBuiltCLI(t, acctest.Build(t), fmt.Sprintf(`
resource "terraform_data" "given" {
  input = { url = %q, key = %q, channel = "LATER" }
}

provider "aleph" {
  api_url     = terraform_data.given.output.url
  private_key = terraform_data.given.output.key
  channel     = terraform_data.given.output.channel
}
`, env.URL, env.PrivateKey)+both(1, "one"))
	terraform.Env = append(terraform.Env, "HTTPS_PROXY="+proxy.URL, "HTTP_PROXY="+proxy.URL)

	expectText(t, terraform.Run("plan", "-out=unknown.tfplan"), "3 to add", "+ channel = (known after apply)")
	if asked := len(env.Requests()); asked > 0 {
		t.Errorf("a plan without a known node made %d requests", asked)
	}
	expectText(t, terraform.Run("apply", "unknown.tfplan"), "3 added")
	for _, at := range []string{program, volume} {
		if channel, owner := terraform.State(at, "channel"), terraform.State(at, "address"); channel != "LATER" || owner != env.Account.Address() {
			t.Errorf("%s is in channel %q, and %q's", at, channel, owner)
		}
	}
	expectNothingToDo(terraform)
	terraform.Run("destroy")
	env.ExpectNothingAlive(t)
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d requests went elsewhere than to the node", n)
	}
}

// A data source cannot wait for settings that are not known yet: it fails, and says what to do.
func TestUnknown_settingsOfADataSource(t *testing.T) {
	env := acctest.Start(t)
	config := "resource \"terraform_data\" \"given\" {\n  input = \"" + env.URL + "\"\n}\n\n" +
		"provider \"aleph\" {\n  api_url = terraform_data.given.output\n}\n\n"
	terraform := acctest.NewCLI(t, config+"data \"aleph_node\" \"current\" {}\n")
	expectText(t, terraform.Fail("plan"), "Unable to read from the network yet", "terraform apply -target=ADDRESS")
	terraform.Run("apply", "-target=terraform_data.given")
	expectText(t, terraform.Run("apply"), "Read complete")
}

// What exists stays as it is while a setting is not known: it is not read, and its state may have no identity yet.
func TestUnknown_settingsOfWhatExists(t *testing.T) {
	env := acctest.Start(t)
	config := func(generation int) string {
		return fmt.Sprintf(`
resource "terraform_data" "given" {
  triggers_replace = %d
  input            = %q
}

provider "aleph" {
  api_url     = %q
  private_key = terraform_data.given.output
}
`, generation, env.PrivateKey, env.URL) + both(1, "one") + `
resource "aleph_post" "test" {
  type    = "test"
  content = "1"
}

resource "aleph_aggregate" "test" {
  key     = "test-of-unknown-settings"
  content = jsonencode({ a = 1 })
}

resource "aleph_domain" "test" {
  domain     = "www.example.org"
  type       = "program"
  message_id = aleph_program.test.item_hash
}

resource "aleph_ssh_key" "test" {
  key     = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfw1cNXLyAO3f5Hl0xVQ7DtnZ2tE4wRKLDr5g7yZ2m me"
  channel = "ALEPH-CLOUDSOLUTIONS"
}
`
	}
	terraform := acctest.NewCLI(t, config(1))
	terraform.Run("apply")
	hash := terraform.State(program, "item_hash")
	terraform.Configure(config(2))
	terraform.Run("plan")
	terraform.Run("apply")
	if now := terraform.State(program, "item_hash"); now != hash {
		t.Errorf("the program is %s now, and was %s", now, hash)
	}
	expectNothingToDo(terraform)
	terraform.Run("destroy")
}

// An import cannot wait for settings either.
func TestUnknown_settingsOfAnImport(t *testing.T) {
	env := acctest.Start(t)
	terraform := acctest.NewCLI(t, "resource \"terraform_data\" \"given\" {\n  input = \""+env.URL+"\"\n}\n\n"+
		"provider \"aleph\" {\n  api_url = terraform_data.given.output\n}\n\n"+`
import {
  to = aleph_post.test
  id = "`+strings.Repeat("a", 64)+`"
}

resource "aleph_post" "test" {
  type    = "test"
  content = "1"
}
`)
	expectText(t, terraform.Fail("plan"), "Unable to read from the network yet", "terraform apply -target=ADDRESS")
}
