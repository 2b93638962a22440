// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// read is a data source in tests of one.
const read = "data.aleph_volume.read"

func reading(arguments ...string) string {
	return "data \"aleph_volume\" \"read\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// The data source says what the resource says, and what became of the message, by the first version and by the live one.
func TestDataSource(t *testing.T) {
	env := acctest.Start(t)
	both := func(by string, arguments ...string) string {
		return one(env, arguments...) + reading("hash = "+at+"."+by)
	}
	processed := statecheck.ExpectKnownValue(read, tfjsonpath.New("status"), knownvalue.StringExact("processed"))
	labels := `metadata = jsonencode({ a = 1 })
  tags     = ["x"]`
	acctest.Test(t,
		acctest.Apply(both("id", `content = "one"`, labels), creates, acctest.ExpectSame(at, read), processed),
		acctest.Apply(both("item_hash", `content = "two"`, labels), updates, acctest.ExpectSame(at, read), processed),
		acctest.Apply(both("id", `content = "three"`, `keep_superseded = true`), updates, acctest.ExpectSame(at, read), supersedes(1)),
		acctest.Apply(both("id", `content = "four"`, `keep_superseded = true`), updates, acctest.ExpectSame(at, read), supersedes(2)),
	)
}

// A volume with a name of its own is found by it, and its mounts must name one version.
func TestDataSource_byName(t *testing.T) {
	env := acctest.Start(t)
	named := func(content string) string {
		return one(env, `ref_name = "site"`, `use_latest = false`, fmt.Sprintf("content = %q", content)) + reading(`ref_name = "site"`, "depends_on = ["+at+"]")
	}
	acctest.Test(t,
		acctest.Apply(named("one"), creates, acctest.ExpectSame(at, read)),
		acctest.Apply(named("two"), replaces, acctest.ExpectSame(at, read)),
	)
}

// What another tool amended is followed from any version, also from one that is forgotten.
func TestDataSource_follows(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	first := store(t, tool, "one", "", 1)
	middle := store(t, tool, "two", first, 2)
	live := store(t, tool, "three", first, 3)
	for _, hash := range []string{first, middle, live} {
		terraform := acctest.NewCLI(t, env.Provider()+reading(fmt.Sprintf("hash = %q", hash)))
		terraform.Run("apply")
		if id, got := terraform.State(read, "id"), terraform.State(read, "item_hash"); id != first || got != live {
			t.Errorf("by %s: %s of %s, want %s of %s", hash, got, id, live, first)
		}
	}
}

// What cannot be read fails, and says why.
func TestDataSource_absent(t *testing.T) {
	env := acctest.Start(t)
	try := func(want string, arguments ...string) {
		t.Helper()
		output := acctest.NewCLI(t, env.Provider()+reading(arguments...)).Fail("plan")
		if !words(want).MatchString(output) {
			t.Errorf("there is no %q in:\n%s", want, output)
		}
	}
	try("exactly one of these attributes")
	try("exactly one of these attributes", `hash = "`+strings.Repeat("0", 64)+`"`, `ref_name = "x"`)
	try("the node knows no message", `hash = "`+strings.Repeat("0", 64)+`"`)
	try(`knows no file of `+env.Account.Address()+` with the name "x"`, `ref_name = "x"`)
	try("it has the form of one, so the network would take the file for an update", `ref_name = "`+strings.Repeat("0", 64)+`"`)
}

// The owner's volumes are listed, each once, by what the filter says.
func TestDataSources(t *testing.T) {
	env := acctest.Start(t)
	tool := env.OtherTool(t)
	plain := store(t, tool, "one", "", 1)
	amended := store(t, tool, "two", plain, 2)
	store(t, tool, "three", "site", 3)
	renewed := store(t, tool, "four", "site", 4)
	gone := store(t, tool, "five", "", 5)
	forget(t, tool, gone)
	store(t, env.Stranger(t), "six", "site", 6)

	terraform := acctest.NewCLI(t, env.Provider()+block("tagged", `content = "tagged"`, `tags = ["a", "b"]`, `channel = "MINE"`))
	terraform.Run("apply")
	tagged := terraform.State("aleph_volume.tagged", "id")
	for arguments, want := range map[string][]string{
		"":                    {tagged, renewed, amended},
		`tags = ["b", "c"]`:   {tagged},
		`tags = ["c"]`:        {},
		`channel = "MINE"`:    {tagged},
		`ref_name = "site"`:   {renewed},
		`ref_name = "nobody"`: {},
	} {
		terraform := acctest.NewCLI(t, env.Provider()+"data \"aleph_volumes\" \"all\" {\n  "+arguments+"\n}\n"+
			"output \"found\" {\n  value = join(\" \", data.aleph_volumes.all.volumes[*].item_hash)\n}\n")
		if output := terraform.Run("apply"); !strings.Contains(output, `found = "`+strings.Join(want, " ")+`"`) {
			t.Errorf("%s: want %v in:\n%s", arguments, want, output)
		}
	}
}
