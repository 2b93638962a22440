// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package versioned is the life of a noun that is a chain of messages, each of which takes over from the one before: its
// resource, its two data sources and its list resource. A noun is a declaration; what it does not say is the same for all.
package versioned

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// Model is a resource of a noun as Terraform sees it: a pointer to a struct that embeds Common, and either Billed or Free.
// What only some nouns have, their models do by implementing Named, Freezable, Priced, Addressed or Completed.
type Model interface {
	withCommon
	withVersions
	// ToMessage is the content that says what the attributes say: every default present, no null.
	ToMessage() (message.Content, error)
	// FromMessage takes over what the content of the live version says, which is one that the noun's Content made. ID and the
	// item hash of the live version are set before. Where the network does not check a content, another tool may have
	// published anything: what is not understood becomes null or empty, for a plan to heal. With an error, lists
	// leave the object out with a warning, and other reads fail.
	FromMessage(live message.Content) error
	// Imported gives the attributes that only Terraform knows the values by which nothing on the network changes. It is
	// called before FromMessage.
	Imported()
}

type withCommon interface{ common() *Common }

type withVersions interface{ versions() versions }

// Named is a Model of which versions are found by further names, beside their item hashes.
type Named interface{ Names() []string }

// Freezable is a Model that says itself whether it takes amends. Freeze makes it say that it takes none.
type Freezable interface{ Freeze() }

// Priced is a Model that costs something. Item is what it is billed for; nil when what decides that is not known yet.
type Priced interface{ Item() money.Item }

// Addressed is a Model that has attributes which follow from the item hash of the live version and from the provider's
// settings.
type Addressed interface {
	SetAddress(settings object.Defaults) error
	// Addresses are these attributes, by name.
	Addresses() map[string]*types.String
}

// Completed is a Model that asks the network for what the message does not say. Before is the model as it was before the
// message was read.
type Completed interface {
	Complete(ctx context.Context, client *aleph.Client, before Model) error
}

