// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package authority_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/authority"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

const (
	owner    = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
	delegate = "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c"
	stranger = "0x7F1EEA3a0877419b050c6EBa3915fb69eE487978"
)

type (
	object = map[string]any
	list   = []any
)

// element is an AGGREGATE of the owner's; who signed it is for the caller to have verified.
func element(sender string, at float64, key, authorizations string) *message.Message {
	return &message.Message{
		Type: message.TypeAggregate, Sender: sender,
		ItemContent: fmt.Sprintf(`{"address":%q,"time":%f,"key":%q,"content":{%s}}`, owner, at, key, authorizations),
	}
}

func says(t *testing.T, at float64, entries any) *message.Message {
	t.Helper()
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	return element(owner, at, message.SecurityKey, `"authorizations":`+string(text))
}

func historyOf(elements ...*message.Message) authority.History {
	var h authority.History
	for _, m := range elements {
		h.Add(owner, m)
	}
	return h
}

// program is a PROGRAM of the delegate's, at a time.
func program(at float64) authority.Act {
	return authority.Act{Sender: delegate, At: message.Time(at), Type: message.TypeProgram, Chain: message.ChainETH, Channel: "C"}
}

// What an entry says is read as the network reads it, and what is malformed authorises nobody.
func TestHistory_entries(t *testing.T) {
	t.Parallel()
	post := authority.Act{Sender: delegate, At: 5, Type: message.TypePost, Chain: message.ChainETH, Channel: "C", PostType: "note"}
	aggregate := authority.Act{Sender: delegate, At: 5, Type: message.TypeAggregate, Chain: message.ChainETH, Channel: "C", Key: "k"}
	good := object{"address": delegate}
	for name, c := range map[string]struct {
		authorizations any
		act            authority.Act
		want           bool
	}{
		"the address alone":              {list{good}, program(5), true},
		"of another case":                {list{object{"address": strings.ToLower(delegate)}}, program(5), true},
		"another address":                {list{object{"address": stranger}}, program(5), false},
		"the second entry":               {list{object{"address": delegate, "types": list{"POST"}}, good}, program(5), true},
		"empty filters":                  {list{object{"address": delegate, "types": list{}, "channels": list{}, "chain": ""}}, program(5), true},
		"a chain that is null":           {list{object{"address": delegate, "chain": nil}}, program(5), true},
		"unknown keys":                   {list{object{"address": delegate, "alias": "ci"}}, program(5), true},
		"its type":                       {list{object{"address": delegate, "types": list{"STORE", "PROGRAM"}}}, program(5), true},
		"another type":                   {list{object{"address": delegate, "types": list{"STORE"}}}, program(5), false},
		"its type in lower case":         {list{object{"address": delegate, "types": list{"program"}}}, program(5), false},
		"its channel":                    {list{object{"address": delegate, "channels": list{"C"}}}, program(5), true},
		"another channel":                {list{object{"address": delegate, "channels": list{"D"}}}, program(5), false},
		"its chain":                      {list{object{"address": delegate, "chain": "ETH"}}, program(5), true},
		"another chain":                  {list{object{"address": delegate, "chain": "SOL"}}, program(5), false},
		"POSTs alone are of a type":      {list{object{"address": delegate, "post_types": list{"other"}}}, program(5), true},
		"a POST of its type":             {list{object{"address": delegate, "post_types": list{"note"}}}, post, true},
		"a POST of another type":         {list{object{"address": delegate, "post_types": list{"other"}}}, post, false},
		"an aggregate of its key":        {list{object{"address": delegate, "aggregate_keys": list{"k"}}}, aggregate, true},
		"an aggregate of another key":    {list{object{"address": delegate, "aggregate_keys": list{"security"}}}, aggregate, false},
		"an empty list":                  {list{}, program(5), false},
		"null for the list":              {nil, program(5), false},
		"a text for the list":            {delegate, program(5), false},
		"an object for the list":         {good, program(5), false},
		"an entry that is a text":        {list{delegate}, program(5), false},
		"an entry that is null":          {list{nil}, program(5), false},
		"malformed entries before":       {list{nil, delegate, object{"types": list{}}, object{"address": nil}, good}, program(5), true},
		"types that are null":            {list{object{"address": delegate, "types": nil}}, program(5), false},
		"channels that are null":         {list{object{"address": delegate, "channels": nil}}, program(5), false},
		"types that are a text":          {list{object{"address": delegate, "types": "PROGRAM"}}, program(5), false},
		"a type that is a number":        {list{object{"address": delegate, "types": list{1}}}, program(5), false},
		"a chain that is a list":         {list{object{"address": delegate, "chain": list{"ETH"}}}, program(5), false},
		"the owner, who needs no entry":  {list{}, authority.Act{Sender: owner, At: 5, Type: message.TypeProgram}, false},
		"nobody, for an entry without":   {list{object{"types": list{}}}, authority.Act{At: 5, Type: message.TypeProgram}, false},
		"nobody, for an entry of nobody": {list{object{"address": ""}}, authority.Act{At: 5, Type: message.TypeProgram}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := historyOf(says(t, 1, c.authorizations)).Allows(c.act); got != c.want {
				t.Errorf("allowed: %t, want %t", got, c.want)
			}
		})
	}
}

