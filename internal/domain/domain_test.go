// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package domain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/entry/entrytest"
)

var (
	one     = strings.Repeat("1", 64)
	another = strings.Repeat("2", 64)
)

func said(name, kind, message string, more map[string]any) map[string]any {
	entry := map[string]any{"type": kind, "programType": kind, "message_id": message}
	for key, value := range more {
		entry[key] = value
	}
	return map[string]any{name: entry}
}

func TestDomain(t *testing.T) {
	t.Parallel()
	const address = "aleph_domain.test"
	options := func(path string) map[string]any {
		return map[string]any{"options": map[string]any{"catch_all_path": path}}
	}
	entrytest.Run(t, entrytest.Noun{
		Type: "aleph_domain", Named: "domain",
		Name:     func(text string) string { return text + ".example.org" },
		Key:      func(string) string { return "domains" },
		Required: entrytest.Arguments{"type": `"program"`, "message_id": fmt.Sprintf("%q", one)},
		Theirs:   func(name string) map[string]any { return said(name, "program", one, nil) },
		Changes: []entrytest.Change{
			{
				Arguments: entrytest.Arguments{"message_id": fmt.Sprintf("%q", another)}, Does: acctest.Actions{address: acctest.Update},
				Entries: func(name string) map[string]any { return said(name, "program", another, nil) },
			},
			{
				Arguments: entrytest.Arguments{"type": `"ipfs"`}, Does: acctest.Actions{address: acctest.Update},
				Entries: func(name string) map[string]any { return said(name, "ipfs", another, options("/404.html")) },
			},
			{
				Arguments: entrytest.Arguments{"options": `{ catch_all_path = "/index.html" }`}, Does: acctest.Actions{address: acctest.Update},
				Entries: func(name string) map[string]any { return said(name, "ipfs", another, options("/index.html")) },
			},
			{
				Arguments: entrytest.Arguments{"timeouts": `{ read = "2m" }`}, Does: acctest.Actions{address: acctest.Update},
				Entries: func(name string) map[string]any { return said(name, "ipfs", another, options("/index.html")) },
			},
			{
				Arguments: entrytest.Arguments{"channel": `"MINE"`}, Does: acctest.Actions{address: acctest.Replace},
				Entries: func(name string) map[string]any { return said(name, "ipfs", another, options("/index.html")) },
			},
		},
		Drifts: []entrytest.Drift{
			{
				Attribute: "type",
				Entries:   func(name string) map[string]any { return said(name, "instance", one, nil) },
			},
			{Attribute: "message_id", Entries: func(name string) map[string]any { return said(name, "program", another, nil) }},
			{
				Attribute: "options.catch_all_path",
				Arguments: entrytest.Arguments{"type": `"ipfs"`, "options": `{ catch_all_path = "/a" }`},
				Entries:   func(name string) map[string]any { return said(name, "ipfs", one, options("/b")) },
			},
		},
		Aside: []string{"updated_at", "dns_records"},
	})
}

// What others keep of a domain stays through a change.
func TestDomain_keysOfOthers(t *testing.T) {
	env := acctest.Start(t)
	tool := entrytest.OtherTool(t, env)
	config := func(hash string) string {
		return env.Provider() + fmt.Sprintf("resource \"aleph_domain\" \"test\" {\n  domain = \"www.example.org\"\n  type = \"instance\"\n  message_id = %q\n}\n", hash)
	}
	more := map[string]any{"spa": true, "options": map[string]any{"confidential": true}}
	acctest.Test(t,
		acctest.Apply(config(one), acctest.Actions{"aleph_domain.test": acctest.Create}),
		acctest.Before(func() { tool.Write("domains", said("www.example.org", "instance", one, more)) },
			acctest.Apply(config(another), acctest.Actions{"aleph_domain.test": acctest.Update}, acctest.Check(func() error {
				return tool.Expect("domains", said("www.example.org", "instance", another, more))
			}))),
	)
}

// The records to create are known when Terraform plans.
func TestDomain_records(t *testing.T) {
	env := acctest.Start(t)
	for name, want := range map[string]string{
		"program www.example.org":    "CNAME www.example.org www.example.org.program.public.aleph.sh, TXT _control.www.example.org OWNER",
		"instance example.co.uk":     "ALIAS example.co.uk example.co.uk.instance.public.aleph.sh, TXT _control.example.co.uk OWNER",
		"ipfs xn--bcher-kva.example": "ALIAS xn--bcher-kva.example ipfs.public.aleph.sh, CNAME _dnslink.xn--bcher-kva.example _dnslink.xn--bcher-kva.example.static.public.aleph.sh, TXT _control.xn--bcher-kva.example OWNER",
		"ipfs bücher.example":        "ALIAS xn--bcher-kva.example ipfs.public.aleph.sh, CNAME _dnslink.xn--bcher-kva.example _dnslink.xn--bcher-kva.example.static.public.aleph.sh, TXT _control.xn--bcher-kva.example OWNER",
	} {
		kind, domain, _ := strings.Cut(name, " ")
		config := env.Provider() + fmt.Sprintf("resource \"aleph_domain\" \"test\" {\n  domain = %q\n  type = %q\n  message_id = %q\n}\n", domain, kind, one)
		config += "resource \"terraform_data\" \"record\" {\n  for_each = { for r in aleph_domain.test.dns_records : r.name => r }\n}\n"
		config += "output \"records\" {\n  value = join(\", \", [for r in aleph_domain.test.dns_records : \"${r.type} ${r.name} ${r.value}\"])\n}\n"
		terraform := acctest.NewCLI(t, config)
		for _, planned := range terraform.Plan().ResourceChanges {
			unknown, _ := planned.Change.AfterUnknown.(map[string]any)
			if planned.Address == "aleph_domain.test" && (unknown["updated_at"] != true || unknown["id"] != nil) {
				t.Errorf("%s: unknown are %v", name, unknown)
			}
		}
		terraform.Run("apply", acctest.SavedPlan)
		if got := terraform.Raw("output", "-raw", "records"); got != strings.ReplaceAll(want, "OWNER", env.Account.Address()) {
			t.Errorf("%s: %s", name, got)
		}
		terraform.Run("destroy")
	}
}

// A domain and options that the network would not serve are refused by a plan.
func TestDomain_invalid(t *testing.T) {
	env := acctest.Start(t)
	for arguments, want := range map[string]string{
		`domain = "WWW.example.org"`:  "must be a domain name",
		`domain = "www.example.org."`: "must be a domain name",
		`domain = "localhost"`:        "must be a domain name",
		`domain = "a b.example.org"`:  "must be a domain name",
		"domain = \"www.example.org\"\n  options = { catch_all_path = \"/404.html\" }": "only for a domain of type `ipfs`",
	} {
		terraform := acctest.NewCLI(t, env.Provider()+fmt.Sprintf("resource \"aleph_domain\" \"test\" {\n  %s\n  type = \"program\"\n  message_id = %q\n}\n", arguments, one))
		if text := terraform.Fail("plan"); !strings.Contains(text, want) {
			t.Errorf("%s: %s", arguments, text)
		}
	}
}
