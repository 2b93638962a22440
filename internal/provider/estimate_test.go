// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// posts are the bodies of the requests that went to a node, by path.
type posts struct {
	mu     sync.Mutex
	bodies map[string][]string
}

// recordPosts lets everything of a test go to its node through a proxy that keeps the bodies.
func recordPosts(t *testing.T, env *acctest.Env) *posts {
	t.Helper()
	target, err := url.Parse(env.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := &posts{bodies: map[string][]string{}}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		p.bodies[r.URL.Path] = append(p.bodies[r.URL.Path], string(body))
		p.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	env.URL = server.URL
	return p
}

// forget starts to record anew.
func (p *posts) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.bodies)
}

var signature = regexp.MustCompile(`0x[0-9a-f]{130}`)

// signatures are the different ones in all bodies.
func (p *posts) signatures() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[string]bool{}
	for _, bodies := range p.bodies {
		for _, body := range bodies {
			for _, text := range signature.FindAllString(body, -1) {
				found[text] = true
			}
		}
	}
	return found
}

func (p *posts) at(path string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bodies[path]
}

// An amend that is refused for lack of money is the only signed message that leaves the machine: its price is asked
// without a signature, so that no node can process what was only to be priced.
func TestEstimate_unsigned(t *testing.T) {
	for kind, code := range map[message.Type]message.ErrorCode{
		message.TypeProgram: message.CodeCreditInsufficient,
		message.TypeStore:   message.CodeBalanceInsufficient,
	} {
		t.Run(string(kind), func(t *testing.T) {
			env := acctest.Start(t)
			sent := recordPosts(t, env)
			settings := env.ProviderWith("  check_balance = \"off\"\n")
			terraform := acctest.NewCLI(t, settings+both(1, "one"))
			terraform.Run("apply")

			sent.forget()
			env.Inject(core.Fault{Type: kind, Times: -1, Do: core.Reject(code)})
			changed := map[message.Type]string{message.TypeProgram: both(2, "one"), message.TypeStore: both(1, "two")}
			terraform.Configure(settings + changed[kind])
			expectText(t, terraform.Fail("apply"), "The new version alone costs")
			if n := len(sent.at("/api/v0/price/estimate")); n == 0 {
				t.Error("no price was asked for")
			}
			if got := sent.signatures(); len(got) != 1 {
				t.Errorf("%d signed messages left the machine, want 1: %v", len(got), got)
			}
		})
	}
}

// A node that estimates signed messages only, as heph does, tells no price: the sentence is left out.
func TestEstimate_refused(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{Heph: true})
	sent := recordPosts(t, env)
	settings := env.ProviderWith("  check_balance = \"off\"\n")
	terraform := acctest.NewCLI(t, settings+both(1, "one"))
	terraform.Run("apply")

	sent.forget()
	env.Inject(core.Fault{Type: message.TypeProgram, Times: -1, Do: core.Reject(message.CodeCreditInsufficient)})
	terraform.Configure(settings + both(2, "one"))
	output := terraform.Fail("apply")
	expectText(t, output, "error code 6", "-replace=ADDRESS")
	expectNoText(t, output, "alone costs")
	if got := sent.signatures(); len(got) != 1 {
		t.Errorf("%d signed messages left the machine, want 1: %v", len(got), got)
	}
}
