// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package stored_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/stored"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// runtime is a mount of a STORE that every node has.
var runtime = stored.Mount{Ref: "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696", UseLatest: true}

// atNode runs a test in front of a node in memory, where time passes at once.
func atNode(t *testing.T, test func(t *testing.T, files *stored.Files, local *core.Node)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		local, err := core.New(core.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer local.Close()
		api, err := node.New(node.Config{URL: "http://node", Transport: local})
		if err != nil {
			t.Fatal(err)
		}
		test(t, &stored.Files{Node: api}, local)
		<-time.After(time.Hour) // what goes on in the background comes to its end
	})
}

// A node is asked once for a file and how it begins; a file that it does not have is none, and no error.
func TestFactsSoon(t *testing.T) {
	atNode(t, func(t *testing.T, files *stored.Files, local *core.Node) {
		asked := local.Inject(core.Fault{Method: http.MethodGet, Path: "/api/v0/storage/", Times: -1, Do: core.Delay(0)})
		for range 3 {
			facts, err := files.FactsSoon(t.Context(), runtime)
			if err != nil || facts.Size == nil || facts.Encoding == "" {
				t.Errorf("got %v, %v", facts, err)
			}
		}
		if asked.Hits() != 2 {
			t.Errorf("the node was asked %d times", asked.Hits())
		}
		if facts, err := files.FactsSoon(t.Context(), stored.Mount{Ref: "00" + runtime.Ref[2:]}); err != nil || facts != (stored.Facts{}) {
			t.Errorf("got %v, %v of a file that is not there", facts, err)
		}
	})
}

// What a run notes is what a mount gives, whatever the node has.
func TestFactsSoon_noted(t *testing.T) {
	atNode(t, func(t *testing.T, files *stored.Files, _ *core.Node) {
		noted := stored.Facts{Encoding: "zip"}
		files.Note(runtime, noted)
		if facts, err := files.FactsSoon(t.Context(), runtime); err != nil || facts != noted {
			t.Errorf("got %v, %v", facts, err)
		}
	})
}

// Facts that only a warning hangs on are waited for two seconds by all plans together, and one of them says so.
func TestFactsSoon_slowNode(t *testing.T) {
	for _, path := range []string{"/api/v0/storage/by-ref", "/api/v0/storage/raw"} {
		t.Run(path, func(t *testing.T) {
			atNode(t, func(t *testing.T, files *stored.Files, local *core.Node) {
				local.Inject(core.Fault{Method: http.MethodGet, Path: path, Times: -1, Do: core.Delay(30 * time.Second)})
				started, failures := time.Now(), make(chan error, 20)
				for range cap(failures) {
					go func() {
						_, err := files.FactsSoon(t.Context(), runtime)
						failures <- err
					}()
				}
				told := 0
				for range cap(failures) {
					if err := <-failures; err != nil {
						told++
						if _, ok := errors.AsType[*shared.UnansweredError](err); !ok {
							t.Errorf("got %v", err)
						}
					}
				}
				if took := time.Since(started); told != 1 || took != shared.WarningLimit {
					t.Errorf("%d plans say so, after %s", told, took)
				}
				<-time.After(30 * time.Second)
				if facts, err := files.FactsSoon(t.Context(), runtime); facts.Size == nil || err != nil {
					t.Errorf("got %v, %v when it is there", facts, err)
				}
			})
		})
	}
}
