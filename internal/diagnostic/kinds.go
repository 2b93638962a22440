// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"cmp"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// kinds are what the messages of a type are in Terraform: a type of resources, and of data sources.
var kinds = map[message.Type]string{message.TypeProgram: "aleph_program", message.TypeStore: "aleph_volume", message.TypePost: "aleph_post"}

// postKinds are what POSTs of a content type are.
var postKinds = map[string]string{message.PostSSHKey: "aleph_ssh_key"}

// kindOf is what a message is; empty for what nothing here stands for.
func kindOf(messageType message.Type, postType string) string {
	return cmp.Or(postKinds[postType], kinds[messageType])
}

// standsFor says what a message can be named as, in the place of what it was taken for.
func standsFor(e *object.KindError) string {
	wanted := WithArticle(string(e.Wanted.Type))
	if e.Wanted.PostType != "" {
		wanted += " of type `" + e.Wanted.PostType + "`"
	}
	instead := "Name the item hash of " + wanted + "."
	if e.Type == message.TypeAggregate {
		return "An entry of an aggregate is an `aleph_aggregate` or an `aleph_domain`, and has no item hash: it is imported by its name, or by `ADDRESS/NAME`. " + instead
	}
	if kind := kindOf(e.Type, e.PostType); kind != "" {
		return "It is an `" + kind + "`: import or read it as that. " + instead
	}
	return "The provider manages no " + string(e.Type) + "; `data \"aleph_message\"` reads it. " + instead
}
