// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package versioned

import (
	"cmp"
	"context"
	"errors"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/attribute"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// content makes the content of a model, with its file, and hands it on with the way that it is published. Before is the
// model that it amends; nil when it creates. Without a key no file is even opened.
func (r *theResource) content(ctx context.Context, m, before Model, use func(message.Content, object.Options) error) (err error) {
	if err := r.client.RequireAccount(); err != nil {
		return err
	}
	o := options(m.common())
	if r.Open != nil {
		var done func() error
		if o.File, done, err = r.Open(ctx, r.client, m, before); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	content, err := m.ToMessage()
	if err != nil {
		return err
	}
	if referring, ok := content.(interface{ Refs() []string }); ok {
		o.Needs = referring.Refs()
	}
	return use(content, o)
}

// blame finds the attribute of a model that an error is about.
func (r *theResource) blame(ctx context.Context, m Model) func(error) path.Path {
	return func(err error) path.Path {
		if r.Blame == nil {
			return path.Empty()
		}
		values, _ := plan.ValuesOf(ctx, r.declared(ctx).schema, m) // what cannot be told has no path
		return r.Blame(values, err)
	}
}

func options(c *Common) object.Options {
	return object.Options{Owner: c.Address.ValueString(), Channel: c.Channel.ValueString()}
}

// tracked is what the state remembers, in order to find the object again.
func (n *Noun) tracked(m Model, note pending) object.Tracked {
	c, v := m.common(), m.versions()
	t := object.Tracked{
		Life: n.Life, Owner: c.Address.ValueString(), Channel: c.Channel.ValueString(), ItemHash: v.live.ValueString(),
		Others: []string{c.ID.ValueString()}, Unconfirmed: note.Message,
	}
	if n.Life.KeepsFirst {
		t.First = c.ID.ValueString()
	}
	if !c.Address.IsNull() { // of an import, nothing is known yet
		t.Said = m.ToMessage
	}
	if v.billed != nil {
		t.Others = append(t.Others, attribute.StringsOf(v.billed.Superseded)...)
	}
	if named, ok := m.(Named); ok {
		t.Others = append(t.Others, named.Names()...)
	}
	return t
}

// nameOf is the id of an object that was found: its first version, where that names it for good; else the live one. An
// object whose first version is gone, or whose versions have a name of their owner's instead, keeps its id; an import gives
// it one that is alive.
func (n *Noun) nameOf(found *object.Object, id string, imported bool) string {
	first, frozen := found.First(), n.isFrozen(found)
	switch {
	case !n.Life.KeepsFirst, imported && frozen:
		return found.Versions.Live().ItemHash
	case first != "" && !frozen:
		return first
	case imported:
		return found.Versions[0].ItemHash
	}
	return id
}

// imported gives a model the values by which an object that was found is left as it is.
func (n *Noun) imported(m Model, found *object.Object) {
	m.Imported()
	if freezable, ok := m.(Freezable); ok && n.isFrozen(found) {
		freezable.Freeze()
	}
}

// isFrozen reports whether the network accepts no amend of an object any more: its first version is gone.
func (n *Noun) isFrozen(found *object.Object) bool {
	first := found.First()
	return n.Life.KeepsFirst && first != "" && !found.Versions.Has(first)
}

// staying are the versions that stay as long as the object lives, and count as none of the older ones.
func (n *Noun) staying(id string) []string {
	if n.Life.KeepsFirst {
		return []string{id}
	}
	return nil
}

// take makes the live one of the versions that were found the one of the model, with older ones that are still alive.
func (r *theResource) take(ctx context.Context, m Model, id string, found object.Versions, superseded []string) diag.Diagnostics {
	before, live := copyOf(m), found.Live()
	if err := r.fromMessage(m, id, found, superseded, r.client.Defaults); err != nil {
		return diag.Diagnostics{diagnostic.Failure{Action: "read " + r.Word + " " + live.ItemHash, State: r.called().AliveAsItIs(), Err: err}.Error()}
	}
	completed, ok := m.(Completed)
	if !ok {
		return nil
	}
	// A warning, since an error would taint what was just created. The next read asks again.
	if err := completed.Complete(ctx, r.client, before); err != nil && ctx.Err() == nil {
		return diag.Diagnostics{diagnostic.Failure{
			Action: "read " + r.Texts.Incomplete + " of the " + r.Word,
			State:  "The state leaves " + r.Texts.Without + " of " + live.ItemHash + " out until they can be read.", Err: err,
		}.Warning()}
	}
	return nil
}

// fromMessage takes over what the live version says. The channel stays as it is, unless the state knows none: nobody signs
// that of a message, so that what a node says of it must not lead to an amend.
func (n *Noun) fromMessage(m Model, id string, found object.Versions, superseded []string, settings object.Defaults) error {
	c, v, live := m.common(), m.versions(), found.Live()
	first := live
	if n.Life.KeepsOlder {
		first = cmp.Or(found.Of(id), live)
	}
	if c.Channel.IsNull() {
		c.Channel = attribute.Text(first.Channel)
	}
	content := n.Content()
	if err := message.Decode(live, content); err != nil {
		return err
	}
	c.ID, *v.live, c.Address = types.StringValue(id), types.StringValue(live.ItemHash), types.StringValue(content.Owner())
	if v.free != nil {
		v.free.take(id, first, live)
		if err := inherit(content, first, n.Content); err != nil {
			return err
		}
	}
	if b := v.billed; b != nil {
		b.Superseded = attribute.Strings(superseded)
		if b.KeepSuperseded.IsNull() { // an import forgets nothing
			b.KeepSuperseded = types.BoolValue(len(superseded) > 0)
		}
	}
	if err := m.FromMessage(content); err != nil {
		return err
	}
	if addressed, ok := m.(Addressed); ok {
		return addressed.SetAddress(settings)
	}
	return nil
}

// copyOf is a model with the same values.
func copyOf(m Model) Model {
	same := reflect.New(reflect.TypeOf(m).Elem())
	same.Elem().Set(reflect.ValueOf(m).Elem())
	copied, _ := same.Interface().(Model) // it is of the type of m
	return copied
}

// read is the model of an object of which nothing was known before.
func (n *Noun) read(ctx context.Context, client *aleph.Client, found *object.Object) (Model, error) {
	m := n.Empty()
	m.common().Timeouts = attribute.NoTimeouts(ctx)
	n.imported(m, found)
	id := n.nameOf(found, "", true)
	return m, n.fromMessage(m, id, found.Versions, found.Versions.Superseded(n.staying(id)...), client.Defaults)
}

// take takes over what the versions of an object say beside their contents. After an amend, the first one was not read again.
func (f *Free) take(id string, first, live *message.Message) {
	f.ItemHash, f.LastUpdated = types.StringValue(id), attribute.Instant(live.Time)
	if first.ItemHash == id {
		f.Created = attribute.Instant(first.Time)
	}
}

// inherit gives the content of an amend what the network keeps of the first version.
func inherit(live message.Content, first *message.Message, empty func() message.Content) error {
	heir, ok := live.(interface{ Inherit(first message.Content) })
	if !ok {
		return nil
	}
	original := empty()
	if err := message.Decode(first, original); err != nil {
		return err
	}
	heir.Inherit(original)
	return nil
}
