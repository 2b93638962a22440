// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// However many objects are planned, a node that does not answer what is only checked delays them once, is asked once for
// each thing, and is warned of once for each kind.
func TestSlowNode_manyCreates(t *testing.T) {
	env := acctest.Start(t)
	const hours = 2 * time.Hour
	faults := map[string]*core.Injected{}
	for _, path := range []string{"/api/v0/messages.json", "/api/v0/aggregates/", "/api/v0/storage/by-ref/"} {
		faults[path] = env.Inject(core.Fault{Method: http.MethodGet, Path: path, Times: -1, Do: core.Delay(hours)})
	}
	terraform := acctest.NewCLI(t, env.Provider()+some(20))
	started := time.Now()
	output := terraform.Run("plan")
	if took := time.Since(started); took > time.Minute {
		t.Errorf("the plan took %s", took)
	}
	expectText(t, output, "20 to add")
	for _, summary := range []string{
		"Unable to tell whether the same objects are alive already", "Unable to check whether what is planned can be paid",
		"Unable to tell whether compute nodes can use a file",
	} {
		if n := strings.Count(output, "Warning: "+summary); n != 1 || strings.Contains(output, "more similar warning") {
			t.Errorf("%q was said %d times:\n%s", summary, n, output)
		}
	}
	for path, fault := range faults {
		if fault.Hits() != 1 {
			t.Errorf("%s was asked for %d times, want once", path, fault.Hits())
		}
	}
}
