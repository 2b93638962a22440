// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"context"
	"maps"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// declared is what a noun's attributes come to, made once for a process.
type declared struct {
	once   sync.Once
	set    attribute.Set
	schema schema.Schema
}

func (n *Noun) declared(ctx context.Context) *declared {
	n.made.once.Do(func() {
		set := attribute.Set{
			"address":  attribute.Identity(attribute.Address()),
			"timeouts": attribute.Local(attribute.Timeouts(ctx)),
		}
		if n.billed() {
			set["channel"] = attribute.Content(attribute.Channel(describeChannel("amends.")))
			set["superseded"] = attribute.Derived(attribute.Superseded(n.supersededAre() + "."))
		} else {
			set["channel"] = attribute.Identity(attribute.Channel(describeChannel("replaces the object: an amend stays in the channel of what it amends.")))
			set["id"] = attribute.Fixed(attribute.Computed("Item hash of the first message, which names the " + n.Word + " for good; the same as `item_hash`."))
			set["item_hash"] = attribute.Fixed(attribute.Computed("Item hash of the first message, which names the " + n.Word + " for good."))
			set["created"] = attribute.Fixed(attribute.Computed("When the first message was published, by its sender's clock, as a date by RFC 3339."))
			set["last_updated"] = attribute.Live(attribute.Computed("When the live version was published, by its sender's clock, as a date by RFC 3339."))
			set["live_item_hash"] = attribute.Live(attribute.Computed("Item hash of the live version. A change of the content changes it."))
		}
		maps.Copy(set, n.Attributes(ctx))
		n.made.set, n.made.schema = set, schema.Schema{MarkdownDescription: n.Description, Attributes: set.Schema()}
	})
	return &n.made
}

// called is the noun as diagnostics name it.
func (n *Noun) called() diagnostic.Noun {
	return diagnostic.Noun{Word: n.Word, Free: !n.billed()}
}

func describeChannel(change string) string {
	return "Channel that the object is published in, at most 128 characters. Defaults, at creation, to the provider's `channel`; " +
		"the object keeps its channel when the argument is removed. A change " + change + " No signature covers the channel of a message, so that an import takes what the node says, and a later read compares nothing."
}

// billed reports whether older versions cost something.
func (n *Noun) billed() bool { return n.Empty().versions().billed != nil }

// inChannel is the version in whose channel an object is: amends of what stays for good leave it where it was
// (NETWORK.md 7.5).
func (n *Noun) inChannel() string {
	if n.billed() {
		return "live version"
	}
	return "first message"
}

func (n *Noun) supersededAre() string {
	text := "Item hashes of older versions that are still alive, and billed"
	if n.Life.KeepsFirst {
		text += ", the first one aside"
	}
	return text
}

// identity is the attribute that names an object for good, as far as the network has such a name.
func (n *Noun) identity() string {
	if n.billed() && n.Life.KeepsFirst {
		return "id"
	}
	return "item_hash"
}

func (n *Noun) identitySchema() identityschema.Schema {
	names := "live version"
	if n.Life.KeepsFirst {
		names = "first " + string(n.Life.Type) + " message"
	}
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		n.identity(): identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Item hash of the " + names + ", or of any version that is alive when importing.",
		},
	}}
}
