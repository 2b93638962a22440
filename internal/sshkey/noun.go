// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package sshkey is aleph_ssh_key: a public key that the network's tools offer for new instances, published as a POST.
package sshkey

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned"
)

// The type of the posts, and the channel in which the network's console looks for them (NETWORK.md 7.5).
const consoleChannel = "ALEPH-CLOUDSOLUTIONS"

// New makes the noun.
func New() *versioned.Noun {
	return &versioned.Noun{
		Type: "aleph_ssh_key", Word: "SSH key", Life: object.Posts(message.PostSSHKey),
		Empty: func() versioned.Model { return &Model{} }, Content: func() message.Content { return &message.Post{} },
		Description: "An SSH public key that the network's tools offer for new instances, published as a POST message of type `" + message.PostSSHKey + "`: public, like everything on the network. " +
			"It costs nothing. An instance takes the keys of its own `authorized_keys`, and learns nothing of a later change here.",
		Attributes: attributes,
		Texts:      versioned.Texts{StillLive: "The key stays as it was before."},
		Reading: versioned.Reading{
			Name: "label", Filter: "Only keys of exactly this label. Defaults to any.",
			Summary: map[string]string{"item_hash": "", "label": "", "key": "", "fingerprint": ""},
		},
		Derive: func(p *plan.Planning, _ versioned.Change) { p.Set("fingerprint", attribute.Fingerprint(p.Text("key"))) },
		Warn:   warn,
	}
}

// Model is aleph_ssh_key as Terraform sees it.
type Model struct {
	versioned.Common
	versioned.Free
	Key         types.String `tfsdk:"key"`
	Label       types.String `tfsdk:"label"`
	Fingerprint types.String `tfsdk:"fingerprint"`
}

func attributes(context.Context) attribute.Set {
	return attribute.Set{
		"key": attribute.Identity(schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The public key in one line, as in `authorized_keys`: its type, the key in base64, and a comment if there is one. A change replaces the object.",
			Validators:          []validator.String{attribute.Check("an SSH public key in one line", attribute.CheckPublicKey)},
		}),
		"label": attribute.Content(schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name shown by tools. A change amends.",
			Validators:          []validator.String{attribute.NotEmpty(), attribute.Check("a text that the network takes", model.CheckText)},
		}),
		"fingerprint": attribute.Derived(attribute.Computed("SHA-256 of the key, as `ssh-keygen -l` prints it; null of what is no key.")),
	}
}

// ToMessage implements versioned.Model.
func (m *Model) ToMessage() (message.Content, error) {
	content := map[string]any{"key": m.Key.ValueString()}
	if !m.Label.IsNull() {
		content["label"] = m.Label.ValueString()
	}
	return &message.Post{Type: message.PostSSHKey, Content: content}, nil
}

// FromMessage implements versioned.Model. The network checks nothing of such a post, so that a key may be any text.
func (m *Model) FromMessage(live message.Content) error {
	post, _ := live.(*message.Post)
	content, _ := post.Content.(map[string]any)
	key, _ := content["key"].(string)
	label, _ := content["label"].(string)
	m.Key, m.Label = types.StringValue(key), attribute.Text(label)
	m.Fingerprint = attribute.Fingerprint(m.Key)
	return nil
}

// warn tells of a channel in which the console finds no key.
func warn(_ *aleph.Client, p *plan.Planning, does versioned.Change) (diag.Diagnostics, []object.Mount) {
	channel := p.Planned["channel"]
	if said := plan.TextOf(channel); !does.Publishes || said.IsUnknown() || said.ValueString() == consoleChannel {
		return nil, nil
	}
	called := cmp.Or(p.Text("label").ValueString(), "a key without a label")
	return diag.Diagnostics{diagnostic.Alike(path.Root("channel"), called, "The console does not list this key",
		"The network's console lists the SSH keys of the channel `"+consoleChannel+"` only. In another one is:\n\n%s\n\nThe key is published all the same. Set `channel` to that one, unless no console is used.")}, nil
}
