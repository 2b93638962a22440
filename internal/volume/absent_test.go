// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package volume_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

const unable = "Unable to read the source of the volume"

// ruins are what may become of a source once its volume exists.
var ruins = []struct {
	name, argument string
	ruin           func(dir string) error
	// warns is the summary, and says the cause.
	warns, says string
}{
	{"file is removed", "source", os.RemoveAll, "The source is not there", "no such file or directory"},
	{"directory is removed", "source_dir", os.RemoveAll, "The source is not there", "no such file or directory"},
	{"directory is empty", "source_dir", func(dir string) error { return os.Remove(filepath.Join(dir, "file")) }, unable, "it is empty"},
	{"link leads nowhere", "source_dir", func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "link")) }, unable, "does not exist"},
	{"file is a directory", "source", func(dir string) error {
		file := filepath.Join(dir, "file")
		return errors.Join(os.Remove(file), os.Mkdir(file, 0o700))
	}, unable, "use source_dir for a directory"},
	{"file is too large", "source", func(dir string) error { return os.Truncate(filepath.Join(dir, "file"), 30<<20) }, unable, "takes at most"},
}

// TestAbsent_source: what becomes of a source stops nothing that does not publish it, and the plan says that the volume is
// kept.
func TestAbsent_source(t *testing.T) {
	for _, test := range ruins {
		t.Run(test.name, func(t *testing.T) {
			env := acctest.StartLocal(t, core.Config{MaxUpload: 26 << 20})
			dir := filepath.Join(t.TempDir(), "dist")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			source := write(t, dir, "file", "built")
			if test.argument == "source_dir" {
				source = dir
			}
			arguments := []string{fmt.Sprintf("%s = %q", test.argument, source), `storage_engine = "storage"`}
			other := func(input string) string {
				return fmt.Sprintf("resource \"terraform_data\" \"other\" {\n  input = %q\n}\n", input)
			}
			cli := acctest.NewCLI(t, one(env, arguments...))
			cli.Run("apply")
			hash := cli.State(at, "content_hash")
			sent := watch(env)

			if err := test.ruin(dir); err != nil {
				t.Fatal(err)
			}
			cli.Run("validate")
			contains(t, cli.Run("plan", "-detailed-exitcode"), "Warning: "+test.warns, test.says, "The volume stays as it is", "No changes.")
			cli.Run("plan", "-refresh-only")
			cli.Run("plan", "-destroy")
			cli.Configure(one(env, arguments...) + other("a"))
			cli.Run("apply", "-target=terraform_data.other")
			cli.Configure(one(env, arguments...) + other("b"))
			contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
			if err := sent.check(0, 0); err != nil {
				t.Error(err)
			}

			cli.Configure(one(env, append(arguments, `tags = ["a"]`)...))
			contains(t, cli.Run("plan", "-out=saved"), "0 to add, 1 to change")
			cli.Run("apply", "saved")
			cli.Run("plan", "-detailed-exitcode")
			if got := cli.State(at, "content_hash"); got != hash {
				t.Errorf("content_hash is %s, want %s", got, hash)
			}
			if err := sent.check(1, 0); err != nil {
				t.Error(err)
			}
			cli.Run("destroy")
			env.ExpectNothingAlive(t)
		})
	}
}

// TestAbsent_sourceOfASavedPlan: a plan counts on what it saw. The error is ours, and says what to do.
func TestAbsent_sourceOfASavedPlan(t *testing.T) {
	for _, argument := range []string{"source", "source_dir"} {
		t.Run(argument, func(t *testing.T) {
			env := acctest.Start(t)
			dir := filepath.Join(t.TempDir(), "dist")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			source := write(t, dir, "file", "planned")
			if argument == "source_dir" {
				source = dir
			}
			cli := acctest.NewCLI(t, one(env, fmt.Sprintf("%s = %q", argument, source)))
			cli.Run("apply")
			write(t, dir, "file", "changed")
			cli.Run("plan", "-out=saved")
			sent := watch(env)
			if err := os.Rename(dir, dir+".gone"); err != nil {
				t.Fatal(err)
			}
			output := cli.Fail("apply", "saved")
			contains(t, output, "Error: The source is gone", "plan again")
			lacks(t, output, "bug in the provider")
			contains(t, cli.Fail("plan", "-refresh=false"), "The source is gone", "so leave it out")
			if err := sent.check(0, 0); err != nil {
				t.Error(err)
			}
			cli.Run("plan", "-detailed-exitcode")
			cli.Run("destroy", "-refresh=false")
			env.ExpectNothingAlive(t)
		})
	}
}

// TestAbsent_sourceMadeByAnother: on a fresh checkout, what a builder makes is published in the same apply: for a volume that
// is created with a path that is known, and for one that exists and whose path depends on the builder.
func TestAbsent_sourceMadeByAnother(t *testing.T) {
	env := acctest.Start(t)
	dist := filepath.Join(t.TempDir(), "dist")
	builder := func(version string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"build\" {\n  triggers_replace = %q\n"+
			"  provisioner \"local-exec\" {\n    command = \"mkdir -p %[2]s && printf %[1]s > %[2]s/file\"\n  }\n}\n", version, dist)
	}
	literal := block("literal", fmt.Sprintf("source = %q", filepath.Join(dist, "file")), "depends_on = [terraform_data.build]")
	follows := block("test", fmt.Sprintf("source_dir = \"%s${terraform_data.build.id != \"\" ? \"\" : \"/\"}\"", dist), "depends_on = [terraform_data.build]")
	cli := acctest.NewCLI(t, env.Provider()+builder("one")+literal+follows)
	contains(t, cli.Run("apply"), "3 added")
	cli.Run("plan", "-detailed-exitcode")

	checkout := func() {
		t.Helper()
		if err := os.RemoveAll(dist); err != nil {
			t.Fatal(err)
		}
	}
	checkout()
	contains(t, cli.Run("plan", "-detailed-exitcode"), "take the path from that resource", "No changes.")
	cli.Configure(env.Provider() + builder("two") + literal + follows)
	contains(t, cli.Run("apply"), "1 added, 1 changed, 1 destroyed")
	// The path of the other one is known, so its change shows once the file is there.
	contains(t, cli.Run("apply"), "0 added, 1 changed, 0 destroyed")
	cli.Run("plan", "-detailed-exitcode")
	if got, want := cli.State("aleph_volume.literal", "content_hash"), fileOf(t, message.ItemTypeStorage, "two").hash; got != want {
		t.Errorf("content_hash is %s, want %s", got, want)
	}
	checkout()
	cli.Run("destroy")
	env.ExpectNothingAlive(t)
}
