// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package post_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// publish makes another tool publish a POST that says when it was published, and returns its item hash.
func publish(t *testing.T, env *acctest.Env, post *message.Post, channel string, at message.Time) string {
	t.Helper()
	tool := env.OtherTool(t)
	post.Stamp(env.Account.Address(), at)
	m, err := message.New(env.Account.Address(), channel, post)
	if err == nil {
		err = env.Account.Sign(m)
	}
	if err == nil {
		_, err = tool.Node.Publish(t.Context(), m)
	}
	if err == nil {
		_, err = tool.Node.Wait(t.Context(), m.ItemHash)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.ItemHash
}

func terraform(t *testing.T, env *acctest.Env) *acctest.Core {
	t.Helper()
	settings := map[string]any{"api_url": env.URL, "private_key": env.PrivateKey}
	made, err := acctest.NewCore(t.Context(), "aleph_post", settings, acctest.Factories(t)["aleph"])
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// imported is a state into which a post was imported.
func imported(t *testing.T, env *acctest.Env, hash string) *acctest.Core {
	t.Helper()
	state := terraform(t, env)
	if told := state.Import(t.Context(), hash).Diagnostics; len(told) > 0 {
		t.Fatalf("%+v", told[0])
	}
	return state
}

// expect checks attributes in the state; an empty text stands for null.
func expect(t *testing.T, state *acctest.Core, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got := state.Instance.Text(name); got != text {
			t.Errorf("%s is %q, want %q", name, got, text)
		}
	}
}

// An amend of another tool changes the content, and nothing else of a post: not its type, its ref, or its channel. One that
// is dated before the post changes nothing.
func TestPost_amendedElsewhere(t *testing.T) {
	const at, later, earlier = "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", 1767323044
	for _, test := range []struct {
		name          string
		time          message.Time
		content, told string
		takesOver     bool
	}{
		{"amend that is newer", earlier + 2, `"two"`, later, true},
		{"amend that is older", earlier, `"one"`, at, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			first := publish(t, env, &message.Post{Type: "note", Ref: "topic", Content: "one"}, "FIRST", earlier+1)
			amend := publish(t, env, &message.Post{Type: message.PostAmend, Ref: first, Content: "two"}, "OTHER", test.time)
			live := map[bool]string{true: amend, false: first}[test.takesOver]
			for _, hash := range []string{first, amend} {
				expect(t, imported(t, env, hash), map[string]string{
					"id": first, "item_hash": first, "live_item_hash": live, "type": "note", "ref": "topic", "channel": "FIRST",
					"content": test.content, "created": at, "last_updated": test.told,
				})
			}
		})
	}
}

// What other tools post may be anything: it is read as it is, and the same configuration leaves nothing to do.
func TestPost_ofOtherTools(t *testing.T) {
	quoted := fmt.Sprintf(`{"chain":"ETH","item_content":"{}","item_hash":"%064d","item_type":"inline","sender":"0x","signature":"0x","time":1,"type":"POST"}`, 0)
	for _, test := range []struct {
		name         string
		post         message.Post
		ref, content string
	}{
		{"no content", message.Post{Type: "note"}, "", "null"},
		{"a list", message.Post{Type: "note", Content: []any{nil, true, "<&>"}}, "", `[null,true,"\u003c\u0026\u003e"]`},
		{"a quoted message", message.Post{Type: "note", Ref: json.RawMessage(quoted), Content: 1}, quoted, "1"},
		{"a ref that names a post", message.Post{Type: "note", Ref: strings.Repeat("0", 64), Content: 1}, strings.Repeat("0", 64), "1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.StartTuned(t, core.Config{Record: acctest.Unrecorded})
			state := imported(t, env, publish(t, env, &test.post, "", 1767323044))
			expect(t, state, map[string]string{"type": "note", "ref": test.ref, "content": test.content, "channel": ""})
			config := map[string]any{"type": "note", "content": test.content}
			if test.ref != "" {
				config["ref"] = test.ref
			}
			if plan := state.Plan(t.Context(), config); plan.Action != acctest.ActionNone || len(plan.Diagnostics) > 0 {
				t.Errorf("the plan is to %s, and says %+v", plan.Action, plan.Diagnostics)
			}
		})
	}
}

// Two posts of one topic are two posts, whatever becomes of one of them.
func TestPost_sharesTopic(t *testing.T) {
	env := acctest.Start(t)
	one := publish(t, env, &message.Post{Type: "note", Ref: "topic", Content: "one"}, "", 1767323044)
	publish(t, env, &message.Post{Type: "note", Ref: "topic", Content: "two"}, "", 1767323045)
	state := imported(t, env, one)
	expect(t, state, map[string]string{"item_hash": one, "live_item_hash": one, "content": `"one"`})
	if failed := state.Destroy(t.Context()).Errors(); len(failed) > 0 {
		t.Fatalf("%+v", failed[0])
	}
	if alive := env.Messages(message.TypePost); len(alive) != 1 {
		t.Errorf("%d posts are alive, want the other one", len(alive))
	}
}

// A type that means something to the network is refused when it is planned.
func TestPost_typeWithMeaning(t *testing.T) {
	env := acctest.Start(t)
	for kind, says := range map[string]string{
		"amend": "changes another post", "ALEPH-SSH": "has a meaning of its own", "balances-update": "has a meaning of its own", "": "",
	} {
		failed := terraform(t, env).Validate(t.Context(), map[string]any{"type": kind, "content": "1"}).Errors()
		if len(failed) != 1 || !strings.Contains(failed[0].Detail, says) {
			t.Errorf("%q: %+v", kind, failed)
		}
	}
}
