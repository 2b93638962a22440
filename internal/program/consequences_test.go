// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// What a diff does not show is a warning: once, of the change that it follows from, and of no other.
func TestConsequences(t *testing.T) {
	const (
		freezes = "becomes immutable for good"
		loses   = "does not follow its amend"
	)
	kept := func(mount string) arguments {
		return arguments{"volumes": `[{ mount = "` + mount + `", size_mib = 2000 }, { name = "cache", mount = "/cache", size_mib = 20 }]`}
	}
	frozen := arguments{"allow_amend": `false`}
	for name, test := range map[string]struct {
		before, after arguments
		// warnings are what the plan says, and parts are further texts that it has.
		warnings, parts []string
	}{
		"amended with persistent volumes": {kept("/state"), kept("/state").with(vcpus(2)), []string{loses}, []string{"(`/state`, `cache`).", "code.ref"}},
		"one moved":                       {kept("/state"), kept("/moved"), []string{loses}, []string{"(`/state`, `cache`)"}},
		"all given up":                    {kept("/state"), arguments{}, nil, nil},
		"the first one added":             {arguments{}, kept("/state"), nil, nil},
		"nothing published":               {kept("/state"), kept("/state").with(arguments{"timeouts": `{ read = "2m" }`}), nil, nil},
		"nothing changed":                 {kept("/state"), kept("/state"), nil, nil},
		"no node keeps it": {
			arguments{"volumes": `[{ mount = "/a", size_mib = 20, persistence = "store" }]`},
			arguments{"volumes": `[{ mount = "/a", size_mib = 21, persistence = "store" }]`},
			nil, nil,
		},
		"replaced":                    {kept("/state").with(frozen), kept("/state").with(frozen).with(vcpus(2)), nil, []string{"# forces replacement"}},
		"frozen":                      {arguments{}, frozen, []string{freezes}, nil},
		"frozen with another change":  {kept("/state"), kept("/state").with(frozen).with(vcpus(2)), []string{freezes, loses}, nil},
		"thawed":                      {frozen, arguments{}, nil, nil},
		"frozen from the start":       {frozen, frozen, nil, nil},
		"frozen and of another owner": {arguments{}, frozen.with(arguments{"address": `"` + core.Accounts()[1].Address + `"`}), nil, nil},
		"replaced by another change":  {frozen, frozen.with(vcpus(3)), nil, []string{"# forces replacement"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewCLI(t, config(env, test.before))
			expectNoText(t, terraform.Run("apply"), freezes, loses)
			program := terraform.State(address, "item_hash")
			terraform.Configure(config(env, test.after))
			output := terraform.Run("plan")
			expectText(t, output, test.parts...)
			if got := strings.Count(output, freezes) + strings.Count(output, loses); got != len(test.warnings) {
				t.Errorf("%d warnings, want %v:\n%s", got, test.warnings, output)
			}
			for _, text := range test.warnings {
				expectText(t, output, text)
			}
			if len(test.warnings) > 0 {
				expectText(t, output, program)
			}
		})
	}
}
