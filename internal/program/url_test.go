// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// Whatever says where a program answers follows the provider's domain, which may be that of a node of one's own.
func TestURL_ofDomain(t *testing.T) {
	env := acctest.Start(t)
	all := tfjsonpath.New("programs").AtSliceIndex(0)
	for domain, want := range map[string]struct{ url, hostURL string }{
		"my-node.example:8443":  {`^https://my-node\.example:8443/vm/[0-9a-f]{64}$`, `^https://[a-z2-7]{52}\.my-node\.example:8443$`},
		"http://localhost:4025": {`^http://localhost:4025/vm/[0-9a-f]{64}$`, `^http://[a-z2-7]{52}\.localhost:4025$`},
		"http://127.0.0.1:4025": {`^http://127\.0\.0\.1:4025/vm/[0-9a-f]{64}$`, `^http://127\.0\.0\.1:4025/vm/[0-9a-f]{64}$`},
	} {
		url, hostURL := knownvalue.StringRegexp(regexp.MustCompile(want.url)), knownvalue.StringRegexp(regexp.MustCompile(want.hostURL))
		acctest.Test(t,
			acctest.Apply(env.ProviderWith("  domain = \""+domain+"\"\n")+block("test", nil)+reading("hash = "+address+".item_hash")+
				"data \"aleph_programs\" \"all\" {\n  name = "+address+".name\n}\n",
				acctest.Actions{address: acctest.Create},
				statecheck.ExpectKnownValue(address, tfjsonpath.New("url"), url),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("host_url"), hostURL),
				acctest.ExpectSame(address, read),
				statecheck.ExpectKnownValue("data.aleph_programs.all", all.AtMapKey("url"), url),
				statecheck.ExpectKnownValue("data.aleph_programs.all", all.AtMapKey("host_url"), hostURL),
			),
		)
	}
}
