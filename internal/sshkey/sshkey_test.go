// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package sshkey_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/versioned/versionedtest"
)

const (
	channel = "ALEPH-CLOUDSOLUTIONS"
	ours    = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE6ufBwLv4PQfMTwbMoaqzoMXiEkMI8GVvL5nPSPkpVj ada@laptop"
	theirs  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMQvc0I2UZfJ5WVnHNZ9SA9jDPAzV7ZfZbPiUqpm3dJS eve@laptop"
)

type arguments = versionedtest.Arguments

// say changes what another tool's amend says of a key.
func say(name string, value any) func(*message.Post) {
	return func(p *message.Post) {
		content, _ := p.Content.(map[string]any)
		content[name] = value
	}
}

func TestSSHKey(t *testing.T) {
	versionedtest.Run(t, versionedtest.Noun[message.Post, *message.Post]{
		Type: "aleph_ssh_key", Word: "SSH key",
		Least:   arguments{"key": ours},
		Full:    arguments{"key": ours, "label": "laptop", "channel": channel},
		Another: arguments{"label": "desktop"},
		Live:    []string{"live_item_hash", "last_updated"}, Fixed: []string{"id", "item_hash", "created"}, Derived: []string{"fingerprint"},
		Changes: []versionedtest.Change{
			{Attribute: "key", To: arguments{"key": theirs}, Does: versionedtest.Replaces, With: []string{"fingerprint"}},
			{Attribute: "label", To: arguments{"label": "desktop"}},
			{Attribute: "label", To: arguments{"label": nil}},
			{Attribute: "channel", To: arguments{"channel": "OTHER"}, Does: versionedtest.Replaces},
		},
		Drifts: []versionedtest.Drift[message.Post]{
			{Attribute: "key", Make: say("key", theirs), Replaces: true},
			{Attribute: "key", Make: say("key", "no key"), Replaces: true},
			{Attribute: "label", Make: say("label", "theirs")},
			{Attribute: "label", Make: say("label", 1)},
		},
		Undriftable: []string{"fingerprint"},
	})
}

func terraform(t *testing.T, env *acctest.Env) *acctest.Core {
	t.Helper()
	settings := map[string]any{"api_url": env.URL, "private_key": env.PrivateKey}
	made, err := acctest.NewCore(t.Context(), "aleph_ssh_key", settings, acctest.Factories(t)["aleph"])
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func text(t *testing.T, value tftypes.Value) (text string) {
	t.Helper()
	if value.IsNull() {
		return ""
	}
	if err := value.As(&text); err != nil {
		t.Error(err)
	}
	return text
}

// A fingerprint is the one that `ssh-keygen -l` prints.
func TestSSHKey_fingerprint(t *testing.T) {
	state := terraform(t, acctest.Start(t))
	if failed := state.Apply(t.Context(), arguments{"key": ours}).Errors(); len(failed) > 0 {
		t.Fatalf("%+v", failed[0])
	}
	if got := state.Instance.Text("fingerprint"); got != "SHA256:TRPvgn3GQ9yjOp/WSh2euE8thaDF97NJLNP+5PmIuBk" {
		t.Error(got)
	}
}

// The console lists the keys of one channel only, the provider's default: another one is warned of.
func TestSSHKey_channelOfConsole(t *testing.T) {
	env := acctest.Start(t)
	for given, warnings := range map[string]int{"": 0, "OTHER": 1, channel: 0} {
		config := arguments{"key": ours}
		if given != "" {
			config["channel"] = given
		}
		told := terraform(t, env).Plan(t.Context(), config).Diagnostics
		if len(told) != warnings || warnings == 1 && told[0].Summary != "The console does not list this key" {
			t.Errorf("channel %q: %+v", given, told)
		}
	}
}

// What is no public key in one line is refused, and nothing of it repeated: it may be a private one.
func TestSSHKey_invalid(t *testing.T) {
	env := acctest.Start(t)
	for name, key := range map[string]string{
		"private key": "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n-----END OPENSSH PRIVATE KEY-----\n", "end of line": ours + "\n",
		"two keys": ours + "\n" + theirs, "options": `command="secret" ` + ours, "no base64": "ssh-ed25519 secret!", "nothing": "",
	} {
		failed := terraform(t, env).Validate(t.Context(), arguments{"key": key}).Errors()
		if len(failed) != 1 || !strings.Contains(failed[0].Detail, "the content of a .pub file") || strings.Contains(failed[0].Detail, "secret") {
			t.Errorf("%s: %+v", name, failed)
		}
	}
}

// The network checks nothing of a key: what other tools published is listed as it is, and no post of another type with it.
func TestSSHKey_nonsense(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	want := map[string]string{}
	publish := func(kind string, content any) string {
		sent, err := tool.Publish(t.Context(), &message.Post{Type: kind, Content: content}, object.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return sent.ItemHash
	}
	publish("note", map[string]any{"key": ours})
	for _, content := range []any{nil, "text", map[string]any{"key": 1, "label": []any{}}} {
		want[publish("ALEPH-SSH", content)] = ""
	}
	want[publish("ALEPH-SSH", map[string]any{"key": "no key"})] = "no key"
	list := acctest.List{
		Resource: "aleph_ssh_key", Settings: map[string]any{"api_url": env.URL}, Limit: 10, IncludeResource: true,
		Config: map[string]any{"address": env.Account.Address()},
	}
	got := map[string]string{}
	for _, result := range list.Ask(t) {
		got[result.Identity["item_hash"]] = text(t, result.Resource["key"])
		if !result.Resource["fingerprint"].IsNull() || !result.Resource["label"].IsNull() {
			t.Errorf("%s has a fingerprint or a label", result.DisplayName)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("listed: %q, want %q", got, want)
	}
}
