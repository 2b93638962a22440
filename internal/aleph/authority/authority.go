// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package authority says who may publish in the name of an owner: the owner, and whoever the owner had authorised in the
// aggregate `security` by the time of the message (NETWORK.md 9.1).
package authority

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// History is what an owner said, over time, of who may publish in the owner's name.
type History []element

// element is one AGGREGATE that says who is authorised from its time on.
type element struct {
	at      message.Time
	entries []entry
}

// entry authorises an address, for what passes each of its filters.
type entry struct {
	Address       string `json:"address"`
	Chain         string `json:"chain"`
	Channels      filter `json:"channels"`
	Types         filter `json:"types"`
	PostTypes     filter `json:"post_types"`
	AggregateKeys filter `json:"aggregate_keys"`
}

// filter lets its values pass; everything when it is empty.
type filter []string

// UnmarshalJSON refuses null: it authorises nobody on the network.
func (f *filter) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return errors.New("a filter must not be null")
	}
	return json.Unmarshal(text, (*[]string)(f))
}

func (f filter) passes(value string) bool { return len(f) == 0 || slices.Contains(f, value) }

// Add takes in a genuine message, unless it is no element of the history of the owner. Only the owner in person
// appoints others. The network lets a delegate appoint more of them, and that proves nothing here: whoever was a delegate
// for an hour would stay one for good.
func (h *History) Add(owner string, m *message.Message) {
	var said struct {
		Address string                     `json:"address"`
		Time    message.Time               `json:"time"`
		Key     any                        `json:"key"` // may be an object, which is another key
		Content map[string]json.RawMessage `json:"content"`
	}
	if m.Type != message.TypeAggregate || !message.SameAddress(m.Sender, owner) || json.Unmarshal([]byte(m.ItemContent), &said) != nil {
		return
	}
	if list, ok := said.Content["authorizations"]; ok && said.Address == owner && said.Key == message.SecurityKey {
		*h = append(*h, element{at: said.Time, entries: entriesOf(list)})
	}
}

// entriesOf reads a list of authorisations. One that is malformed authorises nobody, and spares the others; so does a list
// that is malformed.
func entriesOf(list json.RawMessage) []entry {
	var texts []json.RawMessage
	if json.Unmarshal(list, &texts) != nil {
		return nil
	}
	var entries []entry
	for _, text := range texts {
		var e entry
		if json.Unmarshal(text, &e) == nil && e.Address != "" {
			entries = append(entries, e)
		}
	}
	return entries
}

// Act is what somebody does in the name of an owner: to publish a message, or to end one.
type Act struct {
	// Sender is who signed, and At the content's time.
	Sender string
	At     message.Time
	// Type, Chain and Channel are those of the message that is published, or ended.
	Type           message.Type
	Chain, Channel string
	// PostType is the type of a POST, and Key the key of an AGGREGATE.
	PostType, Key string
}

// Allows reports whether the owner had authorised an act by its time. Of several elements of that time the network keeps
// the one that arrived first, which cannot be told any more: then each has to allow it.
func (h History) Allows(act Act) bool {
	var newest History
	for _, e := range h {
		switch {
		case e.at > act.At || len(newest) > 0 && e.at < newest[0].at:
		case len(newest) > 0 && e.at == newest[0].at:
			newest = append(newest, e)
		default:
			newest = History{e}
		}
	}
	refuses := func(e element) bool {
		return !slices.ContainsFunc(e.entries, func(a entry) bool { return a.allows(act) })
	}
	return len(newest) > 0 && !slices.ContainsFunc(newest, refuses)
}

// Lack is a part of an authorisation that is missing: a field of an entry, and the value that it does not let pass.
type Lack struct{ Field, Value string }

// Lacks are what the entry that comes closest does not let pass, of a list of authorisations as an owner's aggregate has it:
// the address when no entry is for the sender, and nothing when one allows the act.
func Lacks(authorizations json.RawMessage, act Act) []Lack {
	closest := []Lack{{"address", act.Sender}}
	found := false
	for _, e := range entriesOf(authorizations) {
		if !e.isFor(act.Sender) {
			continue
		}
		if lacks := e.lacks(act); !found || len(lacks) < len(closest) {
			closest, found = lacks, true
		}
	}
	return closest
}

// allows applies one entry.
func (a entry) allows(act Act) bool { return a.isFor(act.Sender) && len(a.lacks(act)) == 0 }

// isFor reports whether the entry is for an address. It counts whatever its case, that of a Solana key as well, as it does for
// the network: nobody can make two keys whose addresses differ in nothing else.
func (a entry) isFor(sender string) bool { return strings.EqualFold(a.Address, sender) }

// lacks are the filters that do not let an act pass.
func (a entry) lacks(act Act) []Lack {
	var lacks []Lack
	filter := func(field string, allowed filter, value string) {
		if !allowed.passes(value) {
			lacks = append(lacks, Lack{field, value})
		}
	}
	if a.Chain != "" {
		filter("chain", []string{a.Chain}, act.Chain)
	}
	filter("channels", a.Channels, act.Channel)
	filter("types", a.Types, string(act.Type))
	switch act.Type {
	case message.TypePost:
		filter("post_types", a.PostTypes, act.PostType)
	case message.TypeAggregate:
		filter("aggregate_keys", a.AggregateKeys, act.Key)
	}
	return lacks
}
