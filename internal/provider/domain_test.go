// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// Another domain changes the addresses of what exists in place, and sends nothing.
func TestDomain_changed(t *testing.T) {
	env := acctest.Start(t)
	config := func(domain string) string {
		settings := strings.Replace(env.Provider(), "provider \"aleph\" {\n", "provider \"aleph\" {\n  domain = \""+domain+"\"\n", 1)
		return settings + both(1, "one") + "output \"url\" {\n  value = " + program + ".url\n}\n"
	}
	terraform := acctest.NewCLI(t, config("first.example"))
	terraform.Run("apply")
	hash := terraform.State(program, "item_hash")
	terraform.Configure(config("second.example"))
	expectText(t, terraform.Run("plan"), "0 to add, 1 to change, 0 to destroy", "https://first.example/vm/"+hash+"\" -> \"https://second.example/vm/"+hash)
	since := len(env.Requests())
	expectText(t, terraform.Run("apply"), "0 added, 1 changed, 0 destroyed")
	if slices.ContainsFunc(env.Requests()[since:], func(r core.Request) bool { return r.Method == http.MethodPost }) {
		t.Errorf("something was sent: %v", env.Requests()[since:])
	}
	if now := terraform.State(program, "item_hash"); now != hash {
		t.Errorf("the program is %s now, and was %s", now, hash)
	}
	if url := terraform.Raw("output", "-raw", "url"); url != "https://second.example/vm/"+hash {
		t.Error(url)
	}
	expectNothingToDo(terraform)
	terraform.Run("destroy")
}
