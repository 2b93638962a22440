// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// operation is something that happens to a thing.
type operation struct {
	name string
	fits func(*thing) bool
	do   func(*world, *thing) error
}

func exists(x *thing) bool    { return x.wanted }
func untouched(x *thing) bool { return x.wanted && !x.touched }
func always(*thing) bool      { return true }

// operations are what users do, and what happens behind their backs.
var operations = []operation{
	{"change", always, func(w *world, x *thing) error {
		x.wanted, x.n = true, w.another(x)
		return x.apply()
	}},
	{"apply", always, func(_ *world, x *thing) error { return x.apply() }},
	{"freeze or thaw", exists, func(_ *world, x *thing) error {
		x.frozen = !x.frozen
		return x.apply()
	}},
	{"keep or clean up", exists, func(_ *world, x *thing) error {
		x.keep = !x.keep
		return x.apply()
	}},
	{"destroy", exists, func(_ *world, x *thing) error {
		x.wanted = false
		return x.apply()
	}},
	{"amended by others", exists, amendedByOthers},
	{"forgotten by others", exists, forgottenByOthers},
	{"left without a chain", exists, leftWithoutChain},
	{"named by a stranger", exists, namedByStranger},
	{"starved", untouched, starved},
	{"poor", exists, poor},
	{"state lost", exists, stateLost},
	{"imported", exists, imported},
	{"stale state", untouched, staleState},
}

// amendedByOthers has another tool change what is live, without Terraform.
func amendedByOthers(w *world, x *thing) error {
	alive := w.alive(x)
	if len(alive) == 0 {
		return nil
	}
	last := alive[len(alive)-1]
	content, file, err := x.changed(&last, w.another(x))
	if err != nil {
		return err
	}
	_, err = w.other.Publish(x.t.Context(), content, object.Options{Channel: last.Channel, File: file})
	if _, refused := object.AsRejected(err); refused {
		return nil // it is frozen, or its first version is gone
	}
	x.touched = true
	return err
}

// changed is a version after this one.
func (x *thing) changed(m *message.Message, n int) (message.Content, *node.File, error) {
	if m.Type == message.TypeProgram {
		var function message.Program
		err := message.Decode(m, &function)
		function.Resources.VCPUs, function.Replaces = int64(n), m.ItemHash
		return &function, nil, err
	}
	var store message.Store
	err := message.Decode(m, &store)
	text := x.text(n)
	store.ItemHash = message.Hash([]byte(text))
	if store.Ref == "" {
		store.Ref = m.ItemHash
	}
	return &store, &node.File{Size: int64(len(text)), Name: "file", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}, err
}

// forgottenByOthers ends one of the versions, or all of them, without Terraform; but not one that alone leads from what
// the state knows to a newer one: what a forgotten message replaced is on no network any more, and nobody could follow.
func forgottenByOthers(w *world, x *thing) error {
	alive := w.alive(x)
	if len(alive) == 0 {
		return nil
	}
	doomed := alive[w.random.IntN(len(alive)):][:1]
	if w.random.IntN(4) == 0 {
		doomed = alive
	} else if x.leadsOn(doomed[0].ItemHash, alive) {
		return nil
	}
	return forget(w, x, doomed)
}

// leftWithoutChain has another tool amend more than once, and end in one FORGET all that leads from what the state has to the
// newest version: the FORGET is then what does.
func leftWithoutChain(w *world, x *thing) error {
	for range 2 + w.random.IntN(2) {
		if err := amendedByOthers(w, x); err != nil {
			return err
		}
	}
	alive := w.alive(x)
	if !slices.Contains(hashesOf(alive), x.Instance.Text("item_hash")) {
		return nil // it was forgotten before, and the FORGET would not name it
	}
	return forget(w, x, alive[:len(alive)-1])
}

// forget has another tool forget versions of a thing.
func forget(w *world, x *thing, doomed []message.Message) error {
	if len(doomed) == 0 {
		return nil
	}
	x.touched = true
	_, err := w.other.Publish(x.t.Context(), message.NewForget("by another tool", hashesOf(doomed)...), object.Options{})
	return err
}

func hashesOf(messages []message.Message) []string {
	hashes := make([]string, len(messages))
	for i := range messages {
		hashes[i] = messages[i].ItemHash
	}
	return hashes
}

// leadsOn reports whether a version that the state does not know is what another one replaces.
func (x *thing) leadsOn(hash string, alive []message.Message) bool {
	known := append(x.superseded(), x.Instance.Text("item_hash"), x.Instance.Text("replaces"))
	return !slices.Contains(known, hash) && slices.ContainsFunc(alive, func(m message.Message) bool {
		var function message.Program
		return m.Type == message.TypeProgram && message.Decode(&m, &function) == nil && function.Replaces == hash
	})
}

