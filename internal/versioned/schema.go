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
)

// declared is what a noun's attributes come to, made once for a process.
type declared struct {
	once   sync.Once
	set    attribute.Set
	schema schema.Schema
}

func (n *Noun[M, C]) declared(ctx context.Context) *declared {
	n.made.once.Do(func() {
		set := attribute.Set{
			"address":  attribute.Identity(attribute.Address()),
			"channel":  attribute.Content(attribute.Channel()),
			"timeouts": attribute.Local(attribute.Timeouts(ctx)),
		}
		if n.billed() {
			set["superseded"] = attribute.Derived(attribute.Superseded(n.supersededAre() + "."))
		} else {
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

// billed reports whether older versions cost something.
func (n *Noun[M, C]) billed() bool { return n.Empty().versions().billed != nil }

func (n *Noun[M, C]) supersededAre() string {
	text := "Item hashes of older versions that are still alive, and billed"
	if n.Life.KeepsFirst {
		text += ", the first one aside"
	}
	return text
}

// identity is the attribute that names an object for good, as far as the network has such a name.
func (n *Noun[M, C]) identity() string {
	if n.billed() && n.Life.KeepsFirst {
		return "id"
	}
	return "item_hash"
}

func (n *Noun[M, C]) identitySchema() identityschema.Schema {
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
