// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/publish"
	"github.com/aleph-im/terraform-provider-aleph/internal/localnode"
)

// at is the volume that most tests are about.
const at = "aleph_volume.test"

// one is a configuration of one volume, with these arguments.
func one(env *acctest.Env, arguments ...string) string {
	return env.Provider() + block("test", arguments...)
}

func block(name string, arguments ...string) string {
	return fmt.Sprintf("resource \"aleph_volume\" %q {\n  %s\n}\n", name, strings.Join(arguments, "\n  "))
}

// does is what the plan does to the volume.
func does(action string) acctest.Actions {
	return acctest.Actions{at: map[string]acctest.Actions{
		"create": {at: acctest.Create}, "update": {at: acctest.Update}, "replace": {at: acctest.Replace}, "nothing": {at: acctest.NoOp},
	}[action][at]}
}

// shows checks a text attribute of the volume.
func shows(attribute, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New(attribute), knownvalue.StringExact(want))
}

// hasSize checks the size of the volume.
func hasSize(want int64) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New("size"), knownvalue.Int64Exact(want))
}

// supersedes checks how many older versions are kept.
func supersedes(n int) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(at, tfjsonpath.New("superseded"), knownvalue.ListSizeExact(n))
}

// refersTo checks that a mount must name what another attribute says.
func refersTo(attribute string) statecheck.StateCheck {
	return statecheck.CompareValuePairs(at, tfjsonpath.New("ref"), at, tfjsonpath.New(attribute), compareSame)
}

// history follows the versions of a volume through a test: what the state says of them, and what the node does.
type history struct {
	t    *testing.T
	tool *publish.Client
	// id and live are what the state said last; past are all item hashes that it ever said.
	id, live string
	past     []string
}

func follow(t *testing.T, env *acctest.Env) *history {
	t.Helper()
	return &history{t: t, tool: env.OtherTool(t)}
}

// seen takes over what the state says.
func (h *history) seen() statecheck.StateCheck {
	return checks{acctest.Remember(at, "id", &h.id), acctest.Remember(at, "item_hash", &h.live), acctest.Check(func() error {
		h.past = append(h.past, h.id, h.live)
		return nil
	})}
}

// alive checks how many versions are alive: the one in the state, and the first one.
func (h *history) alive(n int) statecheck.StateCheck {
	return checks{h.seen(), acctest.Check(func() error {
		count := 0
		for hash := range set(h.past) {
			status, err := h.tool.Node.Status(context.WithoutCancel(h.t.Context()), hash)
			if err != nil {
				return err
			}
			if status.Alive() {
				count++
			} else if hash == h.live || hash == h.id {
				return fmt.Errorf("%s is in the state, and is %s", hash, status)
			}
		}
		if count != n {
			return fmt.Errorf("%d versions are alive, want %d", count, n)
		}
		return nil
	})}
}

// ended checks, after a test, that nothing that the state ever named is alive.
func (h *history) ended() {
	h.t.Helper()
	for hash := range set(h.past) {
		status, err := h.tool.Node.Status(h.t.Context(), hash)
		if err != nil || status.Alive() {
			h.t.Errorf("%s is %q after the volume was destroyed: %v", hash, status, err)
		}
	}
}

func set(texts []string) map[string]bool {
	members := make(map[string]bool, len(texts))
	for _, text := range texts {
		members[text] = true
	}
	return members
}

// checks are several checks as one.
type checks []statecheck.StateCheck

// CheckState implements statecheck.StateCheck.
func (c checks) CheckState(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, check := range c {
		if check.CheckState(ctx, req, resp); resp.Error != nil {
			return
		}
	}
}

// upload puts a text on the node, and returns its hash.
func upload(t *testing.T, tool *publish.Client, engine message.ItemType, text string) string {
	t.Helper()
	file := node.File{Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	hash, err := tool.Node.Upload(t.Context(), file, engine)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// store publishes a text as another tool does, and returns the item hash of the STORE. A ref makes it an amend, and a
// time in the past one that came too late.
func store(t *testing.T, tool *publish.Client, text, ref string, when message.Time) string {
	t.Helper()
	content := &message.Store{ItemType: message.ItemTypeStorage, ItemHash: upload(t, tool, message.ItemTypeStorage, text), Ref: ref}
	content.Payment = &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}
	content.Stamp(tool.Account.Address(), when)
	m, err := message.New(tool.Account.Address(), "", content)
	if err == nil {
		err = tool.Account.Sign(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	record, err := tool.Node.Publish(t.Context(), m)
	if err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("STORE %s of another tool is %q: %v %v", m.ItemHash, record.Status, err, record.Rejection)
	}
	return m.ItemHash
}

// forget forgets messages behind Terraform's back.
func forget(t *testing.T, tool *publish.Client, hashes ...string) {
	t.Helper()
	if _, err := tool.Publish(t.Context(), message.NewForget("test", hashes...), publish.Options{}); err != nil {
		t.Fatal(err)
	}
}

// write makes a file in a folder of the test's own, and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// storesAlive are the STOREs on the local node of an account.
func storesAlive(node *localnode.Node, owner string) int {
	count := 0
	for _, m := range node.Alive(owner) {
		if m.Type == message.TypeStore {
			count++
		}
	}
	return count
}
