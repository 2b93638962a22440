// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// Files that the network has, so that most tests need none of their own, and one that it has not.
var (
	stores   = acctest.NodeStores()
	python   = stores.Runtime
	debian12 = stores.Another
	ubuntu22 = stores.Third
)

const unknown = "00000000000000000000000000000000000000000000000000000000000000ff"

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

// block is a program with these arguments; unless they say otherwise it is called like its label, has some code, and a
// runtime that the node has.
func block(label string, given arguments) string {
	all := arguments{
		"name": `"` + label + `"`,
		"code": `{ ref = "` + python + `", encoding = "squashfs", entrypoint = "main:app" }`,
	}
	if !stores.Default {
		all["runtime"] = `{ ref = "` + python + `" }`
	}
	all = all.with(given)
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