// Common are the attributes of every noun.
type Common struct {
	ID       types.String   `tfsdk:"id"`
	Address  types.String   `tfsdk:"address"`
	Channel  types.String   `tfsdk:"channel"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (c *Common) common() *Common { return c }

// versions are the attributes that tell the versions of an object.
type versions struct {
	// live is the item hash of the live version.
	live *types.String
	// One of them is nil.
	billed *Billed
	free   *Free
}

// Billed are the attributes of a noun whose older versions cost something: they are forgotten once another took over.
type Billed struct {
	ItemHash       types.String `tfsdk:"item_hash"`
	KeepSuperseded types.Bool   `tfsdk:"keep_superseded"`
	Superseded     types.List   `tfsdk:"superseded"`
}

func (b *Billed) versions() versions { return versions{live: &b.ItemHash, billed: b} }

// Free are the attributes of a noun whose versions cost nothing, and all stay. The first one names the object for good.
type Free struct {
	ItemHash     types.String `tfsdk:"item_hash"`
	LiveItemHash types.String `tfsdk:"live_item_hash"`
	Created      types.String `tfsdk:"created"`
	LastUpdated  types.String `tfsdk:"last_updated"`
}

func (f *Free) versions() versions { return versions{live: &f.LiveItemHash, free: f} }

// Imported implements Model for a noun of which the network knows everything.
func (*Free) Imported() {}

// Noun is a kind of object of the network as Terraform knows it.
type Noun struct {
	// Type is the name in configurations, such as aleph_volume, and Word what messages call it, such as "volume". The plural
	// of both has an s: that of Type names the data source of all objects.
	Type, Word string
	// Life is what the versions of an object are, and how one takes over from another.
	Life object.Life
	// Empty makes a model without values, and Content a content to read a message into.
	Empty   func() Model
	Content func() message.Content
	// Description is what the docs of the resource say, and Attributes are its attributes, but for those that are described
	// alike: `address`, `channel` and `timeouts`; `superseded` with Billed; `id` and all of Free with that.
	Description string
	Attributes  func(ctx context.Context) attribute.Set
	// Mutable is the flag whose prior value says what a change of content does: amend when it was true, replace when it was
	// false; empty when every change amends.
	Mutable string
	Texts   Texts
	Reading Reading

	// What follows is for what only some nouns have; nil otherwise.

	// Validate judges a configuration as far as it is known, and by itself: every command validates, also one that destroys.
	Validate func(config map[string]tftypes.Value) diag.Diagnostics
	// Check judges what is about to be signed, now that it has what the provider's settings give as well.
	Check func(planned map[string]tftypes.Value) diag.Diagnostics
	// Absent reports whether what the object is made of, as the state says, is not on this machine. Each read notes it for
	// the plan that follows, and for the apply of that plan.
	Absent func(m Model) bool
	// Draft plans what the noun computes by itself, before it is decided what the plan does. Absent is what was noted.
	Draft func(ctx context.Context, client *aleph.Client, p *plan.Planning, absent bool) diag.Diagnostics
	// Derive plans what follows from what the plan does.
	Derive func(p *plan.Planning, does Change)
	// Warn tells of what a plan leads to, and the plan does not show, and of files that end in it while programs mount them.
	// It waits for nothing. The client is nil while it is not known.
	Warn func(client *aleph.Client, p *plan.Planning, does Change) (diag.Diagnostics, []object.Mount)
	// Ask is for checks of what is about to be published that ask a node, and do no more than warn.
	Ask func(ctx context.Context, client *aleph.Client, prior, planned map[string]tftypes.Value) diag.Diagnostics
	// Open opens the file that is published with the message, and takes into the model what it is; the file is nil when the
	// network has it already. Before is the model that is amended; nil for a create. The function closes the file.
	Open func(ctx context.Context, client *aleph.Client, m, before Model) (file *node.File, done func() error, err error)
	// Blame finds the attribute that an error of a create or an amend is about, among the values that were published; the
	// empty path when it is about none.
	Blame func(published map[string]tftypes.Value, err error) path.Path

	made declared
}

// Change is what a plan does. Of a plan that destroys, none is set. Again says that what it publishes is the message of the
// state, as it was signed. Forgets says that older versions go, with a new one or without.
type Change struct{ Creates, Publishes, Again, Replaces, Forgets bool }

// Texts are what only this noun can say to the user.
type Texts struct {
	// StillLive says in a sentence what is alive after an amend that failed, and Pending the same while its outcome is not
	// known; the same as StillLive when empty.
	StillLive, Pending string
	// Poor says what to do when there is not enough to pay for the old and the new version at once.
	Poor string
	// Incomplete is what is being read when Complete fails, as it follows "Unable to read", and Without what the state then
	// lacks.
	Incomplete, Without string
}

// Reading is what the data sources and the list resource of a noun have of their own.
type Reading struct {
	// Name is the attribute by which lists are filtered, and Filter its description there.
	Name, Filter string
	// Lookup finds an object by Name in the data source; nil when it is found by an item hash only.
	Lookup *Lookup
	// Descriptions are those of attributes that a data source describes in other words than the resource.
	Descriptions map[string]string
	// Summary are the attributes that the data source of all objects shows of each, with their descriptions where those are
	// not the resource's: `item_hash`, and what tells one object from another. Each has `channel`, `published_at` and
	// `status` besides, and `superseded` with Billed. From are the attributes of the resource that those come from which
	// have another name there, with dots between nested names.
	Summary map[string]string
	From    map[string]string
	// Query is what the docs of the list resource add.
	Query string
}

// Lookup is how a data source finds an object by the name that its owner gave it.
type Lookup struct {
	// Description is that of the attribute, and Validator what a name must be.
	Description string
	Validator   validator.String
}

// Resource makes the resource.
func (n *Noun) Resource() resource.Resource { return &theResource{Noun: n} }

// DataSources make the data source of one object, and that of all objects of an owner.
func (n *Noun) DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &oneObject{Noun: n} },
		func() datasource.DataSource { return &allObjects{Noun: n} },
	}
}

// ListResource makes the list resource.
func (n *Noun) ListResource() list.ListResource { return &listResource{Noun: n} }
