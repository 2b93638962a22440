// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// The list is for `terraform query`: each volume once, under its first version, with what an import would read.
func TestList(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	first := store(t, tool, "one", "", 1)
	second := store(t, tool, "two", first, 2)
	live := store(t, tool, "three", first, 3)
	named := store(t, tool, "four", "site", 4)
	list := acctest.List{
		Resource: "aleph_volume", Settings: map[string]any{"api_url": env.URL}, Config: map[string]any{"address": env.Account.Address()},
		Limit: 10, IncludeResource: true,
	}
	results := list.Ask(t)
	if len(results) != 2 || results[0].Identity["id"] != named || results[0].DisplayName != "site" || results[1].Identity["id"] != first {
		t.Fatalf("got %+v", results)
	}
	amended := results[1].Resource
	for name, want := range map[string]string{
		"id": first, "item_hash": live, "ref": first, "content_hash": message.Hash([]byte("three")), "file_hash": message.Hash([]byte("three")),
		"storage_engine": "storage", "archive_format": "", "address": env.Account.Address(),
	} {
		var got string
		if err := amended[name].As(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", name, got, err, want)
		}
	}
	var keep bool
	if err := amended["keep_superseded"].As(&keep); err != nil || !keep || !strings.Contains(amended["superseded"].String(), second) {
		t.Errorf("what is superseded is %s, and kept: %t (%v)", amended["superseded"], keep, err)
	}
	for name, value := range amended {
		if !value.IsFullyKnown() {
			t.Errorf("%s is not known", name)
		}
	}

	list.Config["ref_name"] = "site"
	if results := list.Ask(t); len(results) != 1 || results[0].Identity["id"] != named {
		t.Errorf("by its name: %+v", results)
	}
}
