// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// Ability is what not every node can do, and a local one can.
type Ability struct {
	// name follows "the node has no".
	name string
	// A node can when it answers this request with anything but these statuses; none can without a request.
	method, path string
	cannot       []int
}

var missing = []int{http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest}

// What a test may need. heph has none of these. A new node of no network lacks the STOREs and the prices.
var (
	NetworkStores = Ability{"STORE of the runtime that programs run on by default", http.MethodGet, "/api/v0/messages/" + node.DefaultRuntime + "/status", missing}
	Prices        = Ability{"prices to tell", http.MethodGet, "/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json?keys=pricing", missing}
	Limits        = Ability{"limits to tell", http.MethodGet, limits, missing}
	IPFS          = Ability{"IPFS", http.MethodPost, "/api/v0/ipfs/add_file", []int{http.StatusForbidden, http.StatusNotFound}}
	// Patience is with a message that names what the node does not have yet. heph, which is known by its lack of limits,
	// rejects it at once.
	Patience = Ability{"patience with what is not there yet", http.MethodGet, limits, missing}
	// Tokens are ALEPH, which a test cannot give its accounts but on a local node.
	Tokens = Ability{name: "tokens for accounts of a test"}
)

const limits = "/api/v0/storage/limits.json"

// Needs skips a test on a node that lacks something.
func Needs(t *testing.T, abilities ...Ability) {
	t.Helper()
	for _, ability := range abilities {
		if !Has(t, ability) {
			t.Skipf("the node has no %s", ability.name)
		}
	}
}

// Has is whether the node that the test runs against can do something.
func Has(t *testing.T, ability Ability) bool {
	t.Helper()
	has, err := ability.isHad()
	if err != nil {
		t.Fatal(err)
	}
	return has
}

var had struct {
	sync.Mutex
	by map[string]bool
}

// isHad asks the node that the tests run against, once for each ability.
func (a Ability) isHad() (bool, error) {
	if nodeURL == "" || a.method == "" {
		return nodeURL == "", nil
	}
	had.Lock()
	defer had.Unlock()
	if has, known := had.by[a.name]; known {
		return has, nil
	}
	request, err := http.NewRequest(a.method, strings.TrimSuffix(nodeURL, "/")+a.path, http.NoBody) //nolint:noctx // it is asked once, for all tests
	if err != nil {
		return false, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err
	}
	if had.by == nil {
		had.by = map[string]bool{}
	}
	had.by[a.name] = !slices.Contains(a.cannot, answer.StatusCode)
	return had.by[a.name], answer.Body.Close()
}
