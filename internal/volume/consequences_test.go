// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// TestMounts_ofVolumesThatEnd: a volume that is to be destroyed or replaced while a program of the same state mounts it is
// warned of once, if Terraform may be about to destroy it too early; and of nothing else.
func TestMounts_ofVolumesThatEnd(t *testing.T) {
	const swapped, together, still = "A volume is replaced together with its mount", "A volume goes together with its mount", "A volume is still mounted"
	volume := func(content string) string {
		return block("test", fmt.Sprintf("content = %q", content), "use_latest = false")
	}
	other := block("other", `content = "other"`)
	program := func(ref string, arguments ...string) string {
		return fmt.Sprintf("resource \"aleph_program\" \"test\" {\n  code = { ref = %s, encoding = \"plain\", entrypoint = \"main\", use_latest = false }\n%s  %s\n}\n",
			ref, acctest.NodeStores().RuntimeArgument(), strings.Join(arguments, "\n  "))
	}
	const mounted = "aleph_volume.test.ref"
	for _, test := range []struct {
		name          string
		before, after string
		// command is what plans; empty for `plan`.
		command, says string
	}{
		{name: "replaced under a program that is amended", before: volume("a") + program(mounted), after: volume("b") + program(mounted), says: swapped},
		{name: "removed, and another mounted", before: volume("a") + program(mounted), after: other + program("aleph_volume.other.ref"), says: together},
		{
			name: "replaced under a program that is replaced", before: volume("a") + program(mounted, "allow_amend = false"),
			after: volume("b") + program(mounted, "allow_amend = false"),
		},
		{
			name: "replaced under an immutable program that stays", before: volume("a") + program(mounted, "allow_amend = false", "lifecycle { ignore_changes = [code] }"),
			after: volume("b") + program(mounted, "allow_amend = false", "lifecycle { ignore_changes = [code] }"), says: still,
		},
		{name: "removed under a program that names its hash", before: volume("a") + program(mounted), after: program(`"HASH"`), says: still},
		{
			name: "removed under a program that is amended otherwise", before: volume("a") + program(mounted),
			after: program(`"HASH"`, "resources = { vcpus = 2 }"), says: still,
		},
		{name: "both removed", before: volume("a") + program(mounted)},
		{name: "everything destroyed", before: volume("a") + program(mounted), after: volume("a") + program(mounted), command: "plan -destroy"},
		{name: "amended", before: volume("a") + program(mounted), after: block("test", `content = "a"`, "use_latest = false", `timeouts = { read = "2m" }`) + program(mounted)},
		{name: "not mounted", before: volume("a") + other + program("aleph_volume.other.ref"), after: volume("b") + other + program("aleph_volume.other.ref")},
		{name: "nothing changed", before: volume("a") + program(mounted), after: volume("a") + program(mounted)},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.Start(t)
			cli := acctest.NewCLI(t, env.Provider()+test.before)
			cli.Run("apply")
			hash := cli.State(at, "id")
			cli.Configure(env.Provider() + strings.ReplaceAll(test.after, "HASH", hash))
			command := strings.Fields(test.command)
			if len(command) == 0 {
				command = []string{"plan"}
			}
			output := cli.Run(command...)
			if test.says == "" {
				if strings.Contains(output, "Warning") {
					t.Errorf("there is a warning:\n%s", output)
				}
				return
			}
			contains(t, output, "Warning: "+test.says, "Volume "+hash+", mounted by "+cli.State(mounting, "id"), "(error code 503)")
			if n := strings.Count(output, "Warning"); n != 1 {
				t.Errorf("%d warnings, want 1:\n%s", n, output)
			}
		})
	}
}