// namedByStranger changes nothing.
func namedByStranger(w *world, x *thing) error {
	alive := w.alive(x)
	if len(alive) == 0 {
		return nil
	}
	content, file, err := x.changed(&alive[len(alive)-1], w.another(x))
	if err != nil {
		return err
	}
	_, err = w.env.Stranger(w.t).Publish(x.t.Context(), content, object.Options{File: file})
	if _, refused := object.AsRejected(err); refused {
		return nil
	}
	return err
}

// starved is a live version that the network is about to remove, and then does, or does not after all.
func starved(w *world, x *thing) error {
	hash := x.Instance.Text("item_hash")
	if err := w.env.Local.SetRemoving(hash, core.CreditInsufficient); err != nil {
		return err
	}
	planned := x.Plan(x.t.Context(), x.config())
	if planned.Action != acctest.ActionNone || !strings.Contains(texts(planned.Diagnostics), "is about to be removed") {
		return fmt.Errorf("the plan of what is about to be removed: %s %s", planned.Action, texts(planned.Diagnostics))
	}
	if w.random.IntN(2) == 0 {
		return w.env.Local.Refill(hash)
	}
	x.touched = true
	return w.env.Local.SetRemoved(hash)
}

// poor is a change without money: it fails, says why, and loses nothing. What others did before is healed first: the
// change could be one that they made already.
func poor(w *world, x *thing) error {
	if err := x.apply(); err != nil {
		return err
	}
	owner := w.env.Account.Address()
	w.env.Local.SetFunds(owner, 0, 0)
	x.n = w.another(x)
	outcome := x.Apply(x.t.Context(), x.config())
	w.env.Local.SetFunds(owner, 1_000_000_000_000, 1_000_000)
	x.touched = true
	for _, d := range outcome.Errors() {
		if len(strings.Split(d.Detail, "\n\n")) != 3 || !strings.Contains(d.Detail, "credits") {
			return fmt.Errorf("an error that does not help: %s", texts(outcome.Errors()))
		}
	}
	if len(outcome.Errors()) == 0 {
		return errors.New("a change without money succeeded")
	}
	if x.Instance.Tainted {
		return errors.New("tainted by a lack of money")
	}
	if live := x.Instance.Text("item_hash"); live == "" && len(w.alive(x)) > 0 {
		return errors.New("lost from the state")
	}
	return x.apply()
}

// stateLost is an apply that was killed, or a state file that is gone. What is alive is found by the warning when it is
// as it was created; otherwise its user knows.
func stateLost(w *world, x *thing) error {
	alive, touched := w.alive(x), x.touched
	if !hangTogether(alive) {
		return nil
	}
	x.newState(w.env)
	if len(alive) == 0 {
		return x.apply()
	}
	live := alive[len(alive)-1]
	planned := x.Plan(x.t.Context(), x.config())
	told := strings.Contains(texts(planned.Diagnostics), fmt.Sprintf("  id = %q\n", live.ItemHash))
	isFirst := len(alive) == 1 && (live.Type == message.TypeProgram || !strings.Contains(live.ItemContent, `"ref":`))
	if !touched && isFirst && !told {
		return fmt.Errorf("the plan does not say that %s is alive: %s", live.ItemHash, texts(planned.Diagnostics))
	}
	return imported(w, x)
}

// hangTogether reports whether the living versions lead to each other. When others have forgotten one in the middle,
// only a state knows both sides.
func hangTogether(alive []message.Message) bool {
	roots := len(alive)
	for i := range alive {
		var function message.Program
		if alive[i].Type == message.TypeStore || message.Decode(&alive[i], &function) != nil {
			return true // the versions of a file all name the first
		}
		if slices.ContainsFunc(alive, func(m message.Message) bool { return m.ItemHash == function.Replaces }) {
			roots--
		}
	}
	return roots <= 1
}

// imported takes over what is alive into an empty state, by any of its versions.
func imported(w *world, x *thing) error {
	alive := w.alive(x)
	if !hangTogether(alive) {
		return nil
	}
	x.newState(w.env)
	if len(alive) > 0 {
		failures := x.Import(x.t.Context(), alive[w.random.IntN(len(alive))].ItemHash).Errors()
		if len(failures) > 0 {
			return fmt.Errorf("import: %s", texts(failures))
		}
	}
	return x.apply()
}

// staleState is a second user with a copy of the state, who applies it after the first one has gone on. What amends is
// found from there; what was replaced is not, since nothing on the network leads from a destroyed object to another.
func staleState(w *world, x *thing) error {
	alive := w.alive(x)
	if x.frozen || x.resource == volume.ResourceType && x.Instance.Text("id") != alive[0].ItemHash {
		return nil
	}
	copied := x.Instance
	for range 1 + w.random.IntN(3) {
		x.n = w.another(x)
		if err := x.apply(); err != nil {
			return err
		}
	}
	x.Instance = copied
	if w.random.IntN(2) == 0 {
		x.n = w.another(x)
	}
	return x.apply()
}
