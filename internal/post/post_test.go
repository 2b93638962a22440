// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package post_test

import (
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned/versionedtest"
)

type arguments = versionedtest.Arguments

// reads makes another tool's amend say something else.
func reads(content any) func(*message.Post) {
	return func(p *message.Post) { p.Content = content }
}

func TestPost(t *testing.T) {
	versionedtest.Run(t, versionedtest.Noun[message.Post, *message.Post]{
		Type: "aleph_post", Word: "post",
		Least:   arguments{"type": "note", "content": `"least"`},
		Full:    arguments{"type": "note", "content": `{"a":[1,null],"text":"mine"}`, "ref": "topic", "channel": "MINE"},
		Another: arguments{"content": `[1.50]`},
		Live:    []string{"live_item_hash", "last_updated"}, Fixed: []string{"id", "item_hash", "created"},
		Changes: []versionedtest.Change{
			{Attribute: "type", To: arguments{"type": "other"}, Does: versionedtest.Replaces},
			{Attribute: "ref", To: arguments{"ref": "other"}, Does: versionedtest.Replaces},
			{Attribute: "ref", To: arguments{"ref": nil}, Does: versionedtest.Replaces},
			{Attribute: "content", To: arguments{"content": `null`}},
			{Attribute: "content", To: arguments{"content": `{"text":"mine"}`}},
			{Attribute: "channel", To: arguments{"channel": "OTHER"}, Does: versionedtest.Replaces},
		},
		Drifts: []versionedtest.Drift[message.Post]{
			{Attribute: "content", Make: reads(map[string]any{"text": "theirs"})},
			{Attribute: "content", Make: reads("a text")},
			{Attribute: "content", Make: reads(nil)},
		},
		Undriftable: []string{"type", "ref"},
	})
}
