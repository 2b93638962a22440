// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// mocked has every resource, and data sources that name what resources make.
const mocked = `
terraform {
  required_providers {
    aleph = { source = "aleph-im/aleph" }
  }
}

resource "aleph_volume" "code" { content = "x" }

resource "aleph_program" "web" {
  code    = { ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "main:app" }
  volumes = [{ mount = "/a", ref = aleph_volume.code.item_hash, use_latest = false }]
}

resource "aleph_domain" "web" {
  domain     = "www.example.org"
  type       = "program"
  message_id = aleph_program.web.item_hash
}

resource "aleph_post" "news" {
  type    = "note"
  ref     = aleph_program.web.item_hash
  content = jsonencode({ url = aleph_program.web.url })
}

resource "aleph_ssh_key" "mine" { key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfw1cNXLyAO3f5Hl0xVQ7DtnZ2tE4wRKLDr5g7yZ2m me" }

resource "aleph_aggregate" "profile" {
  key     = "profile"
  content = jsonencode({ url = aleph_program.web.url })
}

data "aleph_volume" "code" { hash = aleph_volume.code.id }
data "aleph_program" "web" { hash = aleph_program.web.id }
data "aleph_message" "web" { item_hash = aleph_program.web.id }
data "aleph_domains" "all" {}
data "aleph_programs" "all" {}
data "aleph_account" "me" {}
data "aleph_node" "current" {}
data "aleph_runtimes" "all" {}
data "aleph_pricing" "current" {}
`

// testMocks runs the mocks of the guide: without them, what Terraform makes up is no item hash.
func testMocks(t *testing.T, built string) {
	t.Parallel()
	blocks := markdown(t, filepath.Join(root, "templates", "guides", "local-node.md")).blocks
	mocks := blocks[slices.IndexFunc(blocks, func(b block) bool { return strings.HasPrefix(b.text, "mock_provider") })].text
	terraform := acctest.NewBuiltCLI(t, built, mocked)
	terraform.Write("mocks.tftest.hcl", mocks)
	if output := terraform.Run("test"); !strings.Contains(output, "1 passed, 0 failed") {
		t.Error(output)
	}
}
