// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// checksOnly are the requests of a create's plan: none of them decides what is planned.
func checksOnly(r *http.Request, _ *message.Message) bool {
	return r.Method == http.MethodGet && slices.ContainsFunc([]string{
		"/api/v0/messages.json", "/api/v0/aggregates/", "/api/v0/addresses/", "/api/v0/costs", "/api/v0/storage/by-",
	}, func(path string) bool { return strings.HasPrefix(r.URL.Path, path) })
}

// unchecked are the summaries of the warnings that something was not checked.
var unchecked = map[string][]string{
	volume.ResourceType: {"Unable to tell whether the same objects are alive already", "Unable to check whether what is planned can be paid"},
	program.ResourceType: {
		"Unable to tell whether compute nodes can use a file",
		"Unable to tell whether the same objects are alive already", "Unable to check whether what is planned can be paid",
	},
}

// moment is how long a plan waits for others before it tells what they may have to tell as well.
const moment = 200 * time.Millisecond

// slowly runs a test for the create of each resource, in front of a node that takes half a minute for each check.
func slowly(t *testing.T, settings config, test func(t *testing.T, b *bench, resource string, create config)) {
	t.Helper()
	t.Parallel()
	for resource, create := range map[string]config{volume.ResourceType: file("a"), program.ResourceType: function(1)} {
		t.Run(resource, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(time.Hour) // what still waits in the background comes to its end
				b := newBench(t, resource, provided(and(inHex, settings)), nil)
				b.node.Inject(core.Fault{Match: checksOnly, Times: -1, Do: core.Delay(30 * time.Second)})
				test(t, b, resource, create)
			})
		})
	}
}

// Everything that only warns is waited for at the same time, for two seconds, and each kind says that it was not checked.
func TestSlowChecks_plan(t *testing.T) {
	slowly(t, nil, func(t *testing.T, b *bench, resource string, create config) {
		started := time.Now()
		planned := b.Plan(b.ctx(), create)
		if took := time.Since(started); took != 2*time.Second+moment || planned.Action != acctest.ActionCreate {
			t.Errorf("%s after %s, want it after 2.2s", planned.Action, took)
		}
		var told []string
		for _, d := range planned.Diagnostics {
			told = append(told, d.Summary)
			if !strings.Contains(d.Detail, "The node did not answer within 2 seconds.") {
				t.Errorf("%s: %s", d.Summary, d.Detail)
			}
		}
		if !slices.Equal(told, unchecked[resource]) || len(planned.Errors()) > 0 {
			t.Errorf("got %q, want %q", told, unchecked[resource])
		}
	})
}

// A check that can stop a plan is waited for longer, and does not stop it where it is not possible.
func TestSlowChecks_strictBalance(t *testing.T) {
	slowly(t, config{"check_balance": "error"}, func(t *testing.T, b *bench, _ string, create config) {
		started := time.Now()
		planned := b.Plan(b.ctx(), create)
		if took := time.Since(started); took != 10*time.Second+moment || planned.Action != acctest.ActionCreate || len(planned.Errors()) > 0 {
			t.Errorf("%s after %s: %s", planned.Action, took, texts(planned.Diagnostics))
		}
	})
}

// Ctrl-C ends a plan at once, whatever it waits for.
func TestSlowChecks_interrupted(t *testing.T) {
	slowly(t, config{"check_balance": "error"}, func(t *testing.T, b *bench, _ string, create config) {
		time.AfterFunc(time.Second, func() {
			if err := b.Interrupt(b.ctx()); err != nil {
				t.Error(err)
			}
		})
		started := time.Now()
		b.Plan(b.ctx(), create)
		if took := time.Since(started); took != time.Second {
			t.Errorf("it took %s, want 1s", took)
		}
	})
}
