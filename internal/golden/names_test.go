// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"cmp"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// names puts a name in the place of what no two runs have in common: item hashes, which depend on times, and the times
// themselves. A message is named by its resource and counted: <program minimal 2> is the second PROGRAM of aleph_program.minimal.
type names struct {
	// resources are the names of resources by the item hashes of their messages.
	resources map[string]string
	// replacements are pairs of what is replaced, and its name.
	replacements []string
	counts       map[string]int
}

func newNames() *names {
	return &names{resources: map[string]string{}, counts: map[string]int{}}
}

// learn names the messages that led to a state, and writes them down: by the name of their resource, since Terraform
// works on several at a time, and in the order of those of one name, which depend on each other.
func (n *names) learn(t *testing.T, messages []message.Message, after map[string]instance) string {
	t.Helper()
	for address, instance := range after {
		_, resource, _ := strings.Cut(address, ".")
		hash, _ := instance.Values["item_hash"].(string)
		n.resources[hash] = resource
	}
	for _, m := range messages {
		if m.Type == message.TypeForget {
			var forget message.Forget
			if err := message.Decode(&m, &forget); err != nil {
				t.Fatal(err)
			}
			n.resources[m.ItemHash] = n.resources[forget.Hashes[0]]
		}
		if n.resources[m.ItemHash] == "" {
			t.Errorf("%s %s belongs to no resource", m.Type, m.ItemHash)
		}
	}
	slices.SortStableFunc(messages, func(a, b message.Message) int { return cmp.Compare(n.resources[a.ItemHash], n.resources[b.ItemHash]) })
	var text strings.Builder
	for _, m := range messages {
		name := n.name(t, m)
		fmt.Fprintf(&text, "%s: %s by %s on %s, item_type %s, channel %q\n%s\n\n", name, m.Type, m.Sender, m.Chain, m.ItemType, m.Channel, m.ItemContent)
	}
	return text.String()
}

func (n *names) name(t *testing.T, m message.Message) string {
	t.Helper()
	kind := strings.ToLower(string(m.Type)) + " " + n.resources[m.ItemHash]
	n.counts[kind]++
	name := fmt.Sprintf("%s %d", kind, n.counts[kind])
	digest, err := hex.DecodeString(m.ItemHash)
	if err != nil {
		t.Fatal(err)
	}
	host := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(digest))
	n.replacements = append(n.replacements, m.ItemHash, "<"+name+">", host, "<host of "+name+">")
	return "<" + name + ">"
}

var times = regexp.MustCompile(`"time":[0-9.]+`)

// in is a text with names.
func (n *names) in(text string) string {
	return times.ReplaceAllString(strings.NewReplacer(n.replacements...).Replace(text), `"time":<time>`)
}