// An authorisation counts from its time on, until the next element that says who is authorised.
func TestHistory_time(t *testing.T) {
	t.Parallel()
	granted, other := list{object{"address": delegate}}, list{object{"address": stranger}}
	twice := historyOf(says(t, 40, granted), says(t, 10, granted), says(t, 30, list{}), says(t, 20, other))
	for at, want := range map[float64]bool{9.9: false, 10: true, 19.9: true, 20: false, 30: false, 39: false, 40: true, 1e9: true} {
		if got := twice.Allows(program(at)); got != want {
			t.Errorf("at %v: %t, want %t", at, got, want)
		}
	}
	if historyOf().Allows(program(5)) {
		t.Error("nobody said anything, and it is allowed")
	}
	// Which of two elements of one time the network keeps depends on which arrived first.
	for _, both := range [][2]any{{granted, list{}}, {list{}, granted}} {
		if historyOf(says(t, 1, both[0]), says(t, 1, both[1])).Allows(program(5)) {
			t.Errorf("%v: allowed", both)
		}
	}
	if !historyOf(says(t, 1, granted), says(t, 1, append(other, granted...))).Allows(program(5)) {
		t.Error("both elements of one time allow it, and it is refused")
	}
}

// Only what the owner in person says under the right key counts.
func TestHistory_elementOfAnother(t *testing.T) {
	t.Parallel()
	granted := fmt.Sprintf(`"authorizations":[{"address":%q}]`, delegate)
	foreign := element(owner, 1, message.SecurityKey, granted)
	foreign.ItemContent = strings.Replace(foreign.ItemContent, owner, stranger, 1)
	post := element(owner, 1, message.SecurityKey, granted)
	post.Type = message.TypePost
	broken := element(owner, 1, message.SecurityKey, granted)
	broken.ItemContent = broken.ItemContent[1:]
	for name, m := range map[string]*message.Message{
		"signed by a delegate": element(delegate, 1, message.SecurityKey, granted),
		"under another key":    element(owner, 1, "domains", granted),
		"under another field":  element(owner, 1, message.SecurityKey, strings.Replace(granted, "authorizations", "others", 1)),
		"of another owner":     foreign,
		"no AGGREGATE":         post,
		"no JSON":              broken,
	} {
		if historyOf(m).Allows(program(5)) {
			t.Errorf("%s: allowed", name)
		}
	}
	if !historyOf(element(strings.ToLower(owner), 1, message.SecurityKey, granted)).Allows(program(5)) {
		t.Error("an owner whose address is in lower case in the signed text is not the owner")
	}
	// An element about something else leaves what was said before.
	if !historyOf(element(owner, 1, message.SecurityKey, granted), element(owner, 2, message.SecurityKey, `"note":1`)).Allows(program(5)) {
		t.Error("an element without authorisations revokes them")
	}
}
