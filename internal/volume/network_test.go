// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// history follows the versions of a volume through a test: what the state says of them, and what the node does.
type history struct {
	t    *testing.T
	tool *object.Client
	// id and live are what the state said last; past are all versions, in the order in which they came to light.
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
		h.sees(h.id)
		h.sees(h.live)
		return nil
	})}
}

// sees adds a version, such as one that another tool published.
func (h *history) sees(hash string) {
	if !slices.Contains(h.past, hash) {
		h.past = append(h.past, hash)
	}
}

// alive checks how many versions are alive: the one in the state, and the first one.
func (h *history) alive(n int) statecheck.StateCheck {
	return checks{h.seen(), acctest.Check(func() error {
		count := 0
		for _, hash := range h.past {
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
	for _, hash := range h.past {
		status, err := h.tool.Node.Status(h.t.Context(), hash)
		if err != nil || status.Alive() {
			h.t.Errorf("%s is %q after the volume was destroyed: %v", hash, status, err)
		}
	}
}

// upload puts a text on the node, and returns its hash.
func upload(t *testing.T, tool *object.Client, engine message.ItemType, text string) string {
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
func store(t *testing.T, tool *object.Client, text, ref string, when message.Time) string {
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
func forget(t *testing.T, tool *object.Client, hashes ...string) {
	t.Helper()
	if _, err := tool.Publish(t.Context(), message.NewForget("test", hashes...), object.Options{}); err != nil {
		t.Fatal(err)
	}
}

// storesAlive are the STOREs that an owner has.
func storesAlive(env *acctest.Env, owner string) int {
	count := 0
	for _, m := range env.Alive(owner) {
		if m.Type == message.TypeStore {
			count++
		}
	}
	return count
}

// traffic counts the messages that a local node accepts, each once.
type traffic struct {
	mu     sync.Mutex
	seen   map[string]bool
	counts map[message.Type]int
	order  []string
	// last is the item hash of the newest STORE.
	last string
}

func watch(env *acctest.Env) *traffic {
	sent := &traffic{seen: map[string]bool{}, counts: map[message.Type]int{}}
	// A fault that never happens sees every message that is accepted.
	env.Inject(core.Fault{Do: core.StayPending(), Match: func(_ *http.Request, m *message.Message) bool {
		sent.add(m)
		return false
	}})
	return sent
}

func (s *traffic) add(m *message.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.seen[m.ItemHash] {
		s.seen[m.ItemHash] = true
		s.counts[m.Type]++
		s.order = append(s.order, string(m.Type))
		if m.Type == message.TypeStore {
			s.last = m.ItemHash
		}
	}
}

// expect checks how many messages there were since the beginning.
func (s *traffic) expect(stores, forgets int) statecheck.StateCheck {
	return acctest.Check(func() error { return s.check(stores, forgets) })
}

func (s *traffic) check(stores, forgets int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := s.counts[message.TypeStore]; got != stores {
		return fmt.Errorf("%d STOREs were published so far, want %d", got, stores)
	}
	if got := s.counts[message.TypeForget]; got != forgets {
		return fmt.Errorf("%d FORGETs were published so far, want %d", got, forgets)
	}
	return nil
}

// stores is how many STOREs there were since the beginning.
func (s *traffic) stores() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[message.TypeStore]
}

// expectOrder checks which messages there were since it was last asked, in their order.
func (s *traffic) expectOrder(want string) statecheck.StateCheck {
	return acctest.Check(func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		got := strings.Join(s.order, " ")
		s.order = nil
		if got != want {
			return fmt.Errorf("published were %s, want %s", got, want)
		}
		return nil
	})
}

// newest is the item hash of the STORE that was sent last, whatever became of it.
func (s *traffic) newest() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// TestIPFS_isOff: a node without IPFS refuses the upload, whichever way it says so, and the error names what would do.
func TestIPFS_isOff(t *testing.T) {
	for name, status := range map[string]int{"refused": http.StatusForbidden, "unknown": http.StatusNotFound} {
		t.Run(name, func(t *testing.T) {
			env := acctest.StartLocal(t, core.Config{})
			env.Local.Inject(core.Fault{Path: "/api/v0/ipfs/", Times: -1, Do: core.Status(status)})
			cli := acctest.NewCLI(t, one(env, `content = "x"`, `storage_engine = "ipfs"`))
			contains(t, cli.Fail("apply"), "The node has no IPFS (HTTP "+strconv.Itoa(status), "No volume was created", "Set `storage_engine` to `storage`", "`api_url`")
			cli.Configure(one(env, `content = "x"`))
			cli.Run("apply")
			contains(t, cli.Run("plan"), "No changes.")
		})
	}
}
