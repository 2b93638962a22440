// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// TestAmend: a change of content keeps the id, and gives a new live version; older ones are forgotten, the first apart.
func TestAmend(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	id := statecheck.CompareValue(compare.ValuesSame())
	itemHash := statecheck.CompareValue(compare.ValuesDiffer())
	apply := func(content string, actions acctest.Actions, alive int) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content)), actions,
			id.AddStateValue(at, tfjsonpath.New("id")), itemHash.AddStateValue(at, tfjsonpath.New("item_hash")),
			refersTo("id"), supersedes(0), versions.alive(alive))
	}
	amends := func(content string, unknown ...string) resource.TestStep {
		return acctest.Planned(apply(content, updates, 2), acctest.ExpectUnknown(at, unknown...))
	}
	// The first version is never forgotten. An amend of it is, unless something mounts it.
	acctest.Test(t, apply("a", creates, 1), amends("b", "item_hash"), amends("c", "item_hash", "superseded"), amends("a", "item_hash", "superseded"))
	versions.ended()
}

// TestAmend_ofEverythingElse: what is not the file is in the message too, and amends as well.
func TestAmend_ofEverythingElse(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	itemHash := statecheck.CompareValue(compare.ValuesDiffer())
	step := func(actions acctest.Actions, arguments ...string) resource.TestStep {
		return acctest.Apply(one(env, append(arguments, `content = "a"`)...), actions, itemHash.AddStateValue(at, tfjsonpath.New("item_hash")), versions.seen())
	}
	metadata := "metadata = jsonencode({ b = \"%20 <&> \\\" \\n 😀 \u2028\", a = [1, 2.5, null, { c = true }] })"
	steps := []resource.TestStep{
		step(creates),
		step(updates, metadata),
		step(updates, metadata, `tags = ["x", "y"]`),
		step(updates, metadata, `tags = ["y", "x"]`),
		step(updates, `channel = "other"`),
		step(updates, `channel = "other"`, `payment = { chain = "AVAX" }`),
	}
	if acctest.Has(t, acctest.IPFS) {
		steps = append(steps, step(updates, `storage_engine = "ipfs"`))
	}
	acctest.Test(t, steps...)
	versions.ended()
}

// TestSameBytes: the same file by another route, touched, or described in other words, sends nothing.
func TestSameBytes(t *testing.T) {
	env := acctest.Start(t)
	dir := t.TempDir()
	name := write(t, dir, "file", "same")
	sent := watch(env)
	step := func(actions acctest.Actions, arguments ...string) resource.TestStep {
		return acctest.Apply(one(env, arguments...), actions, sent.expect(1, 0))
	}
	touch := func() {
		later := time.Now().Add(time.Hour)
		if err := os.Chtimes(name, later, later); err != nil {
			t.Fatal(err)
		}
	}
	acctest.Test(t,
		step(creates, `content = "same"`, `metadata = "{ \"a\": 1, \"b\": 2 }"`),
		step(nothing, `content = "same"`, `metadata = jsonencode({ b = 2, a = 1 })`, "tags = []"),
		acctest.Planned(step(updates, `content_base64 = base64encode("same")`, `metadata = jsonencode({ b = 2, a = 1 })`), acctest.ExpectUnknown(at)),
		step(updates, fmt.Sprintf("source = %q", name), `metadata = jsonencode({ b = 2, a = 1 })`),
		acctest.Before(touch, step(nothing, fmt.Sprintf("source = %q", name), `metadata = jsonencode({ b = 2, a = 1 })`)),
		step(updates, fmt.Sprintf("file_hash = filesha256(%q)", name), `metadata = jsonencode({ b = 2, a = 1 })`),
	)
}

// TestSameDirectory: another place, other times and modes, and files that are left out change nothing; a name does.
func TestSameDirectory(t *testing.T) {
	env := acctest.Start(t)
	dir := func(names ...string) string {
		dir := t.TempDir()
		for _, name := range names {
			write(t, dir, name, "same")
		}
		return dir
	}
	sent := watch(env)
	step := func(actions acctest.Actions, stores, forgets int, dir string, arguments ...string) resource.TestStep {
		return acctest.Apply(one(env, append(arguments, fmt.Sprintf("source_dir = %q", dir))...), actions,
			sent.expect(stores, forgets))
	}
	first := dir("main.py")
	if err := os.Chtimes(filepath.Join(first, "main.py"), time.Unix(0, 0), time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	second := dir("main.py", "notes.txt")
	acctest.Test(t,
		step(creates, 1, 0, first),
		step(updates, 1, 0, dir("main.py", ".env")),
		step(updates, 2, 0, second),
		step(updates, 3, 1, second, `excludes = ["*.txt"]`),
	)
}

// TestUnknown_content: content that is known only at apply may turn out to be the same, and then nothing is sent.
func TestUnknown_content(t *testing.T) {
	env := acctest.Start(t)
	sent := watch(env)
	config := func(revision int, content string) string {
		return env.Provider() + fmt.Sprintf("resource \"terraform_data\" \"maker\" {\n  triggers_replace = %d\n}\n", revision) +
			block("test", fmt.Sprintf(`content = "%s${substr(terraform_data.maker.id, 0, 0)}"`, content))
	}
	step := func(revision int, content string, action plancheck.ResourceActionType, stores int) resource.TestStep {
		return acctest.Planned(
			acctest.Apply(config(revision, content), acctest.Actions{at: action}, shows("content", content),
				sent.expect(stores, 0)),
			acctest.ExpectUnknown(at, unknownOf(action)...))
	}
	acctest.Test(t,
		step(1, "a", acctest.Create, 1),
		step(2, "a", acctest.Update, 1),
		step(3, "b", acctest.Update, 2),
	)
}

// unknownOf are the attributes that hang on content that is not known yet.
func unknownOf(action plancheck.ResourceActionType) []string {
	unknown := []string{"content", "content_hash", "encoding", "item_hash", "size"}
	if action == acctest.Create {
		return append(unknown, "id", "ref", "storage_engine")
	}
	return append(unknown, "storage_engine")
}

// TestKeepSuperseded: older versions stay until the flag says otherwise, and that takes no new version.
func TestKeepSuperseded(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	step := func(actions acctest.Actions, content string, keep bool, superseded, alive int) resource.TestStep {
		return acctest.Apply(one(env, fmt.Sprintf("content = %q", content), fmt.Sprintf("keep_superseded = %t", keep)), actions,
			supersedes(superseded), versions.alive(alive))
	}
	acctest.Test(t,
		step(creates, "a", true, 0, 1),
		step(updates, "b", true, 0, 2),
		step(updates, "c", true, 1, 3),
		step(updates, "d", true, 2, 4),
		step(updates, "d", false, 0, 2),
		step(updates, "d", true, 0, 2),
		step(updates, "e", true, 1, 3),
	)
	versions.ended()
}

// TestNewestFirst: an amend is strictly later than what it amends, whatever the clock of this machine says.
func TestNewestFirst(t *testing.T) {
	env := acctest.Start(t)
	versions := follow(t, env)
	ahead := func() {
		store(t, versions.tool, "from the future", versions.id, message.TimeOf(time.Now().Add(time.Hour)))
	}
	acctest.Test(t,
		acctest.Apply(one(env, `content = "a"`), creates, versions.seen()),
		acctest.Before(ahead, acctest.Apply(one(env, `content = "a"`), updates, versions.seen())),
		acctest.Apply(one(env, `content = "b"`), updates, versions.alive(2)),
	)
	versions.ended()
}
