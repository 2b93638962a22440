// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
)

// Files that are on every network, so that most tests need none of their own (NETWORK.md 10.9).
const (
	python   = program.DefaultRuntime
	debian12 = "b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717"
	ubuntu22 = "4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c"
	unknown  = "00000000000000000000000000000000000000000000000000000000000000ff"
)

// address is that of the program in tests of one program.
const address = "aleph_program.test"

// arguments of a program: HCL by the argument's name.
type arguments map[string]string

// with are the arguments and others, which win.
func (a arguments) with(others arguments) arguments {
	all := maps.Clone(a)
	maps.Copy(all, others)
	return all
}

// block is a program with these arguments; unless they say otherwise it is called like its label, and has some code.
func block(label string, given arguments) string {
	all := arguments{
		"name": `"` + label + `"`,
		"code": `{ ref = "` + python + `", encoding = "squashfs", entrypoint = "main:app" }`,
	}.with(given)
	var text strings.Builder
	fmt.Fprintf(&text, "resource \"aleph_program\" %q {\n", label)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&text, "  %s = %s\n", name, all[name])
	}
	text.WriteString("}\n\n")
	return text.String()
}

// config is a provider block and one program.
func config(env *acctest.Env, given arguments) string {
	return env.Provider() + block("test", given)
}

// vcpus is the change that most tests make.
func vcpus(n int) arguments {
	return arguments{"resources": fmt.Sprintf("{ vcpus = %d }", n)}
}
