// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package entry is the life of a noun that is an entry of one of an owner's aggregates, or a whole one: its resource, its
// two data sources and its list resource. A noun is a declaration; what it does not say is the same for all.
package entry

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/entry"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// Model is a resource of a noun as Terraform sees it: a pointer to a struct that embeds Common.
type Model interface {
	withCommon
	// Name is the attribute that names it among the owner's.
	Name() *types.String
	// Keys are the top-level keys of the document that it is, in the state or among those that are there now.
	Keys(now map[string]any) []string
	// ToEntries are the values of its keys that say what the attributes say, with what others wrote into them. A value that has
	// a date says that it was changed at this time.
	ToEntries(now map[string]any, at time.Time) (map[string]any, error)
	// FromEntries takes over what a document says of it.
	FromEntries(d *Document) error
	// Complete gives attributes that only Terraform knows, and that an import or the state of an older release leaves null, the
	// values by which nothing on the network changes. It is called before FromEntries.
	Complete()
	// Forgets reports whether destroying it forgets all messages of its document.
	Forgets() bool
}

type withCommon interface{ common() *Common }

// Document is what an owner keeps under a key.
type Document = entry.Document

// Common are the attributes of every noun.
type Common struct {
	ID       types.String   `tfsdk:"id"`
	Address  types.String   `tfsdk:"address"`
	Channel  types.String   `tfsdk:"channel"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (c *Common) common() *Common { return c }

// Complete implements Model for a noun of which only Terraform knows nothing.
func (*Common) Complete() {}

// Forgets implements Model for a noun that never does.
func (*Common) Forgets() bool { return false }

// Noun is a kind of entry as Terraform knows it.
type Noun struct {
	// Type is the name in configurations, such as aleph_domain, and Word what messages call it, such as "domain".
	Type, Word string
	// Aggregate is the key of the aggregate that has the entries; empty when each is an aggregate of its own.
	Aggregate string
	// Named is the attribute that names an entry, with its description and what a name must be.
	Named Named
	// Empty makes a model without values.
	Empty func() Model
	// Description is what the docs of the resource say, and Attributes are its attributes, but for those that every noun
	// has alike.
	Description string
	Attributes  func() attribute.Set
	// Believed says that data sources and lists take the node's word: what they read may be another owner's, and have more
	// and larger messages than can be verified in a few requests. A resource is always verified.
	Believed bool
	// Validate judges a configuration as far as it is known; nil when attributes judge themselves.
	Validate func(config map[string]tftypes.Value) diag.Diagnostics
	// Draft plans what the noun computes by itself; nil when it computes nothing.
	Draft func(p *plan.Planning)

	made declared
}

// Named is the attribute that names an entry.
type Named struct {
	Attribute, Description string
	Validator              validator.String
	// IsID says that the name is the id; else that is the address and the name.
	IsID bool
}

// Resource makes the resource.
func (n *Noun) Resource() resource.Resource { return &theResource{Noun: n} }

// DataSources make the data source of one entry, and that of all entries of an owner.
func (n *Noun) DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &oneEntry{Noun: n} },
		func() datasource.DataSource { return &allEntries{Noun: n} },
	}
}

// ListResource makes the list resource.
func (n *Noun) ListResource() list.ListResource { return &listResource{Noun: n} }

// declared is what a noun's attributes come to, made once for a process.
type declared struct {
	once   sync.Once
	set    attribute.Set
	schema schema.Schema
}

func (n *Noun) declared(ctx context.Context) *declared {
	n.made.once.Do(func() {
		channel := attribute.Channel("Channel of the messages that write the " + n.Word + ", at most 128 characters. Defaults, at creation, to the provider's `channel`; it is kept when the " +
			"argument is removed. A change replaces. No signature covers the channel of a message, so that an import takes what the node says, and a later read compares nothing.")
		set := attribute.Set{
			"id": attribute.Derived(schema.StringAttribute{Computed: true, MarkdownDescription: n.describeID()}),
			n.Named.Attribute: attribute.Identity(schema.StringAttribute{
				Required: true, MarkdownDescription: n.Named.Description + " A change replaces the " + n.Word + ".",
				Validators: []validator.String{n.Named.Validator},
			}),
			"address":  attribute.Identity(attribute.Address()),
			"channel":  attribute.Identity(channel),
			"timeouts": attribute.Local(attribute.Timeouts(ctx)),
		}
		maps.Copy(set, n.Attributes())
		n.made.set, n.made.schema = set, schema.Schema{MarkdownDescription: n.Description, Attributes: set.Schema()}
	})
	return &n.made
}

func (n *Noun) describeID() string {
	if n.Named.IsID {
		return "The same as `" + n.Named.Attribute + "`. Known when Terraform plans."
	}
	return "`address` and `" + n.Named.Attribute + "`, with a slash between them."
}

// id is what Terraform calls an entry.
func (n *Noun) id(m Model) string {
	name := m.Name().ValueString()
	if n.Named.IsID {
		return name
	}
	return m.common().Address.ValueString() + "/" + name
}

// place is the document that has the entry of a model.
func (n *Noun) place(m Model) entry.Place {
	at := entry.Place{Owner: m.common().Address.ValueString(), Key: n.Aggregate}
	if n.Aggregate == "" {
		at.Key = m.Name().ValueString()
	}
	return at
}

// exists reports whether a document has anything of an entry. One that was deleted is null.
func exists(m Model, now map[string]any) bool {
	for _, key := range m.Keys(now) {
		if now[key] != nil {
			return true
		}
	}
	return false
}
